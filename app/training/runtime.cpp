#include "app/training/runtime.h"

#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <malloc.h>

#include <opencv2/core/utility.hpp>

namespace pawprint {

void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most glibc takes
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_ARENA_MAX, 1);  // an arena of a thread holds 64 MB at most and goes back to the kernel when it is empty
}

void use_single_threaded_math() {
  at::set_num_threads(1);
  cv::setNumThreads(1);
  // Debian's OpenBLAS has threads of its own, which at::set_num_threads does not reach.
  using SetThreads = void (*)(int);
  static const auto set_blas_threads = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  if (set_blas_threads != nullptr) set_blas_threads(1);
}

}  // namespace pawprint
