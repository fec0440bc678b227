#include <algorithm>
#include <array>
#include <cmath>

#include "app/drawing/face_parts.h"

namespace pawprint::drawing {
namespace {

constexpr float kPi = 3.14159265f;

// Highlights and strands that follow the skull; large and soft.
void comb(const Pen& inside, const FaceTraits& face, const FaceColors& colors) {
  const float x = 0.9f * face.light_x;
  inside.soft(stroke({{x - 1.1f, -2.2f}, {x, -2.62f}, {x + 1.1f, -2.2f}}, 0.16f), colors.hair_light, 0.75f, 0.2f);
  for (const float side : {-1.f, 1.f}) {
    inside.soft(stroke({{0.7f * face.parting, -2.9f}, {1.3f * side, -2.3f}, {2.05f * side, -0.9f}}, 0.05f, 0.08f),
                colors.hair_dark, 0.36f, 0.1f);
  }
}

bool covers_ears(const FaceTraits& face) {
  return face.hair_style == HairStyle::kBob || face.hair_style == HairStyle::kLong;
}

// From the temple over the crown to the other temple and back along the forehead.
Shape cap_outline(const FaceTraits& face) {
  const float part = face.parting, width = face.face_width;
  const float top = face.hair_style == HairStyle::kCurly ? -3.3f : -3.16f;
  const float side_end = face.hair_style == HairStyle::kShort ? 0.1f : 0.35f;
  Outline right{{1.2f * width, top + 0.26f}, {2.05f * width, -2.05f}, {2.32f * width, -0.9f}, {2.2f * width, side_end}};
  Outline forehead = "1.98,-.35 1.8,-1.1 1.2,-1.72"_path;
  if (face.bangs) forehead = "1.96,-.3 1.8,-.72 1.15,-.82"_path;
  Outline points{{0, top}};
  points.insert(points.end(), right.begin(), right.end());
  for (const auto& p : forehead) points.push_back({p.x * width, p.y});
  if (face.bangs) {
    points.push_back({0.45f, -0.74f});
    points.push_back({0.2f * part, -0.92f});
    points.push_back({-0.45f, -0.74f});
  } else {
    points.push_back({0.75f * part, -2.12f});
  }
  for (auto p = forehead.rbegin(); p != forehead.rend(); ++p) points.push_back({-p->x * width, p->y});
  for (auto p = right.rbegin(); p != right.rend(); ++p) points.push_back({-p->x, p->y});
  return smooth(points);
}

// Locks on both sides of the face, in front of the ears.
Shape side_locks(const FaceTraits& face) {
  const float end = face.hair_style == HairStyle::kLong ? 3.6f : 2.15f;
  Shape locks;
  for (const float side : {-1.f, 1.f}) {
    Outline lock{{1.75f, -1.5f}, {2.35f, -1.1f},     {2.62f, 0.3f},       {2.62f, 0.6f * end},
                 {2.35f, end},   {2.0f, 0.9f * end}, {1.98f, 0.5f * end}, {1.92f, -0.2f}};
    for (auto& p : lock) p.x *= side * face.face_width;
    locks = std::move(locks) + smooth(lock);
  }
  return locks;
}

Shape curls(Point center, float rx, float ry, float radius, int count, float from, float to) {
  Shape shape;
  for (int i = 0; i < count; ++i) {
    const float angle = from + (to - from) * static_cast<float>(i) / static_cast<float>(count - 1);
    shape = std::move(shape) + ellipse(center + Point{rx * std::cos(angle), ry * std::sin(angle)}, radius, radius);
  }
  return shape;
}

Shape back_outline(const FaceTraits& face) {
  const float width = face.face_width;
  if (face.hair_style == HairStyle::kCurly)
    return ellipse({0, -1.05f}, 2.7f * width, 2.15f) +
           curls({0, -0.95f}, 2.5f * width, 1.95f, 0.5f, 15, 0.92f * kPi, 2.08f * kPi);
  const float end = face.hair_style == HairStyle::kLong ? 4.4f : 2.5f;
  return symmetric({{0, -3.1f},
                    {1.5f * width, -2.7f},
                    {2.45f * width, -1.3f},
                    {2.72f * width, 0.5f},
                    {2.75f * width, 0.7f * end},
                    {2.2f * width, end},
                    {1.2f, end - 0.1f},
                    {0, end}});
}

}  // namespace

void draw_back_hair(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  if (face.hair_style == HairStyle::kBun && face.hat == Hat::kNone) {
    Part bun(pen, ellipse({0.25f * face.parting, -3.1f}, 0.95f, 0.75f), colors.hair);
    bun.soft(ellipse({0.25f * face.parting - 0.2f, -3.35f}, 0.35f, 0.16f), colors.hair_light, 0.7f, 0.15f);
    bun.place(0.3f);
  }
  if (!covers_ears(face) && face.hair_style != HairStyle::kCurly) return;
  Part(pen, back_outline(face), mix(colors.hair, colors.hair_dark, 0.45f)).place(0.25f);
}

void draw_front_hair(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  if (face.hair_style == HairStyle::kBald) return;
  const Shape cap = cap_outline(face);
  pen.at(0, 0.14f).soft(cap, colors.shade, 0.32f, 0.14f);
  if (covers_ears(face)) {
    Part locks(pen, side_locks(face), colors.hair);
    for (const float side : {-1.f, 1.f})
      locks.soft(stroke({{2.3f * side, -0.6f}, {2.4f * side, 1.2f}, {2.3f * side, 2.6f}}, 0.1f, 0.05f),
                 side * face.light_x > 0 ? colors.hair_light : colors.hair_dark, 0.5f, 0.12f);
    locks.place(0.25f);
  }
  Part hair(pen, cap, colors.hair);
  comb(hair.inside(), face, colors);
  if (face.bangs) {
    for (const float x : {-1.2f, -0.6f, 0.f, 0.6f, 1.2f})
      hair.soft(stroke({{0.7f * x, -1.9f}, {x, -0.8f}}, 0.05f, 0.07f), colors.hair_dark, 0.4f, 0.1f);
  }
  hair.place(0.22f);
  if (face.hair_style == HairStyle::kCurly) {
    Part crown(pen, curls({0, -1.35f}, 1.95f * face.face_width, 1.45f, 0.48f, 11, 1.02f * kPi, 1.98f * kPi),
               colors.hair);
    comb(crown.inside(), face, colors);
    crown.place(0.15f);
  }
}

void draw_beard(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  if (face.beard == Beard::kNone) return;
  const float down = face.face_length - 1;
  Outline right{{0, 2.52f + down}, {0.5f, 2.45f},       {0.98f, 2.2f},   {1.25f, 1.7f}, {1.62f, 1.1f},
                {1.86f, 0.3f},     {1.97f, -0.3f},      {2.08f, -0.25f}, {2.08f, 1.1f}, {1.95f, 2},
                {1.45f, 2.95f},    {0.7f, 3.4f + down}, {0, 3.5f + down}};
  if (face.beard == Beard::kGoatee)
    right = {{0, 2.5f}, {0.42f, 2.46f}, {0.7f, 2.62f}, {0.62f, 3.05f + down}, {0.3f, 3.36f + down}, {0, 3.45f + down}};
  Part beard(pen, symmetric(right), mix(colors.hair, colors.shade, 0.25f));
  beard.soft(ellipse({0.6f * face.light_x, 2.85f}, 0.6f, 0.2f), colors.hair_light, 0.5f, 0.2f);
  beard.place(0.25f);
}

void draw_mustache(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  if (!face.mustache) return;
  for (const float side : {-1.f, 1.f}) {
    Part half(pen.scaled(side, 1), smooth("-.06,1.42 .4,1.36 .82,1.56 1.02,1.86 .7,1.76 .3,1.72 -.06,1.66"_path),
              mix(colors.hair, colors.shade, 0.25f));
    half.soft(stroke({{0.2f, 1.46f}, {0.7f, 1.58f}}, 0.04f, 0.03f), colors.hair_light, 0.5f, 0.06f);
    half.place(0.2f);
  }
}

}  // namespace pawprint::drawing
