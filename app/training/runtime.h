#pragma once

namespace pawprint {

// Makes LibTorch, OpenBLAS and OpenCV compute on the calling thread alone: work is divided among workers instead, which
// is faster and gives the same bits for any number of them. Once at the start, and at the start of each worker.
void use_single_threaded_math();

// Keeps glibc from giving the memory of each forward pass back to the kernel and faulting it in again: 1.5 times the
// photos per second. Before any thread is started.
void keep_freed_memory();

}  // namespace pawprint
