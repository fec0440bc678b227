#include "app/drawing/canvas.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace pawprint::drawing {
namespace {

constexpr int kShift = 4;  // fractional bits of OpenCV's coordinates

float cross(Point a, Point b) { return a.x * b.y - a.y * b.x; }

cv::Scalar scalar(const Color& c) { return {std::round(c[0]), std::round(c[1]), std::round(c[2])}; }

Shape to_pixels(const Frame& frame, const Shape& shape) {
  Shape pixels = shape;
  for (auto& outline : pixels)
    for (auto& p : outline) p = frame(p);
  return pixels;
}

cv::Rect bounds(const Shape& pixels, float margin, cv::Size size) {
  float left = 1e9f, top = 1e9f, right = -1e9f, bottom = -1e9f;
  for (const auto& outline : pixels) {
    for (const auto& p : outline) {
      left = std::min(left, p.x), right = std::max(right, p.x);
      top = std::min(top, p.y), bottom = std::max(bottom, p.y);
    }
  }
  const float far = 1e5f;  // keeps the conversion to int defined
  const auto low = [&](float v) { return static_cast<int>(std::floor(std::clamp(v - margin, -far, far))); };
  const auto high = [&](float v) { return static_cast<int>(std::ceil(std::clamp(v + margin, -far, far))); };
  return cv::Rect(cv::Point(low(left), low(top)), cv::Point(high(right) + 1, high(bottom) + 1)) &
         cv::Rect(cv::Point(), size);
}

// Paints pixels, seen from `corner` and made smaller by `shrink`.
void paint(cv::Mat image, const Shape& pixels, const cv::Scalar& color, cv::Point corner = {}, float shrink = 1) {
  std::vector<cv::Point> fixed;
  for (const auto& outline : pixels) {
    fixed.clear();
    for (const auto& p : outline) {
      const float x = (p.x - static_cast<float>(corner.x)) / shrink, y = (p.y - static_cast<float>(corner.y)) / shrink;
      fixed.emplace_back(static_cast<int>(std::lround(x * (1 << kShift))),
                         static_cast<int>(std::lround(y * (1 << kShift))));
    }
    cv::fillPoly(image, std::vector<std::vector<cv::Point>>{fixed}, color, cv::LINE_AA, kShift);
  }
}

// dst = mix(dst, from(x, y), mask * strength / 256)
template <class From>
void blend_from(From from, int strength, const cv::Mat& mask, cv::Mat dst) {
  for (int y = 0; y < dst.rows; ++y) {
    const uchar* m = mask.ptr<uchar>(y);
    uchar* d = dst.ptr<uchar>(y);
    for (int x = 0; x < dst.cols; ++x, d += 3) {
      if (m[x] == 0) continue;
      const int a = m[x] * strength;
      const auto* c = from(x, y);
      for (int k = 0; k < 3; ++k) d[k] = static_cast<uchar>(d[k] + (c[k] - d[k]) * a / (255 * 256));
    }
  }
}

void blend_color(const Color& color, float alpha, const cv::Mat& mask, cv::Mat dst) {
  const int c[3] = {static_cast<int>(color[0]), static_cast<int>(color[1]), static_cast<int>(color[2])};
  blend_from([&](int, int) { return c; }, static_cast<int>(std::lround(alpha * 256)), mask, dst);
}

}  // namespace

Color rgb(unsigned hex) {
  return {static_cast<float>(hex & 255), static_cast<float>(hex >> 8 & 255), static_cast<float>(hex >> 16 & 255)};
}

Color mix(const Color& from, const Color& to, float share) { return from * (1 - share) + to * share; }

float brightness(const Color& c) { return (0.114f * c[0] + 0.587f * c[1] + 0.299f * c[2]) / 255; }

Color lighter(const Color& color, float share) { return mix(color, kWhite, share); }
Color darker(const Color& color, float share) { return mix(color, kBlack, share); }

void blend(const cv::Mat& src, const cv::Mat& mask, cv::Mat dst) {
  blend_from([&](int x, int y) { return src.ptr<uchar>(y) + 3 * x; }, 256, mask, dst);
}

Pen Pen::turned(float degrees) const {
  const float angle = degrees * 3.14159265f / 180, c = std::cos(angle), s = std::sin(angle);
  return Pen(picture_, {frame_.origin, c * frame_.x + s * frame_.y, c * frame_.y - s * frame_.x});
}

float Pen::unit_px() const { return std::sqrt(std::abs(cross(frame_.x, frame_.y))); }

