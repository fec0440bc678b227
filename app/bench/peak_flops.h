#pragma once

#include <optional>

// What the processor can do at most: multiply-adds from registers to registers, of the widest vectors it has, with as
// many independent sums as hide their latency. A multiply-add counts 2. No network gets there; how near it comes is a
// figure that can be compared between machines.
namespace pawprint {

// Computes in float32 on the calling thread for about `seconds` and returns how many operations those were.
double float32_operations(double seconds);

// The same with products of bfloat16 and sums of float32 (AVX512_BF16's VDPBF16PS). Empty where the processor has no
// such instructions.
std::optional<double> bfloat16_operations(double seconds);

}  // namespace pawprint
