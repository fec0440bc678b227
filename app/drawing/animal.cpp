#include "app/drawing/animal.h"

namespace pawprint::drawing {
namespace {

constexpr std::array<unsigned, 6> kCollars{0xc8453b, 0x3f7fb5, 0xe0b03a, 0x4f9a63, 0x8e5aa8, 0xe07f8f};

Build cat_build(Random& random) {
  const float stout = random.uniform(-1, 1);
  Build build{0.78f + 0.08f * stout,
              1.15f + 0.15f * stout,
              0.22f + 0.03f * stout,
              1.15f,
              0.62f + 0.06f * stout,
              0.17f,
              0.11f,
              1,
              1};
  build.tail *= random.uniform(0.9f, 1.5f);
  build.tail_length = random.uniform(0.85f, 1.05f);
  build.head = random.uniform(0.95f, 1.08f);
  return build;
}

Build dog_build(Random& random) {
  const float stout = random.uniform(-1, 1);
  Build build{0.92f + 0.08f * stout,
              1.12f + 0.1f * stout,
              0.26f + 0.03f * stout,
              1.4f,
              0.74f + 0.06f * stout,
              0.22f,
              0.12f,
              1,
              1};
  build.leg_length = random.uniform(1.1f, 1.55f);
  build.tail_length = random.uniform(0.6f, 0.9f);
  build.tail *= random.uniform(0.85f, 1.25f);
  build.head = random.uniform(0.95f, 1.05f);
  return build;
}

}  // namespace

Animal make_animal(Pet pet, Random& random) {
  Animal animal;
  animal.pet = pet;
  animal.coat = pet == Pet::kCat ? cat_coat(random) : dog_coat(random);
  animal.build = pet == Pet::kCat ? cat_build(random) : dog_build(random);
  Face& face = animal.face;
  face.turn = random.uniform(-0.6f, 0.6f);
  face.tilt_degrees = random.uniform(-8, 8);
  const int eyes = random.below(12);
  face.eyes = eyes < 8 ? Eyes::kOpen : eyes < 9 ? Eyes::kNarrow : eyes < 11 ? Eyes::kHappy : Eyes::kWink;
  face.pupil = random.chance(0.4f) ? random.uniform(0.12f, 0.25f) : random.uniform(0.45f, 0.75f);
  face.mouth_open = random.chance(pet == Pet::kCat ? 0.2f : 0.5f);
  face.ears = random.below(3);
  face.muzzle = random.uniform(0.88f, 1.12f);
  animal.collar = random.chance(0.5f);
  animal.collar_color = rgb(random.pick(kCollars));
  return animal;
}

void draw_eye(const Pen& pen, Eyes eyes, const Coat& coat, float rx, float ry, float pupil, bool slit) {
  if (eyes == Eyes::kHappy || eyes == Eyes::kWink) {
    const Color line = brightness(coat.base) < 0.3f ? lighter(coat.base, 0.45f) : coat.line;
    pen.fill(stroke({{-rx, 0.25f * ry}, {-0.5f * rx, -0.35f * ry}, {0.5f * rx, -0.35f * ry}, {rx, 0.25f * ry}}, 0.04f),
             line);
    return;
  }
  const float open = eyes == Eyes::kNarrow ? 0.62f : 1;
  const Shape rim = ellipse({0, 0}, rx + 0.045f, ry * open + 0.045f);
  pen.fill(rim, mix(coat.line, rgb(0x1a1416), 0.5f));
  Part eye(pen, ellipse({0, 0}, rx, ry * open), coat.eye);
  const Pen& inside = eye.inside();
  inside.soft(ellipse({0, -1.1f * ry}, 1.2f * rx, 0.8f * ry), darker(coat.eye, 0.6f), 0.8f, 0.1f);
  inside.soft(ellipse({0, 0.7f * ry}, 0.7f * rx, 0.35f * ry), lighter(coat.eye, 0.5f), 0.7f, 0.06f);
  inside.fill(ellipse({0, 0}, pupil * rx, slit ? 0.9f * ry : pupil * rx), rgb(0x15110f));
  eye.place(0.1f);
  pen.fill(disc({-0.32f * rx, -0.38f * ry * open}, 0.24f * rx), kWhite);
  pen.fill(disc({0.3f * rx, 0.35f * ry * open}, 0.11f * rx), kWhite, 0.75f);
}

}  // namespace pawprint::drawing