void Pen::fill(const Shape& shape, const Color& color, float alpha) const {
  const Shape pixels = to_pixels(frame_, shape);
  if (alpha >= 1) {
    paint(picture_, pixels, scalar(color));
    return;
  }
  const cv::Rect box = bounds(pixels, 2, picture_.size());
  if (box.empty()) return;
  cv::Mat mask(box.size(), CV_8U, cv::Scalar(0));
  paint(mask, pixels, 255, box.tl());
  blend_color(color, alpha, mask, picture_(box));
}

void Pen::soft(const Shape& shape, const Color& color, float alpha, float blur) const {
  const Shape pixels = to_pixels(frame_, shape);
  const float blur_px = blur * unit_px(), shrink = std::max(1.f, blur_px / 3);
  const cv::Rect box = bounds(pixels, 2 * blur_px + 2, picture_.size());
  if (box.empty()) return;
  const auto small = [&](int side) { return static_cast<int>(static_cast<float>(side) / shrink) + 2; };
  cv::Mat mask(small(box.height), small(box.width), CV_8U, cv::Scalar(0));
  paint(mask, pixels, 255, box.tl(), shrink);
  cv::blur(mask, mask, {3, 3});
  cv::blur(mask, mask, {5, 5});
  // The grid of the small mask covers a little more than the box; the difference is below one small pixel.
  cv::Mat wide;
  cv::resize(mask, wide, {}, shrink, shrink, cv::INTER_LINEAR);
  blend_color(color, alpha, wide(cv::Rect(cv::Point(), box.size()) & cv::Rect(cv::Point(), wide.size())),
              picture_(box));
}

Part::Part(const Pen& pen, const Shape& shape, const Color& base) : inside_(pen) {
  const Shape pixels = to_pixels(pen.frame(), shape);
  const cv::Rect box = bounds(pixels, 3, pen.picture().size());
  if (box.empty()) {
    inside_ = Pen(cv::Mat(1, 1, CV_8UC3, scalar(base)), pen.frame());
    return;
  }
  target_ = pen.picture()(box);
  mask_ = cv::Mat(box.size(), CV_8U, cv::Scalar(0));
  paint(mask_, pixels, 255, box.tl());
  Frame frame = pen.frame();
  frame.origin -= Point(box.tl());
  inside_ = Pen(cv::repeat(cv::Mat(1, box.width, CV_8UC3, scalar(base)), box.height, 1), frame);  // faster than setTo
}

void Part::fade(float clear, float whole) {
  const Frame& f = inside_.frame();
  const float area = cross(f.x, f.y);
  for (int y = 0; y < mask_.rows; ++y) {
    uchar* m = mask_.ptr<uchar>(y);
    for (int x = 0; x < mask_.cols; ++x) {
      const Point pixel = Point(static_cast<float>(x), static_cast<float>(y)) - f.origin;
      const float t = std::clamp((cross(f.x, pixel) / area - clear) / (whole - clear), 0.f, 1.f);
      m[x] = static_cast<uchar>(static_cast<float>(m[x]) * t * t * (3 - 2 * t));
    }
  }
}

// Light is a blurred copy of the mask, moved toward the light: it thins out at the far edge.
void Part::shade_edge(float strength) {
  constexpr int kShrink = 8;
  const float side_px = static_cast<float>(std::min(mask_.cols, mask_.rows));
  const int radius = std::clamp(static_cast<int>(0.15f * side_px / kShrink), 1, 12);
  const int pad = 3 * radius;
  cv::Mat light;
  cv::resize(mask_, light, {mask_.cols / kShrink + 1, mask_.rows / kShrink + 1}, 0, 0, cv::INTER_AREA);
  cv::copyMakeBorder(light, light, pad, pad, pad, pad, cv::BORDER_REPLICATE);
  cv::blur(light, light, {2 * radius + 1, 2 * radius + 1});
  const int away = std::max(1, radius / 2);
  light = light(cv::Rect(pad + away, pad + away, light.cols - 2 * pad, light.rows - 2 * pad)).clone();
  cv::resize(light, light, mask_.size(), 0, 0, cv::INTER_LINEAR);
  const int tint[3] = {static_cast<int>(strength * 230), static_cast<int>(strength * 280),
                       static_cast<int>(strength * 256)};  // shadows turn a little violet
  cv::Mat colors = inside_.picture();
  for (int y = 0; y < colors.rows; ++y) {
    const uchar* l = light.ptr<uchar>(y);
    uchar* c = colors.ptr<uchar>(y);
    for (int x = 0; x < colors.cols; ++x, c += 3) {
      const int dark = 255 - l[x];
      if (dark == 0) continue;
      for (int k = 0; k < 3; ++k) c[k] = static_cast<uchar>(c[k] - c[k] * dark * tint[k] / (255 * 256));
    }
  }
}

void Part::place(float shade) {
  if (mask_.empty()) return;
  shade_edge(shade);
  blend(inside_.picture(), mask_, target_);
}

}  // namespace pawprint::drawing
