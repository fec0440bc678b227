#pragma once

#include <array>
#include <cstdint>
#include <vector>

// The inner loops over pixels, vectorized with Highway for each kind of processor and chosen at run time.
namespace pawprint {

// Whole vectors are read and written: behind each row of 8-bit samples this many more must follow, whatever they hold.
constexpr int64_t kSpareSamples = 64;

// For each output sample the first input sample it is made of, how many, and their weights.
struct Taps {
  static constexpr int kPrecisionBits = 22;  // Pillow's: 32 - 8 bits of a sample - 2 of headroom
  std::vector<int64_t> first;                // [outputs]
  std::vector<int64_t> count;                // [outputs]
  std::vector<int32_t> weights;              // [outputs, widest], zeros behind the count; a sum of 1 is 2^22
  int64_t widest = 0;                        // the greatest count
  int64_t outputs() const { return static_cast<int64_t>(first.size()); }
};

// Rows made narrower or wider.
//   in: rows of `width` RGB pixels, `stride` bytes apart, no spare samples needed
//   out: rows of taps.outputs() RGB pixels, one behind the other; spare samples behind the last
void resample_rows(const uint8_t* in, int64_t stride, int64_t rows, int64_t width, const Taps& taps, uint8_t* out);

// out[i] = sum over k < count of weights[k] * rows[k * stride + i], rounded and clamped to 8 bits; i < samples
void blend_rows(const uint8_t* rows, int64_t stride, const int32_t* weights, int64_t count, int64_t samples,
                uint8_t* out);

// value * scale + offset of each channel
struct Normalization {
  std::array<float, 3> scale, offset;
};

// One row of RGB pixels as a network takes it; out needs no spare room. bfloat16 is rounded to nearest, ties to even.
void normalize_row(const uint8_t* rgb, int64_t pixels, const Normalization& normalization, float* out);
void normalize_row(const uint8_t* rgb, int64_t pixels, const Normalization& normalization, uint16_t* bfloat16_out);

}  // namespace pawprint
