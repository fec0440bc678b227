#pragma once

#include <array>
#include <opencv2/core/mat.hpp>
#include <utility>

#include "app/drawing/shapes.h"

namespace pawprint::drawing {

using Color = cv::Vec3f;  // BGR, 0..255

inline const Color kWhite(255, 255, 255), kBlack(0, 0, 0);

Color rgb(unsigned hex);
Color mix(const Color& from, const Color& to, float share);
Color lighter(const Color& color, float share);  // toward white
Color darker(const Color& color, float share);   // toward black
float brightness(const Color& color);            // 0..1

// Where a drawing's own coordinates lie in the picture: pixels = origin + p.x * x + p.y * y.
struct Frame {
  Point origin{0, 0}, x{1, 0}, y{0, 1};
  Point operator()(Point p) const { return origin + p.x * x + p.y * y; }
};

// Paints on a picture (8-bit BGR, shared, not owned) through a frame; a value, cheap to copy.
class Pen {
 public:
  Pen(cv::Mat picture, Frame frame) : picture_(std::move(picture)), frame_(frame) {}

  Pen at(float x, float y) const { return at({x, y}); }
  Pen at(Point p) const { return Pen(picture_, {frame_(p), frame_.x, frame_.y}); }
  Pen scaled(float x, float y) const { return Pen(picture_, {frame_.origin, x * frame_.x, y * frame_.y}); }
  Pen scaled(float by) const { return scaled(by, by); }
  Pen turned(float degrees) const;  // clockwise as seen

  std::array<Pen, 2> sides() const { return {scaled(-1, 1), *this}; }  // its mirror image in x = 0, and itself

  void fill(const Shape& shape, const Color& color, float alpha = 1) const;
  // With a blurred edge of about `blur` units on both sides of the outline.
  void soft(const Shape& shape, const Color& color, float alpha, float blur) const;

  const cv::Mat& picture() const { return picture_; }
  const Frame& frame() const { return frame_; }
  float unit_px() const;

 private:
  cv::Mat picture_;
  Frame frame_;
};

// A part of the animal or a thing: marks made inside() stay within its outline, and the edge away from the light (which
// comes from the upper left) is shaded. Nothing shows before place().
class Part {
 public:
  Part(const Pen& pen, const Shape& shape, const Color& base);
  const Pen& inside() const { return inside_; }
  void fill(const Shape& shape, const Color& color, float alpha = 1) const { inside_.fill(shape, color, alpha); }
  void soft(const Shape& shape, const Color& color, float alpha, float blur) const {
    inside_.soft(shape, color, alpha, blur);
  }
  // Lets the part grow out of what is behind it: invisible at y = `clear`, whole from y = `whole` on (units of the
  // pen).
  void fade(float clear, float whole);
  void place(float shade = 0.35f);

 private:
  void shade_edge(float strength);

  cv::Mat target_;  // of the picture
  Pen inside_;
  cv::Mat mask_;  // uint8, of target_'s size
};

// dst = mix(dst, src, mask), all of one size.
void blend(const cv::Mat& src, const cv::Mat& mask, cv::Mat dst);

}  // namespace pawprint::drawing
