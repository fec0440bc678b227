#include "app/data/perceptual_hash.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace pawprint {

namespace {

constexpr int kSide = PerceptualHash::kSide;
constexpr int kFrequencies = 16, kLowest = 8;
constexpr float kCenter = (kSide - 1) / 2.0F;

// Calls f(word, bit, x, y) for each frequency but the constant one.
template <class F>
void each_frequency(F f) {
  int low = 0, high = 0;
  for (int y = 0; y < kFrequencies; ++y) {
    for (int x = 0; x < kFrequencies; ++x) {
      if (x == 0 && y == 0) continue;
      if (x < kLowest && y < kLowest) {
        f(0, low++, x, y);
      } else {
        f(1 + high / 64, high % 64, x, y);
        ++high;
      }
    }
  }
}

// Where a pixel of one thumbnail lies in the other.
struct Motion {
  double scale_x = 1, move_x = 0, scale_y = 1, move_y = 0;

  void limit() {
    scale_x = std::clamp(scale_x, 0.7, 1.43);
    scale_y = std::clamp(scale_y, 0.7, 1.43);
    move_x = std::clamp(move_x, -5.0, 5.0);
    move_y = std::clamp(move_y, -5.0, 5.0);
  }
};

// A thumbnail in 0..1 and its slopes, of which any point can be asked.
struct Surface {
  std::array<float, kSide * kSide> value{}, slope_x{}, slope_y{};

  explicit Surface(const PerceptualHash& hash) {
    for (size_t i = 0; i < value.size(); ++i) value[i] = static_cast<float>(hash.thumbnail[i]) / 255.0F;
    for (size_t y = 1; y + 1 < kSide; ++y) {
      for (size_t x = 1; x + 1 < kSide; ++x) {
        const size_t i = y * kSide + x;
        slope_x[i] = (value[i + 1] - value[i - 1]) / 2;
        slope_y[i] = (value[i + kSide] - value[i - kSide]) / 2;
      }
    }
  }
};

// Between four pixels.
struct Place {
  size_t at = 0;
  float weight[4]{};

  Place(float x, float y) {
    const int left = static_cast<int>(x), top = static_cast<int>(y);
    const float u = x - static_cast<float>(left), v = y - static_cast<float>(top);
    at = static_cast<size_t>(top * kSide + left);
    weight[0] = (1 - v) * (1 - u), weight[1] = (1 - v) * u, weight[2] = v * (1 - u), weight[3] = v * u;
  }
  float of(const std::array<float, kSide * kSide>& map) const {
    return weight[0] * map[at] + weight[1] * map[at + 1] + weight[2] * map[at + kSide] +
           weight[3] * map[at + kSide + 1];
  }
};

// The sums of one step of Gauss and Newton, and the correlation before it.
struct Step {
  cv::Matx66d normal = cv::Matx66d::zeros();
  cv::Vec<double, 6> right = cv::Vec<double, 6>::all(0);
  double correlation = 0;
  int pixels = 0;
};

Step sums(const Surface& still, const Surface& moving, const Motion& motion) {
  Step step;
  constexpr int kLanes = 8;  // six slopes and what is to be explained, padded for vector instructions
  float a = 0, b = 0, aa = 0, bb = 0, ab = 0, products[6][kLanes] = {};
  for (int y = 1; y < kSide - 1; ++y) {
    const float v = static_cast<float>(y) - kCenter;
    const float at_y = kCenter + static_cast<float>(motion.scale_y * v + motion.move_y);
    if (at_y < 0.5F || at_y > kSide - 1.5F) continue;
    for (int x = 1; x < kSide - 1; ++x) {
      const float u = static_cast<float>(x) - kCenter;
      const float at_x = kCenter + static_cast<float>(motion.scale_x * u + motion.move_x);
      if (at_x < 0.5F || at_x > kSide - 1.5F) continue;
      const Place place(at_x, at_y);
      const float q = still.value[static_cast<size_t>(y * kSide + x)], p = place.of(moving.value);
      const float gx = place.of(moving.slope_x), gy = place.of(moving.slope_y);
      const float slopes[kLanes] = {gx * u, gx, gy * v, gy, p, 1, q - p, 0};
      for (int i = 0; i < 6; ++i) {
        for (int j = 0; j < kLanes; ++j) products[i][j] += slopes[i] * slopes[j];
      }
      a += q, b += p, aa += q * q, bb += p * p, ab += q * p;
      ++step.pixels;
    }
  }
  for (int i = 0; i < 6; ++i) {
    step.right[i] = products[i][6];
    for (int j = 0; j < 6; ++j) step.normal(i, j) = products[i][j];
  }
  const float n = static_cast<float>(std::max(step.pixels, 1));
  step.correlation = (ab - a * b / n) / std::sqrt(std::max(1e-9F, (aa - a * a / n) * (bb - b * b / n)));
  return step;
}

// Lucas and Kanade 1981, with stretching, gain and offset beside the shift.
double aligned(const Surface& still, const Surface& moving, Motion motion) {
  constexpr int kSteps = 12, kTrial = 4;
  constexpr double kHopeless = 0.65;  // after the trial steps; copies are beyond 0.9 by then
  constexpr int kMinPixels = 300;
  double best = 0;
  for (int i = 0; i < kSteps; ++i) {
    Step step = sums(still, moving, motion);
    if (step.pixels < kMinPixels) break;
    best = std::max(best, step.correlation);
    if (i == kTrial && best < kHopeless) break;
    for (int k = 0; k < 4; ++k) step.normal(k, k) += 1e-5 * step.pixels;  // keeps a photo without edges where it is
    cv::Vec<double, 6> change;
    if (!cv::solve(step.normal, step.right, change, cv::DECOMP_CHOLESKY)) break;
    const double gain = std::max(0.3, 1 + change[4]);
    motion.scale_x += change[0] / gain;
    motion.move_x += change[1] / gain;
    motion.scale_y += change[2] / gain;
    motion.move_y += change[3] / gain;
    motion.limit();
  }
  return best;
}

}  // namespace

