#include "app/drawing/shapes.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace pawprint::drawing {
namespace {

constexpr float kPi = 3.14159265f;

Point catmull_rom(Point a, Point b, Point c, Point d, float t) {
  const float t2 = t * t, t3 = t2 * t;
  return 0.5f * (2.f * b + (c - a) * t + (2.f * a - 5.f * b + 4.f * c - d) * t2 + (3.f * b - a - 3.f * c + d) * t3);
}

Point unit_normal(Point along) {
  const float length = std::max(std::hypot(along.x, along.y), 1e-6f);
  return {-along.y / length, along.x / length};
}

Outline rim(Point center, float rx, float ry, float degrees, int sides) {
  const float turn = degrees * kPi / 180, c = std::cos(turn), s = std::sin(turn);
  Outline points;
  for (int i = 0; i < sides; ++i) {
    const float angle = 2 * kPi * static_cast<float>(i) / static_cast<float>(sides);
    const float x = rx * std::cos(angle), y = ry * std::sin(angle);
    points.push_back(center + Point{x * c - y * s, x * s + y * c});
  }
  return points;
}

Outline circle(Point center, float radius) { return rim(center, radius, radius, 0, 20); }

}  // namespace

Outline operator""_path(const char* text, size_t length) {
  const char* const end = text + length;
  const auto read = [&](char after) {
    float value = 0;
    const auto [rest, error] = std::from_chars(text, end, value);
    if (error != std::errc() || (rest != end && *rest != after)) throw std::logic_error("expected x,y x,y ...");
    text = std::min(rest + 1, end);
    return value;
  };
  Outline points;
  while (text < end) {
    const float x = read(',');
    points.push_back({x, read(' ')});
  }
  return points;
}

Shape ellipse(Point center, float rx, float ry, float degrees) { return {rim(center, rx, ry, degrees, 44)}; }

Shape disc(Point center, float radius) { return ellipse(center, radius, radius); }

Shape polygon(Outline corners) { return {std::move(corners)}; }

Shape rectangle(float left, float top, float right, float bottom) {
  return {{{left, top}, {right, top}, {right, bottom}, {left, bottom}}};
}

Shape rounded(float left, float top, float right, float bottom, float radius) {
  constexpr int kSides = 6;
  const Point centers[] = {{right - radius, bottom - radius},
                           {left + radius, bottom - radius},
                           {left + radius, top + radius},
                           {right - radius, top + radius}};
  Outline points;
  for (int corner = 0; corner < 4; ++corner) {
    for (int i = 0; i <= kSides; ++i) {
      const float angle = kPi / 2 * (static_cast<float>(corner) + static_cast<float>(i) / kSides);
      points.push_back(centers[corner] + radius * Point{std::cos(angle), std::sin(angle)});
    }
  }
  return {std::move(points)};
}

Shape smooth(const Outline& points) {
  constexpr int kSteps = 7;
  const size_t n = points.size();
  Outline closed;
  for (size_t i = 0; i < n; ++i) {
    for (int step = 0; step < kSteps; ++step) {
      closed.push_back(catmull_rom(points[(i + n - 1) % n], points[i], points[(i + 1) % n], points[(i + 2) % n],
                                   static_cast<float>(step) / kSteps));
    }
  }
  return {std::move(closed)};
}

Shape symmetric(const Outline& right_side) {
  Outline points = right_side;
  for (auto p = right_side.rbegin(); p != right_side.rend(); ++p) {
    if (p->x != 0) points.push_back({-p->x, p->y});
  }
  return smooth(points);
}

Outline curve(const Outline& path, int steps_per_segment) {
  Outline points;
  for (size_t i = 0; i + 1 < path.size(); ++i) {
    const Point before = path[i > 0 ? i - 1 : 0];
    const Point after = path[std::min(i + 2, path.size() - 1)];
    for (int step = 0; step < steps_per_segment; ++step) {
      const float t = static_cast<float>(step) / static_cast<float>(steps_per_segment);
      points.push_back(catmull_rom(before, path[i], path[i + 1], after, t));
    }
  }
  points.push_back(path.back());
  return points;
}

// A piece for each step, not one outline: a tight bend would cross itself and leave a hole.
Shape stroke(const Outline& path, float start, float end) {
  const Outline points = path.size() > 2 ? curve(path) : path;
  Shape pieces{circle(points.front(), start), circle(points.back(), end)};
  const float steps = static_cast<float>(points.size() - 1);
  for (size_t i = 0; i + 1 < points.size(); ++i) {
    const float near = start + (end - start) * static_cast<float>(i) / steps;
    const float far = start + (end - start) * static_cast<float>(i + 1) / steps;
    const Point normal = unit_normal(points[i + 1] - points[i]);
    if (i > 0) pieces.push_back(circle(points[i], near));
    pieces.push_back({points[i] + near * normal, points[i + 1] + far * normal, points[i + 1] - far * normal,
                      points[i] - near * normal});
  }
  return pieces;
}

Shape stroke(const Outline& path, float width) { return stroke(path, width, width); }

Shape bands(const Outline& path, int count, float from, float to, float reach, float half_width) {
  const Outline points = curve(path, 12);
  Shape pieces;
  for (int i = 0; i < count; ++i) {
    const float share = from + (to - from) * (static_cast<float>(i) + 0.5f) / static_cast<float>(count);
    const size_t at = std::min(static_cast<size_t>(share * static_cast<float>(points.size() - 1)), points.size() - 2);
    const Point along = points[at + 1] - points[at];
    const Point normal = unit_normal(along);
    const Point bend = 0.15f * reach * Point{normal.y, -normal.x};
    pieces = std::move(pieces) + stroke({points[at] - reach * normal, points[at] + bend, points[at] + reach * normal},
                                        half_width, half_width);
  }
  return pieces;
}

Shape operator+(Shape a, const Shape& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace pawprint::drawing
