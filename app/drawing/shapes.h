#pragma once

#include <opencv2/core/types.hpp>
#include <vector>

namespace pawprint::drawing {

using Point = cv::Point2f;
using Outline = std::vector<Point>;

// The union of filled outlines. Units are the caller's; y grows downwards.
using Shape = std::vector<Outline>;

// Points as written in an SVG file: "0,-.8 .42,-.79 .78,-.52"_path. Throws std::logic_error for anything else.
Outline operator""_path(const char* text, size_t length);

Shape ellipse(Point center, float rx, float ry, float degrees = 0);
Shape disc(Point center, float radius);
Shape polygon(Outline corners);
Shape rectangle(float left, float top, float right, float bottom);
Shape rounded(float left, float top, float right, float bottom, float radius);

// A closed Catmull-Rom curve through the points.
Shape smooth(const Outline& points);
// The same through the points and their mirror images in x = 0; listed from the top down the right side.
Shape symmetric(const Outline& right_side);

// A round-ended stroke along a curve through the path (>= 2 points); half widths at its start and end.
Shape stroke(const Outline& path, float start, float end);
Shape stroke(const Outline& path, float width);
// Strokes across such a stroke, evenly spaced from `from` to `to` (shares of its length).
Shape bands(const Outline& path, int count, float from, float to, float reach, float half_width);

// The points of an open Catmull-Rom curve.
Outline curve(const Outline& path, int steps_per_segment = 6);

// Puts shapes together.
Shape operator+(Shape a, const Shape& b);

}  // namespace pawprint::drawing