PerceptualHash perceptual_hash(const cv::Mat& gray) {
  constexpr double kFlat = 0.01;  // standard deviation: less is noise
  PerceptualHash hash;
  cv::Mat thumbnail(kSide, kSide, CV_8U, hash.thumbnail.data());
  cv::resize(gray, thumbnail, thumbnail.size(), 0, 0, cv::INTER_AREA);
  cv::Scalar mean, deviation;
  cv::meanStdDev(thumbnail, mean, deviation);
  hash.flat = deviation[0] / 255 < kFlat;
  cv::Mat luma, frequencies;
  thumbnail.convertTo(luma, CV_32F, 1 / 255.0);
  cv::dct(luma, frequencies);
  each_frequency([&](int word, int bit, int x, int y) {
    if (frequencies.at<float>(y, x) > 0) hash.bits[static_cast<size_t>(word)] |= uint64_t{1} << bit;
  });
  return hash;
}

PerceptualHash mirrored(const PerceptualHash& hash) {
  PerceptualHash out = hash;
  each_frequency([&](int word, int bit, int x, int) {
    if (x % 2 == 1) out.bits[static_cast<size_t>(word)] ^= uint64_t{1} << bit;
  });
  for (auto row = out.thumbnail.begin(); row != out.thumbnail.end(); row += kSide) std::reverse(row, row + kSide);
  return out;
}

// Without this a compiler that must not assume the instruction counts bits with a dozen others.
#if defined(__x86_64__)
__attribute__((target_clones("popcnt", "default")))
#endif
std::vector<int64_t>
agreeing(uint64_t one, const std::vector<uint64_t>& all, int64_t count) {
  std::vector<int64_t> found;
  for (int64_t i = 0; i < count; ++i) {
    if (low_bits_agree(one, all[static_cast<size_t>(i)])) found.push_back(i);
  }
  return found;
}

double similarity(const PerceptualHash& first, const PerceptualHash& second) {
  const Surface a(first), b(second);
  const double best = std::max(aligned(a, b, {}), aligned(b, a, {}));
  if (best >= kCopySimilarity) return best;
  const Motion part{0.85, 0, 0.85, 0};  // one is the other's middle
  return std::max({best, aligned(a, b, part), aligned(b, a, part)});
}

}  // namespace pawprint
