#include "app/training/runtime.h"

#include <ATen/Parallel.h>
#include <c10/util/Flags.h>
#include <dlfcn.h>

#include <opencv2/core/utility.hpp>

#include "models/base/error.h"

C10_DECLARE_int(pthreadpool_size);  // of libtorch_cpu

namespace pawprint {

namespace {

// Of a library that may not be there; null.
template <class Function>
Function library_function(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

void require_thread_safe_blas() {
  const auto get_parallel = library_function<int (*)()>("openblas_get_parallel");
  if (get_parallel != nullptr && get_parallel() == 0)
    throw Error(
        "OpenBLAS: expected a build that several threads may call, got the serial one, which then computes wrong "
        "numbers; install libopenblas0-pthread");
}

void trim_heap() {
  const auto control = library_function<int (*)(const char*, void*, size_t*, void*, size_t)>("mallctl");
  if (control != nullptr) control("arena.4096.purge", nullptr, nullptr, nullptr, 0);  // MALLCTL_ARENAS_ALL
}

void use_single_threaded_math() {
  // Of a pool that nothing here uses: LibTorch would wait for ever for threads that the system refuses.
  FLAGS_pthreadpool_size = 1;
  use_single_threaded_math_in_worker();
  cv::setNumThreads(1);
  // Debian's OpenBLAS has threads of its own, which at::set_num_threads does not reach.
  const auto set_blas_threads = library_function<void (*)(int)>("openblas_set_num_threads");
  if (set_blas_threads != nullptr) set_blas_threads(1);
}

// Not at::set_num_threads(), which starts a pool of threads that nothing here uses, and fails where there is no /proc.
void use_single_threaded_math_in_worker() {
  const auto set_openmp_threads = library_function<void (*)(int)>("omp_set_num_threads");
  set_openmp_threads != nullptr ? set_openmp_threads(1) : at::set_num_threads(1);
}

Workers math_workers(int64_t threads) { return {threads, use_single_threaded_math_in_worker}; }

}  // namespace pawprint
