#include <algorithm>

#include "app/drawing/animal.h"

namespace pawprint::drawing {
namespace {

enum Ears { kFloppy, kHalfErect, kLong };

void draw_half_erect(const Pen& pen, const Coat& coat, const Color& color) {
  for (const Pen& half : pen.sides()) {
    Part(half, smooth(".2,-.55 .38,-.98 .72,-1.12 .95,-.85 .88,-.25 .5,-.2"_path), color).place(0.25f);
    Part(half, smooth(".36,-1 .72,-1.14 .98,-.98 1.12,-.62 1,-.4 .78,-.62"_path), mix(color, coat.line, 0.18f))
        .place(0.3f);
  }
}

void draw_floppy(const Pen& pen, const Coat& coat, const Color& color, float length) {
  for (const Pen& half : pen.sides()) {
    Part ear(half,
             smooth({{0.5f, -0.78f},
                     {0.86f, -0.72f},
                     {1.12f, -0.35f},
                     {1.22f, 0.1f * length},
                     {1.16f, 0.42f * length},
                     {0.94f, 0.5f * length},
                     {0.78f, 0.2f * length},
                     {0.74f, -0.25f}}),
             color);
    ear.soft(ellipse({0.8f, 0.1f}, 0.14f, 0.5f), coat.line, 0.3f, 0.1f);
    ear.place(0.4f);
  }
}

Shape head_outline() { return symmetric("0,-.86 .4,-.82 .74,-.52 .84,-.1 .78,.25 .62,.55 .4,.8 0,.88"_path); }

void mark_head(const Pen& inside, const Coat& coat, Random& random) {
  if (coat.pattern == Pattern::kPatches) {
    inside.fill(blotch({-0.46f, -0.3f}, 0.5f, random), coat.mark);
    if (random.chance(0.5f)) inside.fill(blotch({0.55f, -0.35f}, 0.5f, random), coat.mark2);
  }
  for (int i = 0; coat.pattern == Pattern::kSpots && i < 9; ++i) {
    const Point center{random.uniform(-0.75f, 0.75f), random.uniform(-0.8f, 0.3f)};
    inside.fill(blotch(center, random.uniform(0.04f, 0.1f), random), coat.mark);
  }
  if (coat.pattern == Pattern::kTuxedo)
    inside.fill(smooth("0,-.95 .12,-.5 .16,0 .5,.5 .4,1 -.4,1 -.5,.5 -.16,0 -.12,-.5"_path), coat.light);
  if (coat.pattern == Pattern::kSaddle)
    inside.soft(ellipse({0, -0.85f}, 0.7f, 0.3f), mix(coat.mark, coat.base, 0.35f), 0.9f, 0.12f);
}

void draw_tongue(const Pen& pen) {
  Part tongue(pen, smooth("-.17,.42 .17,.42 .2,.75 .12,.97 -.12,.97 -.2,.75"_path), rgb(0xe8838c));
  tongue.fill(stroke({{0, 0.4f}, {0.01f, 0.8f}}, 0.02f, 0.012f), rgb(0xb9525f), 0.8f);
  tongue.soft(ellipse({0, 0.45f}, 0.22f, 0.1f), rgb(0x8b2f3c), 0.7f, 0.06f);
  tongue.place(0.3f);
}

void draw_jaw(const Pen& pen, const Animal& animal, const Color& muzzle) {
  const Color& line = animal.coat.line;
  if (!animal.face.mouth_open) {
    Part(pen, ellipse({0, 0.52f}, 0.27f, 0.2f), mix(muzzle, line, 0.12f)).place();
    return;
  }
  Part jaw(pen, smooth("-.34,.35 .34,.35 .3,.7 0,.84 -.3,.7"_path), mix(muzzle, line, 0.15f));
  jaw.fill(smooth("-.3,.3 .3,.3 .22,.62 0,.7 -.22,.62"_path), rgb(0x5e262c));
  jaw.place();
  draw_tongue(pen);
}

void draw_lips(const Pen& pen, const Color& muzzle) {
  const Color line = brightness(muzzle) < 0.35f ? darker(muzzle, 0.6f) : mix(muzzle, rgb(0x33211d), 0.8f);
  Part lips(pen, symmetric("0,-.42 .2,-.32 .32,-.02 .48,.22 .46,.46 .25,.56 0,.46"_path), muzzle);
  lips.fill(stroke({{0, 0.1f}, {0, 0.47f}}, 0.025f), line);
  for (const float side : {-1.f, 1.f}) {
    for (int i = 0; i < 3; ++i) {
      const Point root{side * (i == 1 ? 0.28f : 0.2f), 0.22f + 0.08f * static_cast<float>(i)};
      lips.fill(disc(root, 0.018f), line, 0.6f);
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
  const Color muzzle = mix(coat.base, coat.light, lightness);
  draw_jaw(pen, animal, muzzle);
  draw_lips(pen, muzzle);
  Part nose(pen, symmetric("0,-.17 .25,-.1 .22,.06 .08,.17"_path), coat.nose);
  nose.soft(ellipse({-0.06f, -0.09f}, 0.1f, 0.035f), kWhite, 0.6f, 0.03f);
  nose.fill(ellipse({-0.11f, 0.04f}, 0.05f, 0.035f, -20) + ellipse({0.11f, 0.04f}, 0.05f, 0.035f, 20), kBlack, 0.6f);
  nose.place(0.2f);
}

}  // namespace

void draw_dog_head(const Pen& pen, const Animal& animal, Random& random) {
  const Coat& coat = animal.coat;
  const Face& face = animal.face;
  const bool own_color = coat.pattern != Pattern::kPlain && coat.pattern != Pattern::kTuxedo;
  const Color ear = own_color ? coat.ear : mix(coat.ear, coat.line, 0.12f);
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
    const Color brow = brightness(coat.base) < 0.3f ? lighter(coat.base, 0.2f) : coat.line;
    eye.fill(stroke({{-0.1f, -0.23f - 0.03f * side}, {0, -0.27f}, {0.1f, -0.23f + 0.03f * side}}, 0.02f), brow, 0.45f);
  }
  draw_muzzle(pen.at(0.3f * face.turn, 0.24f).scaled(face.muzzle), animal);
}

}  // namespace pawprint::drawing
