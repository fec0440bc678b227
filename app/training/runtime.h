#pragma once

#include "app/base/parallel.h"

namespace pawprint {

// Makes LibTorch, OpenBLAS and OpenCV compute on the calling thread alone: work is divided among workers instead, which
// is faster and gives the same bits for any number of them. Once, before any thread is started: cv::setNumThreads in
// two threads at once crashes (OpenCV 4.6 with TBB).
void use_single_threaded_math();

// The part of it that each new thread must say for itself.
void use_single_threaded_math_in_worker();

// Workers that compute with LibTorch, each on its thread alone.
Workers math_workers(int64_t threads);

// Throws Error if several workers would get wrong numbers: Debian's libopenblas0-serial (0.3.21) gives two threads the
// same buffer.
void require_thread_safe_blas();

// Gives memory that was freed back to the system, where the program's malloc is jemalloc, which keeps it: between
// stages that need memory of different sizes.
void trim_heap();

}  // namespace pawprint
