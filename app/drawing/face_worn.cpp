#include <algorithm>

#include "app/drawing/face_parts.h"

namespace pawprint::drawing {
namespace {

void draw_beanie(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  const float width = face.face_width;
  Part dome(pen, symmetric({{0, -3.42f}, {1.2f, -3.2f}, {2.1f * width, -2.4f}, {2.42f * width, -1.3f}, {0, -1.2f}}),
            colors.worn);
  for (const float x : {-1.5f, -0.75f, 0.f, 0.75f, 1.5f})
    dome.soft(stroke({{0.5f * x, -3.4f}, {x, -1.5f}}, 0.04f, 0.07f), mix(colors.worn, rgb(0x101018), 0.4f), 0.4f,
              0.08f);
  dome.soft(ellipse({0.9f * face.light_x, -2.7f}, 0.6f, 0.35f), kWhite, 0.3f, 0.3f);
  dome.place(0.3f);
  Part(pen,
       smooth({{-2.5f * width, -1.75f},
               {0, -1.98f},
               {2.5f * width, -1.75f},
               {2.5f * width, -1.1f},
               {0, -1.3f},
               {-2.5f * width, -1.1f}}),
       mix(colors.worn, rgb(0x101018), 0.22f))
      .place(0.25f);
}

void draw_brim_hat(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  const Color straw = mix(colors.worn, rgb(0xd8b878), 0.7f);
  Part crown(pen, symmetric("0,-3.5 1.3,-3.4 1.85,-2.7 2,-1.4 0,-1.3"_path), straw);
  crown.soft(ellipse({0.8f * face.light_x, -2.9f}, 0.6f, 0.35f), kWhite, 0.35f, 0.3f);
  crown.fill(rectangle(-3, -2.08f, 3, -1.5f), mix(colors.worn, rgb(0x201418), 0.3f));
  crown.place(0.3f);
  Part brim(pen, ellipse({0, -1.45f}, 3.35f, 0.42f), straw);
  brim.soft(ellipse({0, -1.2f}, 2.6f, 0.2f), mix(straw, rgb(0x302010), 0.5f), 0.6f, 0.15f);
  brim.place(0.25f);
}

void draw_cap(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  const float width = face.face_width;
  Part dome(pen, symmetric({{0, -3.3f}, {1.2f, -3.1f}, {2.05f * width, -2.35f}, {2.36f * width, -1.2f}, {0, -1.5f}}),
            colors.worn);
  dome.soft(ellipse({0.9f * face.light_x, -2.7f}, 0.6f, 0.35f), kWhite, 0.3f, 0.3f);
  dome.soft(stroke({{0, -3.4f}, {0, -1.5f}}, 0.03f), rgb(0x101018), 0.3f, 0.05f);
  dome.place(0.3f);
  Part(pen, smooth("-2.1,-1.42 -1.2,-1.85 0,-1.98 1.2,-1.85 2.1,-1.42 1.6,-1.12 0,-1.28 -1.6,-1.12"_path),
       mix(colors.worn, rgb(0x101018), 0.35f))
      .place(0.25f);
}

}  // namespace

void draw_hat(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  if (face.hat == Hat::kNone) return;
  pen.soft(ellipse({0, -1.15f}, 1.9f, 0.25f), colors.shade, 0.5f, 0.15f);
  if (face.hat == Hat::kBeanie) draw_beanie(pen, face, colors);
  if (face.hat == Hat::kBrim) draw_brim_hat(pen, face, colors);
  if (face.hat == Hat::kCap) draw_cap(pen, face, colors);
}

void draw_glasses(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  if (face.glasses == Glasses::kNone) return;
  const Color frame = mix(colors.worn, rgb(0x16100e), 0.7f);
  const bool round = face.glasses == Glasses::kRound;
  for (const float side : {-1.f, 1.f}) {
    const Pen at = pen.at(side * 1.02f, 0.06f);
    const Shape lens = round ? ellipse({0, 0}, 0.76f, 0.72f) : rounded(-0.82f, -0.54f, 0.82f, 0.6f, 0.24f);
    at.fill(lens, rgb(0xeaf4ff), 0.12f);
    Outline rim = lens.front();
    rim.push_back(rim.front());
    Shape edge;
    for (size_t i = 0; i + 1 < rim.size(); ++i) edge = std::move(edge) + stroke({rim[i], rim[i + 1]}, 0.075f);
    at.fill(edge, frame);
    at.soft(stroke({{-0.4f, 0.3f}, {-0.1f, -0.35f}}, 0.06f), kWhite, 0.25f, 0.04f);
    const float rim_x = round ? 0.76f : 0.82f;
    at.scaled(side, 1).fill(stroke({{rim_x, -0.12f}, {2.12f * face.face_width - 1.02f, -0.05f}}, 0.07f, 0.05f), frame);
  }
  pen.fill(stroke("-.28,-.06 0,-.16 .28,-.06"_path, 0.06f), frame);
}

}  // namespace pawprint::drawing
