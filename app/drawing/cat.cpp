#include <algorithm>

#include "app/drawing/animal.h"

namespace pawprint::drawing {
namespace {

void draw_ears(const Pen& pen, const Animal& animal) {
  const Coat& coat = animal.coat;
  const float lean = animal.face.ears == 1 ? 0.14f : 0, short_by = animal.face.ears == 2 ? 0.14f : 0;
  for (const float side : {-1.f, 1.f}) {
    const Pen ear_pen = pen.scaled(side, 1);
    const Point tip{0.84f + lean, -1.34f + short_by};
    const Outline outline{{1.0f, -0.1f},
                          {0.99f, -0.62f},
                          tip + Point{0.05f, 0.08f},
                          tip + Point{-0.06f, 0.05f},
                          {0.5f, -0.98f + 0.5f * short_by},
                          {0.16f, -0.62f},
                          {0.5f, -0.2f}};
    Part ear(ear_pen, smooth(outline), side > 0 || coat.pattern != Pattern::kPatches ? coat.ear : coat.mark);
    const Point inner = tip + Point{-0.05f, 0.24f};
    ear.fill(
        smooth({{0.86f, -0.45f}, inner + Point{0.05f, 0.04f}, inner + Point{-0.03f, 0}, {0.4f, -0.72f}, {0.6f, -0.4f}}),
        coat.inner_ear);
    ear.fill(stroke({{0.38f, -0.55f}, {0.52f, -0.78f}}, 0.07f, 0.01f) +
                 stroke({{0.5f, -0.5f}, {0.62f, -0.82f}}, 0.07f, 0.01f),
             coat.light, 0.8f);
    ear.place(0.25f);
  }
}

Shape head_outline() {
  return symmetric("0,-.8 .42,-.79 .78,-.52 .95,-.1 1,.22 1.12,.4 .93,.47 .98,.62 .72,.68 .4,.84 0,.9"_path);
}

void mark_tabby(const Pen& inside, const Color& mark) {
  for (const Pen& half : inside.sides()) {
    half.fill(stroke(".09,-.95 .08,-.65 .2,-.42"_path, 0.075f, 0.02f) +
                  stroke(".3,-.95 .3,-.68 .4,-.5"_path, 0.075f, 0.02f) +
                  stroke("1.15,-.12 .9,-.04 .74,-.02"_path, 0.075f, 0.02f) +
                  stroke("1.15,.22 .92,.23 .74,.18"_path, 0.075f, 0.02f),
              mark, 0.85f);
  }
}

void mark_head(const Pen& inside, const Coat& coat, Random& random) {
  if (coat.pattern == Pattern::kTabby) mark_tabby(inside, coat.mark);
  if (coat.pattern == Pattern::kPatches) {
    inside.fill(blotch({-0.68f, -0.45f}, 0.62f, random), coat.mark);
    inside.fill(blotch({0.72f, -0.6f}, 0.55f, random), coat.mark2);
  }
  if (coat.pattern == Pattern::kTuxedo)
    inside.fill(smooth("0,-.62 .14,-.1 .5,.3 .6,.75 0,1.1 -.6,.75 -.5,.3 -.14,-.1"_path), coat.light);
  if (coat.pattern == Pattern::kPoints) inside.soft(disc({0, 0.2f}, 0.55f), coat.mark, 0.95f, 0.22f);
}

void draw_mouth(const Pen& pen, const Animal& animal, const Color& muzzle) {
  const Coat& coat = animal.coat;
  const Color line = brightness(muzzle) < 0.35f ? darker(muzzle, 0.6f) : mix(muzzle, rgb(0x3a2420), 0.75f);
  if (animal.face.mouth_open) {
    Part mouth(pen, smooth("-.14,.2 0,.17 .14,.2 .1,.38 0,.43 -.1,.38"_path), rgb(0x6d2f35));
    mouth.fill(ellipse({0, 0.4f}, 0.1f, 0.11f), rgb(0xe58a90));
    mouth.place(0);
  }
  pen.fill(stroke({{0, 0.02f}, {0, 0.17f}}, 0.02f), line);
  for (const float side : {-1.f, 1.f})
    pen.fill(stroke({{0, 0.17f}, {side * 0.1f, 0.24f}, {side * 0.22f, 0.22f}, {side * 0.29f, 0.14f}}, 0.024f, 0.012f),
             line);
  Part nose(pen, smooth("-.13,-.09 0,-.11 .13,-.09 .09,0 0,.07 -.09,0"_path), coat.nose);
  nose.fill(ellipse({-0.04f, -0.06f}, 0.04f, 0.02f), kWhite, 0.55f);
  nose.place(0.2f);
}

void draw_muzzle(const Pen& pen, const Animal& animal) {
  const Coat& coat = animal.coat;
  Color muzzle = mix(coat.base, coat.light, 0.8f);
  if (coat.pattern == Pattern::kPoints) muzzle = mix(coat.mark, coat.base, 0.12f);
  if (coat.pattern == Pattern::kTuxedo) muzzle = coat.light;
  const Pen front = pen.scaled(animal.face.muzzle, animal.face.muzzle);
  front.soft(ellipse({0, 0.38f}, 0.2f, 0.14f), muzzle, 0.9f, 0.06f);
  front.soft(ellipse({-0.2f, 0.2f}, 0.22f, 0.17f, -12) + ellipse({0.2f, 0.2f}, 0.22f, 0.17f, 12), muzzle, 1, 0.06f);
  draw_mouth(front, animal, muzzle);
  const Color whisker = brightness(muzzle) > 0.75f ? rgb(0x6e6460) : rgb(0xfdfaf4);
  for (const float side : {-1.f, 1.f}) {
    for (int i = 0; i < 3; ++i) {
      const float dot_y = 0.13f + 0.08f * static_cast<float>(i), end_y = -0.05f + 0.27f * static_cast<float>(i);
      front.fill(disc({side * 0.24f, dot_y}, 0.016f), mix(muzzle, rgb(0x3a2a26), 0.6f));
      front.fill(stroke({{side * 0.3f, dot_y}, {side * 0.75f, 0.5f * (dot_y + end_y) - 0.06f}, {side * 1.18f, end_y}},
                        0.016f, 0.005f),
                 whisker, 0.9f);
    }
  }
}

}  // namespace

void draw_cat_head(const Pen& pen, const Animal& animal, Random& random) {
  const Coat& coat = animal.coat;
  const Face& face = animal.face;
  draw_ears(pen, animal);
  Part head(pen, head_outline(), coat.base);
  head.soft(ellipse({0.15f * face.turn, 0.75f}, 0.75f, 0.3f), coat.light, 0.6f * coat.light_alpha, 0.15f);
  mark_head(head.inside().at(0.12f * face.turn, 0), coat, random);
  head.place();
  for (const float side : {-1.f, 1.f}) {
    const float narrow = 1 - 0.16f * std::max(0.f, side * face.turn);  // the far eye is foreshortened
    const Pen eye = pen.at(0.43f * side + 0.15f * face.turn, -0.06f).scaled(side * narrow, 1).turned(-9);
    const Eyes eyes = face.eyes == Eyes::kWink && side > 0 ? Eyes::kOpen : face.eyes;
    draw_eye(eye.scaled(side, 1), eyes, coat, 0.235f, 0.215f, face.pupil, face.pupil < 0.4f);
  }
  draw_muzzle(pen.at(0.2f * face.turn, 0.27f), animal);
}

}  // namespace pawprint::drawing
