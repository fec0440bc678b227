#include <algorithm>
#include <cmath>

#include "app/drawing/face_parts.h"

namespace pawprint::drawing {
namespace {

constexpr float kLift = 0.52f;  // how far the corners of the mouth rise above its middle at curvature 1

// The outline between two curves above t = -1 .. 1, which is x in half widths.
template <class Upper, class Lower>
Shape between(float half_width, Upper upper, Lower lower) {
  constexpr int kSteps = 16;
  Outline points;
  for (int i = -kSteps; i <= kSteps; ++i) {
    const float t = static_cast<float>(i) / kSteps;
    points.push_back({half_width * t, upper(t)});
  }
  for (int i = kSteps; i >= -kSteps; --i) {
    const float t = static_cast<float>(i) / kSteps;
    points.push_back({half_width * t, lower(t)});
  }
  return {points};
}

// Where lips meet, or where the two rows of teeth would: the height over t = -1 .. 1.
struct MouthCurve {
  float lift, open;
  float middle(float t) const { return kMouthY + lift * (0.42f - t * t); }
  float upper(float t) const { return middle(t) - (0.19f - 0.24f * lift) * open * (1 - t * t); }
  float lower(float t) const { return middle(t) + (0.24f + 0.28f * lift) * open * (1 - t * t); }
};

void draw_inside_of_mouth(const Pen& pen, float half_width, const MouthCurve& curve) {
  Part inside(pen,
              between(
                  half_width, [&](float t) { return curve.upper(t); }, [&](float t) { return curve.lower(t); }),
              rgb(0x5a1d28));
  inside.soft(ellipse({0, curve.lower(0) + 0.02f}, 0.4f, 0.14f), rgb(0xb4565c), 0.8f, 0.05f);
  // the rows of teeth end before the corners of the mouth do
  inside.fill(between(
                  0.8f * half_width, [&](float t) { return curve.upper(0.8f * t); },
                  [&](float t) { return curve.upper(0.8f * t) + 0.2f * curve.open * (1 - 0.5f * t * t); }),
              rgb(0xfaf4ec));
  inside.place(0.15f);
}

void draw_lips(const Pen& pen, const FaceTraits& face, const FaceColors& colors, float half_width,
               const MouthCurve& curve) {
  const float thick = 0.19f * face.lips;
  const auto taper = [](float t) { return std::pow(std::max(0.f, 1 - t * t), 0.8f); };
  const auto bow = [](float t) { return 1 - 0.25f * std::exp(-25 * t * t); };
  const auto above = [&](float t) { return curve.upper(t) - thick * bow(t) * taper(t); };
  const auto below = [&](float t) { return curve.lower(t) + 1.25f * thick * taper(t); };
  const auto upper = [&](float t) { return curve.upper(t) + 0.01f; };
  const auto lower = [&](float t) { return curve.lower(t) - 0.01f; };
  pen.soft(ellipse({0, curve.lower(0) + 1.25f * thick + 0.14f}, 0.42f, 0.07f), colors.shade, 0.5f, 0.08f);
  pen.fill(between(half_width, above, upper), mix(colors.lip, rgb(0x3a0a18), 0.16f));
  pen.fill(between(half_width, lower, below), colors.lip);
  pen.soft(ellipse({-0.05f, curve.lower(0) + 0.6f * thick}, 0.22f, 0.04f), lighter(colors.lip, 0.5f), 0.4f, 0.06f);
}

}  // namespace

void draw_face_mouth(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  const float smile = face.mouth_curvature;
  const float half_width = kMouthHalfWidth * face.mouth_width * (1 + 0.12f * smile);
  const float stretched = smile < 0 ? 1 - 0.2f * face.mouth_open : 1;  // an open frown would reach the nose
  const MouthCurve curve{kLift * smile * stretched, face.mouth_open};
  if (face.mouth_open > 0) draw_inside_of_mouth(pen, half_width, curve);
  draw_lips(pen, face, colors, half_width, curve);
  const Color line = mix(colors.lip, rgb(0x2c0814), 0.68f);
  Outline path;
  for (const float t : {-1.04f, -0.8f, -0.5f, -0.2f, 0.2f, 0.5f, 0.8f, 1.04f})
    path.push_back({half_width * t, curve.middle(t)});
  if (face.mouth_open <= 0) pen.fill(stroke(path, 0.045f), line);
  for (const float side : {-1.f, 1.f})
    pen.soft(disc({side * half_width * 1.04f, curve.middle(1.04f)}, 0.07f), line, 0.8f, 0.05f);
}

void draw_cheeks(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  const float smile = face.mouth_curvature, up = std::max(0.f, smile), down = std::max(0.f, -smile);
  const float corner_x = kMouthHalfWidth * face.mouth_width * (1 + 0.12f * smile);
  const float corner_y = kMouthY - 0.58f * kLift * smile;
  for (const Pen& half : pen.sides()) {
    const float y = 1.2f - 0.14f * smile;
    half.soft(ellipse({1.32f, y}, 0.46f, 0.3f), colors.blush,
              (0.4f + 0.6f * face.skin) * ((face.male ? 0.3f : 0.42f) + 0.2f * up), 0.2f);
    half.soft(ellipse({1.26f, y - 0.12f}, 0.26f, 0.12f), colors.light, 0.25f + 0.3f * up, 0.12f);
    half.soft(stroke({{0.58f, 1.22f}, {0.86f + 0.1f * up, 1.4f}, {corner_x + 0.2f, corner_y - 0.06f}}, 0.04f, 0.05f),
              colors.shade, 0.14f + 0.4f * up + 0.3f * down + 0.2f * std::max(0.f, face.age - 0.5f), 0.06f);
    half.soft(stroke({{corner_x + 0.08f, corner_y + 0.08f}, {corner_x + 0.16f, corner_y + 0.36f}}, 0.05f, 0.03f),
              colors.shade, 0.5f * down, 0.06f);
  }
}

void draw_nose(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  const Pen nose = pen.scaled(face.nose_width, 1);
  const float dark = face.light_x > 0 ? -1.f : 1.f;
  nose.soft(stroke({{dark * 0.2f, -0.35f}, {dark * 0.2f, 0.4f}, {dark * 0.36f, 0.95f}}, 0.07f, 0.12f), colors.shade,
            0.2f + 0.25f * std::abs(face.light_x), 0.12f);
  nose.soft(stroke({{-0.06f * dark, -0.2f}, {-0.08f * dark, 0.8f}}, 0.06f, 0.11f), colors.light, 0.6f, 0.09f);
  nose.soft(ellipse({0, 1.27f}, 0.36f, 0.08f), colors.shade, 0.5f, 0.08f);
  for (const Pen& half : nose.sides()) {
    half.soft(stroke(".36,.82 .48,1 .4,1.16 .28,1.18"_path, 0.035f, 0.04f), colors.shade, 0.9f, 0.035f);
    half.soft(ellipse({0.19f, 1.17f}, 0.11f, 0.05f, -12), colors.line, 0.75f, 0.03f);
  }
  nose.soft(ellipse({-0.06f * dark, 0.9f}, 0.1f, 0.08f), lighter(colors.light, 0.4f), 0.6f, 0.06f);
}

void draw_brows(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  const float thick = face.male ? 0.13f : 0.085f;
  const Color hair = face.hair_style == HairStyle::kBald ? mix(colors.hair, colors.line, 0.5f) : colors.hair;
  const Color color = mix(mix(hair, colors.line, 0.35f), colors.skin, brightness(hair) > 0.5f ? 0 : 0.1f);
  const float tilt = 0.1f * face.brow_tilt;
  const Outline path{{0.46f, -0.66f + 0.6f * tilt}, {0.98f, -0.86f}, {1.62f, -0.66f - tilt}};
  for (const Pen& half : pen.sides()) half.soft(stroke(path, thick, 0.4f * thick), color, 0.95f, 0.04f);
}

void draw_face_eyes(const Pen& pen, const FaceTraits& face, const FaceColors& colors) {
  const float open = 0.35f * face.eye_opening;
  for (const float side : {-1.f, 1.f}) {
    const Pen at = pen.at(side, 0).scaled(side, 1);
    at.soft(ellipse({0, -0.12f}, 0.62f, open + 0.16f), colors.shade, 0.42f, 0.14f);
    const auto lid = [&](float t) { return -open * (1 - t * t) * (1 + 0.15f * t) - 0.04f * t; };
    const auto under = [&](float t) { return 0.78f * open * (1 - t * t) - 0.04f * t; };
    Part eye(at, between(0.54f, lid, under), rgb(0xfbf7f2));
    const Pen& inside = eye.inside();
    inside.fill(disc({0, -0.02f}, 0.29f), mix(colors.iris, rgb(0x100808), 0.5f));
    inside.soft(disc({0, 0.02f}, 0.23f), colors.iris, 1, 0.04f);
    inside.fill(disc({0, -0.02f}, 0.13f), rgb(0x120c0c));
    inside.soft(stroke({{-0.5f, -open}, {0, -open - 0.08f}, {0.5f, -open}}, 0.16f), rgb(0x3a2a30), 0.5f, 0.08f);
    eye.place(0);
    at.fill(disc({-0.09f * side, -0.1f}, 0.065f), kWhite, 0.95f);
    Outline path;
    for (const float t : {-1.f, -0.5f, 0.f, 0.5f, 1.f}) path.push_back({0.54f * t, lid(t)});
    if (!face.male) path.push_back({0.64f, -0.1f - 0.12f * open});
    at.fill(stroke(path, 0.035f, face.male ? 0.04f : 0.05f), mix(colors.line, rgb(0x140a0a), 0.5f));
    at.soft(stroke({{-0.42f, -open - 0.06f}, {0, -open - 0.2f}, {0.5f, -open - 0.06f}}, 0.025f), colors.shade, 0.8f,
            0.03f);
  }
}

}  // namespace pawprint::drawing
