#include <algorithm>

#include "app/drawing/animal.h"

namespace pawprint::drawing {
namespace {

enum Ears { kFloppy, kHalfErect, kLong };

void draw_half_erect(const Pen& pen, const Coat& coat, const Colour& colour) {
  for (const float side : {-1.f, 1.f}) {
    const Pen half = pen.scaled(side, 1);
    Part ear(
        half,
        smooth({{0.2f, -0.55f}, {0.38f, -0.98f}, {0.72f, -1.12f}, {0.95f, -0.85f}, {0.88f, -0.25f}, {0.5f, -0.2f}}),
        colour);
    ear.place(0.25f);
    Part flap(
        half,
        smooth({{0.36f, -1.0f}, {0.72f, -1.14f}, {0.98f, -0.98f}, {1.12f, -0.62f}, {1.0f, -0.4f}, {0.78f, -0.62f}}),
        mix(colour, coat.line, 0.18f));
    flap.place(0.3f);
  }
}

void draw_floppy(const Pen& pen, const Coat& coat, const Colour& colour, float length) {
  for (const float side : {-1.f, 1.f}) {
    const Pen half = pen.scaled(side, 1);
    Part ear(half,
             smooth({{0.5f, -0.78f},
                     {0.86f, -0.72f},
                     {1.12f, -0.35f},
                     {1.22f, 0.1f * length},
                     {1.16f, 0.42f * length},
                     {0.94f, 0.5f * length},
                     {0.78f, 0.2f * length},
                     {0.74f, -0.25f}}),
             colour);
    ear.inside().soft(ellipse({0.8f, 0.1f}, 0.14f, 0.5f), coat.line, 0.3f, 0.1f);
    ear.place(0.4f);
  }
}

Shape head_outline() {
  return symmetric({{0, -0.86f},
                    {0.4f, -0.82f},
                    {0.74f, -0.52f},
                    {0.84f, -0.1f},
                    {0.78f, 0.25f},
                    {0.62f, 0.55f},
                    {0.4f, 0.8f},
                    {0, 0.88f}});
}

void mark_head(const Pen& inside, const Coat& coat, Random& random) {
  switch (coat.pattern) {
    case Pattern::kPatches:
      inside.fill(blotch({-0.46f, -0.3f}, 0.5f, random), coat.mark);
      if (random.chance(0.5f)) inside.fill(blotch({0.55f, -0.35f}, 0.5f, random), coat.mark2);
      break;
    case Pattern::kSpots:
      for (int i = 0; i < 9; ++i) {
        const Point centre{random.uniform(-0.75f, 0.75f), random.uniform(-0.8f, 0.3f)};
        inside.fill(blotch(centre, random.uniform(0.04f, 0.1f), random), coat.mark);
      }
      break;
    case Pattern::kTuxedo:
      inside.fill(smooth({{0, -0.95f},
                          {0.12f, -0.5f},
                          {0.16f, 0},
                          {0.5f, 0.5f},
                          {0.4f, 1},
                          {-0.4f, 1},
                          {-0.5f, 0.5f},
                          {-0.16f, 0},
                          {-0.12f, -0.5f}}),
                  coat.light);
      break;
    case Pattern::kSaddle:
      inside.soft(ellipse({0, -0.85f}, 0.7f, 0.3f), mix(coat.mark, coat.base, 0.35f), 0.9f, 0.12f);
      break;
    default:
      break;
  }
}

void draw_tongue(const Pen& pen) {
  Part tongue(pen,
              smooth({{-0.17f, 0.42f}, {0.17f, 0.42f}, {0.2f, 0.75f}, {0.12f, 0.97f}, {-0.12f, 0.97f}, {-0.2f, 0.75f}}),
              rgb(0xe8838c));
  tongue.inside().fill(stroke({{0, 0.4f}, {0.01f, 0.8f}}, 0.02f, 0.012f), rgb(0xb9525f), 0.8f);
  tongue.inside().soft(ellipse({0, 0.45f}, 0.22f, 0.1f), rgb(0x8b2f3c), 0.7f, 0.06f);
  tongue.place(0.3f);
}

void draw_jaw(const Pen& pen, const Animal& animal, const Colour& muzzle) {
  const Colour& line = animal.coat.line;
  if (!animal.face.mouth_open) {
    Part(pen, ellipse({0, 0.52f}, 0.27f, 0.2f), mix(muzzle, line, 0.12f)).place();
    return;
  }
  Part jaw(pen, smooth({{-0.34f, 0.35f}, {0.34f, 0.35f}, {0.3f, 0.7f}, {0, 0.84f}, {-0.3f, 0.7f}}),
           mix(muzzle, line, 0.15f));
  jaw.inside().fill(smooth({{-0.3f, 0.3f}, {0.3f, 0.3f}, {0.22f, 0.62f}, {0, 0.7f}, {-0.22f, 0.62f}}), rgb(0x5e262c));
  jaw.place();
  draw_tongue(pen);
}

void draw_lips(const Pen& pen, const Colour& muzzle) {
  const Colour line = brightness(muzzle) < 0.35f ? mix(muzzle, rgb(0x000000), 0.6f) : mix(muzzle, rgb(0x33211d), 0.8f);
  Part lips(
      pen,
      symmetric(
          {{0, -0.42f}, {0.2f, -0.32f}, {0.32f, -0.02f}, {0.48f, 0.22f}, {0.46f, 0.46f}, {0.25f, 0.56f}, {0, 0.46f}}),
      muzzle);
  lips.inside().fill(stroke({{0, 0.1f}, {0, 0.47f}}, 0.025f, 0.025f), line);
  for (const float side : {-1.f, 1.f}) {
    for (int i = 0; i < 3; ++i) {
      const Point root{side * (i == 1 ? 0.28f : 0.2f), 0.22f + 0.08f * static_cast<float>(i)};
      lips.inside().fill(ellipse(root, 0.018f, 0.018f), line, 0.6f);
    }
  }
  lips.fade(-0.42f, -0.05f);
  lips.place(0.3f);
  for (const float side : {-1.f, 1.f})
    pen.fill(stroke({{0, 0.46f}, {side * 0.14f, 0.55f}, {side * 0.3f, 0.54f}, {side * 0.45f, 0.43f}}, 0.026f, 0.014f),
             line);
}

// Nose, lips and jaw; the pen's origin is the middle of the nose.
void draw_muzzle(const Pen& pen, const Animal& animal) {
  const Coat& coat = animal.coat;
  const float lightness = coat.pattern == Pattern::kTuxedo ? 1 : coat.pattern == Pattern::kSaddle ? 0.6f : 0.75f;
  const Colour muzzle = mix(coat.base, coat.light, lightness);
  draw_jaw(pen, animal, muzzle);
  draw_lips(pen, muzzle);
  Part nose(pen, symmetric({{0, -0.17f}, {0.25f, -0.1f}, {0.22f, 0.06f}, {0.08f, 0.17f}}), coat.nose);
  nose.inside().soft(ellipse({-0.06f, -0.09f}, 0.1f, 0.035f), rgb(0xffffff), 0.6f, 0.03f);
  nose.inside().fill(ellipse({-0.11f, 0.04f}, 0.05f, 0.035f, -20) + ellipse({0.11f, 0.04f}, 0.05f, 0.035f, 20),
                     rgb(0x000000), 0.6f);
  nose.place(0.2f);
}

}  // namespace

void draw_dog_head(const Pen& pen, const Animal& animal, Random& random) {
  const Coat& coat = animal.coat;
  const Face& face = animal.face;
  const bool own_colour = coat.pattern != Pattern::kPlain && coat.pattern != Pattern::kTuxedo;
  const Colour ear = own_colour ? coat.ear : mix(coat.ear, coat.line, 0.12f);
  if (face.ears == kHalfErect) draw_half_erect(pen, coat, ear);
  Part head(pen, head_outline(), coat.base);
  mark_head(head.inside().at(0.12f * face.turn, 0), coat, random);
  head.place();
  if (face.ears != kHalfErect) draw_floppy(pen, coat, ear, face.ears == kLong ? 1.7f : 1);
  for (const float side : {-1.f, 1.f}) {
    const float narrow = 1 - 0.16f * std::max(0.f, side * face.turn);
    const Pen eye = pen.at(0.35f * side + 0.16f * face.turn, -0.2f);
    if (coat.pattern == Pattern::kSaddle)
      eye.fill(ellipse({0.02f * side, -0.23f}, 0.1f, 0.065f), mix(coat.base, coat.light, 0.5f));
    const Eyes eyes = face.eyes == Eyes::kWink && side > 0 ? Eyes::kOpen : face.eyes;
    draw_eye(eye.scaled(narrow, 1), eyes, coat, 0.145f, 0.15f, 0.66f, false);
    const Colour brow = brightness(coat.base) < 0.3f ? mix(coat.base, rgb(0xffffff), 0.2f) : coat.line;
    eye.fill(stroke({{-0.1f, -0.23f - 0.03f * side}, {0, -0.27f}, {0.1f, -0.23f + 0.03f * side}}, 0.02f, 0.02f), brow,
             0.45f);
  }
  draw_muzzle(pen.at(0.3f * face.turn, 0.24f).scaled(face.muzzle), animal);
}

}  // namespace pawprint::drawing
