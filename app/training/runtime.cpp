#include "app/training/runtime.h"

#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <malloc.h>

#include <opencv2/core/utility.hpp>

#include "models/error.h"

namespace pawprint {

namespace {

template <class Function>
Function blas_function(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

void require_thread_safe_blas() {
  const auto get_parallel = blas_function<int (*)()>("openblas_get_parallel");
  if (get_parallel != nullptr && get_parallel() == 0)
    throw Error(
        "OpenBLAS: expected a build that several threads may call, got the serial one, which then computes wrong "
        "numbers; install libopenblas0-pthread");
}

void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most glibc takes
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_ARENA_MAX, 1);  // an arena of a thread holds 64 MB at most and goes back to the kernel when it is empty
}

void give_back_freed_memory() { malloc_trim(0); }

void use_single_threaded_math() {
  use_single_threaded_math_in_worker();
  cv::setNumThreads(1);
  // Debian's OpenBLAS has threads of its own, which at::set_num_threads does not reach.
  const auto set_blas_threads = blas_function<void (*)(int)>("openblas_set_num_threads");
  if (set_blas_threads != nullptr) set_blas_threads(1);
}

void use_single_threaded_math_in_worker() { at::set_num_threads(1); }

}  // namespace pawprint
