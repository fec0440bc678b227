#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <vector>

namespace pawprint {

// A photo as small as its copies are still known by: 1 KB.
struct PerceptualHash {
  static constexpr int kSide = 32;
  std::array<uint64_t, 4> bits{};  // signs of the cosine transform; bits[0]: of its 8x8 lowest frequencies
  std::array<uint8_t, kSide * kSide> thumbnail{};  // gray, stretched to a square
  bool flat = false;                               // a single color: looks like any other
};

// The 16x16 lowest frequencies of the thumbnail's DCT, a bit each: above zero or not (perceptual hashing after Zauner
// 2010).   gray [H,W] 8-bit
PerceptualHash perceptual_hash(const cv::Mat& gray);

// The hash of the mirror image: odd horizontal frequencies change their sign.
PerceptualHash mirrored(const PerceptualHash& hash);

// Of 255.
inline int different_bits(const PerceptualHash& a, const PerceptualHash& b) {
  int count = 0;
  for (size_t i = 0; i < a.bits.size(); ++i) count += std::popcount(a.bits[i] ^ b.bits[i]);
  return count;
}

// Whether two photos may be copies of each other: few enough bits differ, of the 63 lowest and of all. Of two million
// pairs of different photos of cats and dogs fewer than 200 pass; of 400 copies cut by 3 % on every side all do.
inline bool low_bits_agree(uint64_t a, uint64_t b) {
  constexpr int kMax = 16;
  return std::popcount(a ^ b) <= kMax;
}

// The numbers, ascending, of those among the first `count` that agree with `one`: a billion a second.
std::vector<int64_t> agreeing(uint64_t one, const std::vector<uint64_t>& all, int64_t count);

inline bool is_candidate(const PerceptualHash& a, const PerceptualHash& b) {
  constexpr int kMax = 108;
  return low_bits_agree(a.bits[0], b.bits[0]) && different_bits(a, b) <= kMax && !a.flat && !b.flat;
}

// How alike two thumbnails are once one is moved and stretched onto the other: the correlation of their pixels, at most
// 1. Copies that were encoded again, resized, brightened or cut by 5 % on every side: 0.96 and more; cut by 10 %: 0.94
// and more. Different photos that is_candidate, among two million pairs: 0.87 at most.
double similarity(const PerceptualHash& a, const PerceptualHash& b);

// Two photos of a list that look alike.
struct SimilarPair {
  int64_t first = 0, second = 0;
  double similarity = 0;
};

// From here on two photos are taken for copies, among photos that do not all look alike.
inline constexpr double kCopySimilarity = 0.9;

}  // namespace pawprint
