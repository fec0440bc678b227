#include "app/inspect/perceptual_hash.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace pawprint {

namespace {

constexpr int kSide = PhotoPrint::kSide;
constexpr int kFrequencies = 16, kLowest = 8;
constexpr float kCentre = (kSide - 1) / 2.0F;

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

float sample(const PhotoPrint& print, float x, float y) {
  x = std::clamp(x, 0.0F, kSide - 1.001F);
  y = std::clamp(y, 0.0F, kSide - 1.001F);
  const int left = static_cast<int>(x), top = static_cast<int>(y);
  const float u = x - static_cast<float>(left), v = y - static_cast<float>(top);
  const uint8_t* p = print.thumbnail.data() + top * kSide + left;
  return ((1 - v) * ((1 - u) * p[0] + u * p[1]) + v * ((1 - u) * p[kSide] + u * p[kSide + 1])) / 255.0F;
}

// The sums of one step of Gauss and Newton, and the correlation before it.
struct Step {
  cv::Matx66d normal = cv::Matx66d::zeros();
  cv::Vec<double, 6> right = cv::Vec<double, 6>::all(0);
  double correlation = 0;
  int pixels = 0;
};

Step sums(const PhotoPrint& still, const PhotoPrint& moving, const Motion& motion) {
  Step step;
  double a = 0, b = 0, aa = 0, bb = 0, ab = 0;
  for (int y = 1; y < kSide - 1; ++y) {
    for (int x = 1; x < kSide - 1; ++x) {
      const float u = static_cast<float>(x) - kCentre, v = static_cast<float>(y) - kCentre;
      const float at_x = kCentre + static_cast<float>(motion.scale_x * u + motion.move_x);
      const float at_y = kCentre + static_cast<float>(motion.scale_y * v + motion.move_y);
      if (at_x < 0.5F || at_y < 0.5F || at_x > kSide - 1.5F || at_y > kSide - 1.5F) continue;
      const double q = still.thumbnail[static_cast<size_t>(y * kSide + x)] / 255.0, p = sample(moving, at_x, at_y);
      const double gx = sample(moving, at_x + 0.5F, at_y) - sample(moving, at_x - 0.5F, at_y);
      const double gy = sample(moving, at_x, at_y + 0.5F) - sample(moving, at_x, at_y - 0.5F);
      const double slopes[6] = {gx * u, gx, gy * v, gy, p, 1};
      for (int i = 0; i < 6; ++i) {
        step.right[i] += slopes[i] * (q - p);
        for (int j = 0; j <= i; ++j) step.normal(i, j) += slopes[i] * slopes[j];
      }
      a += q, b += p, aa += q * q, bb += p * p, ab += q * p;
      ++step.pixels;
    }
  }
  for (int i = 0; i < 6; ++i) {
    for (int j = 0; j < i; ++j) step.normal(j, i) = step.normal(i, j);
  }
  const double n = std::max(step.pixels, 1);
  step.correlation = (ab - a * b / n) / std::sqrt(std::max(1e-9, (aa - a * a / n) * (bb - b * b / n)));
  return step;
}

// Lucas and Kanade 1981, with stretching, gain and offset beside the shift.
double aligned(const PhotoPrint& still, const PhotoPrint& moving, Motion motion) {
  constexpr int kSteps = 12, kTrial = 4;
  constexpr double kHopeless = 0.65;  // after the trial steps; copies are beyond 0.9 by then
  constexpr int kLeastPixels = 300;
  double best = 0;
  for (int i = 0; i < kSteps; ++i) {
    Step step = sums(still, moving, motion);
    if (step.pixels < kLeastPixels) break;
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

PhotoPrint photo_print(const cv::Mat& grey) {
  constexpr double kFlat = 0.01;  // standard deviation: less is noise
  PhotoPrint print;
  cv::Mat thumbnail(kSide, kSide, CV_8U, print.thumbnail.data());
  cv::resize(grey, thumbnail, thumbnail.size(), 0, 0, cv::INTER_AREA);
  cv::Scalar mean, deviation;
  cv::meanStdDev(thumbnail, mean, deviation);
  print.flat = deviation[0] / 255 < kFlat;
  cv::Mat luma, frequencies;
  thumbnail.convertTo(luma, CV_32F, 1 / 255.0);
  cv::dct(luma, frequencies);
  each_frequency([&](int word, int bit, int x, int y) {
    if (frequencies.at<float>(y, x) > 0) print.bits[static_cast<size_t>(word)] |= uint64_t{1} << bit;
  });
  return print;
}

PhotoPrint mirrored(const PhotoPrint& print) {
  PhotoPrint out = print;
  each_frequency([&](int word, int bit, int x, int) {
    if (x % 2 == 1) out.bits[static_cast<size_t>(word)] ^= uint64_t{1} << bit;
  });
  for (auto row = out.thumbnail.begin(); row != out.thumbnail.end(); row += kSide) std::reverse(row, row + kSide);
  return out;
}

double likeness(const PhotoPrint& a, const PhotoPrint& b) {
  double best = std::max(aligned(a, b, {}), aligned(b, a, {}));
  if (best >= kCopyLikeness) return best;
  const Motion part{0.85, 0, 0.85, 0};  // one is the other's middle
  return std::max({best, aligned(a, b, part), aligned(b, a, part)});
}

}  // namespace pawprint
