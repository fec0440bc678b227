#include <algorithm>
#include <array>
#include <cmath>

#include "app/drawing/face_parts.h"

namespace pawprint::drawing {
namespace {

constexpr std::array<unsigned, 7> kSkins{0x4a2d22, 0x6b4431, 0x8d5d41, 0xb37d58, 0xd6a17a, 0xeec2a0, 0xfbdfcb};
constexpr std::array<unsigned, 5> kIrises{0x3a2217, 0x6b4423, 0x7d7a3c, 0x4f8a6a, 0x5a94c4};

// Between the colors of a list: share 0 .. 1.
template <size_t N>
Color along(const std::array<unsigned, N>& colors, float share) {
  const float at = std::clamp(share, 0.f, 1.f) * static_cast<float>(N - 1);
  const size_t i = std::min(static_cast<size_t>(at), N - 2);
  return mix(rgb(colors[i]), rgb(colors[i + 1]), at - static_cast<float>(i));
}

// By HairColor: dark, usual, light.
constexpr std::array<std::array<unsigned, 3>, 5> kHairs{{{0x17130f, 0x241c19, 0x332824},
                                                         {0x4b2f20, 0x6a4429, 0x8a5c37},
                                                         {0x8a451c, 0xa85922, 0xc4702e},
                                                         {0xc89a4c, 0xdcb566, 0xeed08a},
                                                         {0x8d8b8a, 0xb3b1b0, 0xdcdad8}}};

void draw_ears(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  for (const float side : {-1.f, 1.f}) {
    const Pen ear_pen = pen.at(side * 2.1f * face.face_width, 0.35f).scaled(side, 1);
    Part ear(ear_pen, smooth("-.3,-.5 .1,-.62 .34,-.35 .28,.15 .08,.6 -.3,.5"_path), colors.skin);
    ear.soft(ellipse({0.05f, -0.05f}, 0.13f, 0.32f), colors.shade, 0.7f, 0.08f);
    ear.place(0.2f);
  }
}

}  // namespace

Color hsv(float hue, float saturation, float value) {
  const auto channel = [&](float shift) {
    const float k = std::fmod(shift + 6 * hue, 6.f);
    return 255 * value * (1 - saturation * std::clamp(std::min(k, 4 - k), 0.f, 1.f));
  };
  return {channel(1), channel(3), channel(5)};
}

FaceColors face_colors(const FaceTraits& face) {
  FaceColors c;
  c.skin = along(kSkins, face.skin);
  c.light = mix(c.skin, rgb(0xfff1dc), 0.2f + 0.16f * face.skin);
  c.shade = mix(c.skin, rgb(0x4a1c1c), 0.32f);
  c.line = mix(c.skin, rgb(0x1e0d0c), 0.72f);
  c.blush = mix(c.skin, rgb(0xe0524e), 0.5f);
  c.lip = face.lipstick ? mix(rgb(0xc4203f), c.skin, 0.1f) : mix(c.skin, rgb(0xb43a4c), face.male ? 0.45f : 0.52f);
  c.hair = along(kHairs[static_cast<size_t>(face.hair_color)], 0.5f + 0.5f * face.hair_shade);
  c.hair_light = mix(c.hair, rgb(0xfff0d8), 0.28f);
  c.hair_dark = mix(c.hair, rgb(0x0c0606), 0.38f);
  c.iris = along(kIrises, face.eye_color);
  c.clothes = hsv(face.clothes_hue, 0.45f, 0.68f);
  c.worn = hsv(face.worn_hue, 0.6f, 0.62f);
  return c;
}

void draw_face_background(const Pen& page, const FaceTraits& face) {
  const Color above = hsv(face.background_hue, 0.22f, face.background_light);
  const Color below = mix(above, hsv(face.background_hue + 0.06f, 0.45f, 0.3f), 0.55f * face.background_grade);
  cv::Mat picture = page.picture();
  for (int y = 0; y < picture.rows; ++y) {
    const Color row = mix(above, below, (static_cast<float>(y) + 0.5f) / static_cast<float>(picture.rows));
    picture.row(y).setTo(cv::Scalar(row[0], row[1], row[2]));
  }
  page.soft(disc({0.5f + 0.18f * face.light_x, 0.36f}, 0.34f), lighter(above, 0.5f), 0.45f, 0.14f);
}

Shape face_outline(const FaceTraits& face) {
  const float jaw = face.male ? 0.1f : -0.06f;
  Outline right{{0, -2.75f},        {1.15f, -2.52f},      {1.93f, -1.55f},      {2.1f, -0.3f}, {2.04f, 0.7f},
                {1.8f + jaw, 1.7f}, {1.28f + jaw, 2.55f}, {0.58f + jaw, 3.04f}, {0, 3.14f}};
  for (auto& p : right) {
    p.x *= face.face_width;
    if (p.y > kMouthY) p.y = kMouthY + (p.y - kMouthY) * face.face_length;
  }
  return symmetric(right);
}

void draw_bust(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  const float wide = face.male ? 1.12f : 1;
  Part neck(pen,
            smooth({{-1.05f * wide, 1.6f},
                    {1.05f * wide, 1.6f},
                    {1.05f * wide, 3.2f},
                    {1.7f, 3.9f},
                    {1.8f, 5},
                    {-1.8f, 5},
                    {-1.7f, 3.9f},
                    {-1.05f * wide, 3.2f}}),
            colors.skin);
  neck.soft(ellipse({0, 2.75f}, 1.5f, 0.75f), colors.shade, 0.85f, 0.25f);
  neck.place(0.2f);
  Part shirt(pen,
             smooth({{-1.15f * wide, 3.4f},
                     {-0.7f, 3.95f},
                     {0, 4.1f},
                     {0.7f, 3.95f},
                     {1.15f * wide, 3.4f},
                     {2.4f * wide, 3.75f},
                     {3.4f * wide, 4.4f},
                     {3.7f * wide, 5.6f},
                     {-3.7f * wide, 5.6f},
                     {-3.4f * wide, 4.4f},
                     {-2.4f * wide, 3.75f}}),
             colors.clothes);
  shirt.soft(ellipse({1.5f * face.light_x, 3.5f}, 1.6f, 0.5f), lighter(colors.clothes, 0.4f), 0.4f, 0.3f);
  shirt.place(0.25f);
}

void draw_face_head(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  draw_ears(pen, face, colors);
  Part head(pen, face_outline(face), colors.skin);
  const Pen& inside = head.inside();
  const float light = face.light_x;
  inside.soft(ellipse({-2.1f * light, 1}, 0.65f, 2.3f), colors.shade, 0.3f * std::abs(light), 0.5f);
  inside.soft(ellipse({0.7f * light, -1.5f}, 0.9f, 0.55f), colors.light, 0.5f, 0.35f);
  inside.soft(ellipse({0.2f * light, 2.72f}, 0.4f, 0.22f), colors.light, 0.45f, 0.16f);
  for (const float side : {-1.f, 1.f}) inside.soft(ellipse({side * 1.9f, 2.3f}, 0.7f, 1), colors.shade, 0.35f, 0.4f);
  head.place(0.22f);
}

void draw_age_lines(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  const float alpha = 0.7f * std::clamp(2 * face.age - 1, 0.f, 1.f);
  if (alpha <= 0) return;
  for (const float y : {-1.72f, -1.38f})
    pen.soft(stroke({{-0.9f, y + 0.06f}, {-0.4f, y}, {0.4f, y}, {0.9f, y + 0.06f}}, 0.035f), colors.shade, alpha,
             0.04f);
  for (const Pen& half : pen.sides()) {
    half.soft(stroke(".55,.5 .95,.66 1.4,.52"_path, 0.045f, 0.03f), colors.shade, alpha, 0.05f);
    half.soft(
        stroke({{1.66f, 0}, {1.92f, -0.12f}}, 0.035f, 0.02f) + stroke({{1.66f, 0.12f}, {1.92f, 0.2f}}, 0.035f, 0.02f),
        colors.shade, alpha, 0.04f);
  }
}

}  // namespace pawprint::drawing
