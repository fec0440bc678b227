#include "app/drawing/scene.h"

namespace pawprint::drawing {
namespace {

struct Decor {
  unsigned wall, trim, floor, accent;
};

constexpr std::array<Decor, 7> kDay{{{0xe9dcc3, 0xf9f4ea, 0xb98a5e, 0x5f8f8b},
                                     {0xbfd3cf, 0xf4f6f2, 0xa87a50, 0xd98b5f},
                                     {0xe6c3b2, 0xfaf0e8, 0x9a6f4c, 0x6d86a8},
                                     {0xd5d2e3, 0xf6f4fa, 0xc29b72, 0x8a6fa5},
                                     {0xf0d79a, 0xfdf6e2, 0xa97c55, 0x4f7f6b},
                                     {0xa9bfa0, 0xf1f4e8, 0x8d6646, 0xc96f55},
                                     {0xdfe3e6, 0xffffff, 0xc9b79c, 0xe0a94f}}};
constexpr std::array<Decor, 3> kNight{{{0x4b5578, 0x6b7596, 0x5d4a47, 0x9a6f8a},
                                       {0x56486b, 0x766a8c, 0x54423f, 0x5f86a0},
                                       {0x3f5a68, 0x5f7a88, 0x5a4840, 0xb07f5a}}};

void draw_wall(const Pen& pen, const Scene& scene, const Decor& decor, Random& random) {
  const float right = scene.width + 0.3f;
  const Color wall = rgb(decor.wall);
  pen.fill(rectangle(-0.3f, -0.3f, right, scene.horizon + 0.02f), wall);
  const Color pattern = mix(wall, rgb(decor.trim), 0.4f);
  const int kind = random.below(4);
  const float step = random.uniform(0.07f, 0.13f);
  for (float x = -0.2f; kind == 0 && x < right; x += 2 * step)
    pen.fill(rectangle(x, -0.3f, x + step, scene.horizon), pattern, 0.55f);
  for (int row = 0; kind == 1 && row < 9; ++row) {
    for (float x = -0.2f + 0.5f * step * static_cast<float>(row % 2); x < right; x += step)
      pen.fill(disc({x, step * static_cast<float>(row) - 0.05f}, 0.011f), pattern);
  }
  if (kind == 2) {
    const float rail = scene.horizon * 0.68f;
    pen.fill(rectangle(-0.3f, rail, right, scene.horizon), pattern);
    pen.fill(rectangle(-0.3f, rail - 0.02f, right, rail), rgb(decor.trim));
    for (float x = -0.2f; x < right; x += 2 * step)
      pen.fill(rectangle(x, rail, x + 0.006f, scene.horizon), darker(wall, 0.1f));
  }
  pen.soft(rectangle(-0.3f, scene.horizon - 0.1f, right, scene.horizon), rgb(0x2a2030), 0.16f, 0.09f);
  pen.fill(rectangle(-0.3f, scene.horizon - 0.045f, right, scene.horizon), rgb(decor.trim));
  pen.fill(rectangle(-0.3f, scene.horizon - 0.008f, right, scene.horizon), darker(rgb(decor.trim), 0.2f));
}

void draw_floor(const Pen& pen, const Scene& scene, const Decor& decor, Random& random) {
  const float left = -0.4f, right = scene.width + 0.4f, top = scene.horizon;
  const Color floor = rgb(decor.floor);
  pen.fill(rectangle(left, top, right, 1.4f), floor);
  if (random.chance(0.7f)) {  // boards that meet at a point above the picture
    const float middle = 0.5f * scene.width, spread = random.uniform(1.6f, 2.4f);
    for (float x = middle - 2; x < middle + 2; x += 0.13f) {
      const float near = middle + spread * (x - middle);
      const float tone = random.uniform(-0.14f, 0.1f);
      const Color board = tone < 0 ? mix(floor, rgb(0x3a2418), -tone) : lighter(floor, tone);
      pen.fill(polygon({{x, top}, {x + 0.13f, top}, {near + 0.13f * spread, 1.3f}, {near, 1.3f}}), board);
      pen.fill(polygon({{x, top}, {x + 0.004f, top}, {near + 0.01f, 1.3f}, {near, 1.3f}}),
               mix(floor, rgb(0x2a1a12), 0.4f), 0.7f);
    }
  } else {
    const Color thread = mix(floor, rgb(decor.trim), 0.5f);
    pen.fill(rectangle(left, top, right, 1.4f), mix(floor, rgb(decor.wall), 0.6f));
    for (int i = 0; i < 220; ++i) {
      const Point at{random.uniform(left, right), random.uniform(top + 0.01f, 1.1f)};
      pen.fill(rectangle(at.x, at.y, at.x + 0.012f, at.y + 0.004f), thread, 0.6f);
    }
  }
  pen.soft(rectangle(left, top, right, top + 0.05f), rgb(0x20182a), 0.22f, 0.08f);
}

void draw_rug(const Pen& pen, const Scene& scene, const Decor& decor, Random& random) {
  const Point center{scene.width * random.uniform(0.35f, 0.65f), random.uniform(0.84f, 0.95f)};
  const float rx = random.uniform(0.42f, 0.7f), ry = 0.26f * rx;
  const Color accent = rgb(decor.accent), pale = mix(accent, rgb(0xfff6e6), 0.65f);
  const bool round = random.chance(0.6f);
  const auto ring = [&](float s) {
    return round ? ellipse(center, s * rx, s * ry)
                 : polygon({center + Point{-0.85f * s * rx, -s * ry}, center + Point{0.85f * s * rx, -s * ry},
                            center + Point{1.05f * s * rx, s * ry}, center + Point{-1.05f * s * rx, s * ry}});
  };
  pen.soft(ring(1.03f), rgb(0x20182a), 0.3f, 0.02f);
  pen.fill(ring(1), accent);
  pen.fill(ring(0.88f), pale);
  pen.fill(ring(0.8f), accent);
  pen.fill(ring(0.5f), pale);
  pen.fill(ring(0.42f), darker(accent, 0.15f));
}

void draw_window(const Pen& pen, const Decor& decor, bool night, Random& random) {
  pen.soft(rectangle(-0.2f, -0.17f, 0.22f, 0.2f), rgb(0x20182a), 0.25f, 0.03f);
  pen.fill(rectangle(-0.2f, -0.18f, 0.2f, 0.18f), rgb(decor.trim));
  Part glass(pen, rectangle(-0.175f, -0.155f, 0.175f, 0.155f), night ? rgb(0x1d2748) : rgb(0x9fd0ea));
  const Pen& inside = glass.inside();
  if (night) {
    for (int i = 0; i < 14; ++i) {
      const Point star{random.uniform(-0.17f, 0.17f), random.uniform(-0.15f, 0.1f)};
      inside.fill(disc(star, 0.004f), rgb(0xfff6d8));
    }
    inside.soft(disc({0.08f, -0.07f}, 0.06f), rgb(0xfff2c4), 0.5f, 0.03f);
    inside.fill(disc({0.08f, -0.07f}, 0.04f), rgb(0xfff2c4));
  } else {
    inside.fill(ellipse({-0.06f, -0.05f}, 0.07f, 0.022f) + ellipse({-0.03f, -0.07f}, 0.04f, 0.025f), kWhite, 0.9f);
    inside.fill(ellipse({-0.1f, 0.18f}, 0.18f, 0.09f) + ellipse({0.12f, 0.19f}, 0.16f, 0.1f), rgb(0x79b36b));
  }
  glass.place(0.1f);
  pen.fill(rectangle(-0.007f, -0.16f, 0.007f, 0.16f) + rectangle(-0.18f, -0.007f, 0.18f, 0.007f), rgb(decor.trim));
  pen.fill(rectangle(-0.23f, 0.175f, 0.23f, 0.2f), darker(rgb(decor.trim), 0.08f));
  if (random.chance(0.6f)) {
    for (const float side : {-1.f, 1.f}) {
      Part curtain(pen.scaled(side, 1), smooth(".12,-.2 .29,-.2 .3,.26 .2,.26 .21,0"_path), rgb(decor.accent));
      for (const float x : {0.2f, 0.24f, 0.275f})
        curtain.fill(stroke({{x, -0.2f}, {x + 0.01f, 0.27f}}, 0.006f), kBlack, 0.12f);
      curtain.place(0.2f);
    }
    pen.fill(stroke({{-0.32f, -0.21f}, {0.32f, -0.21f}}, 0.011f), darker(rgb(decor.floor), 0.3f));
  }
}

void draw_picture_frame(const Pen& pen, const Decor& decor, Random& random) {
  const float w = random.uniform(0.09f, 0.15f), h = random.uniform(0.09f, 0.14f);
  pen.soft(rectangle(-w, -h + 0.02f, w + 0.02f, h + 0.03f), rgb(0x20182a), 0.3f, 0.02f);
  pen.fill(rectangle(-w, -h, w, h), mix(rgb(decor.floor), rgb(0x2a1a12), 0.3f));
  pen.fill(rectangle(-w + 0.015f, -h + 0.015f, w - 0.015f, h - 0.015f), rgb(0xfbf5e8));
  Part art(pen, rectangle(-w + 0.03f, -h + 0.03f, w - 0.03f, h - 0.03f), lighter(rgb(decor.accent), 0.6f));
  art.fill(ellipse({-0.3f * w, h}, w, 0.8f * h) + ellipse({0.6f * w, h}, 0.8f * w, 0.6f * h), rgb(decor.accent));
  art.fill(disc({0.35f * w, -0.35f * h}, 0.16f * w), rgb(0xf1c453));
  art.place(0);
}

void draw_sofa(const Pen& pen, const Decor& decor) {
  const Color cloth = mix(rgb(decor.accent), rgb(0x6b5a58), 0.3f);
  pen.soft(rectangle(-0.4f, -0.05f, 0.4f, 0.03f), rgb(0x20182a), 0.4f, 0.03f);
  for (const float x : {-0.34f, 0.34f}) pen.fill(rectangle(x - 0.015f, -0.04f, x + 0.015f, 0.015f), rgb(0x3d2b22));
  Part(pen, rounded(-0.37f, -0.36f, 0.37f, -0.05f, 0.06f), cloth).place(0.25f);
  for (const float side : {-1.f, 1.f})
    Part(pen.scaled(side, 1), rounded(0.01f, -0.18f, 0.33f, -0.1f, 0.03f), lighter(cloth, 0.15f)).place(0.3f);
  Part(pen, rounded(-0.37f, -0.12f, 0.37f, -0.015f, 0.03f), cloth).place(0.3f);
  for (const float side : {-1.f, 1.f})
    Part(pen.scaled(side, 1), rounded(0.3f, -0.23f, 0.43f, -0.015f, 0.05f), lighter(cloth, 0.06f)).place(0.35f);
  Part(pen.at(-0.2f, -0.22f).turned(12), rounded(-0.08f, -0.075f, 0.08f, 0.075f, 0.025f), rgb(decor.trim)).place(0.3f);
}

void draw_lamp(const Pen& pen, bool night) {
  pen.fill(stroke({{0, -0.5f}, {0, 0}}, 0.008f) + ellipse({0, 0}, 0.07f, 0.015f), rgb(0x4a3f3a));
  if (night) pen.soft(ellipse({0, -0.5f}, 0.3f, 0.28f), rgb(0xffd58a), 0.45f, 0.2f);
  Part(pen, polygon("-.06,-.64 .06,-.64 .11,-.48 -.11,-.48"_path), night ? rgb(0xffe3a6) : rgb(0xf3e6cc)).place(0.2f);
}

}  // namespace

void draw_indoors(const Pen& pen, const Scene& scene, Random& random) {
  const bool night = scene.place == Place::kNight;
  const Decor decor = night ? random.pick(kNight) : random.pick(kDay);
  draw_wall(pen, scene, decor, random);
  const float left = scene.width * random.uniform(0.12f, 0.36f), right = scene.width * random.uniform(0.64f, 0.88f);
  const float y = 0.45f * scene.horizon - 0.02f;
  const bool swap = random.chance(0.5f);
  if (random.chance(0.75f)) draw_window(pen.at(swap ? left : right, y), decor, night, random);
  const bool room_beside = right - left > 0.5f;  // the window and its curtains need 0.32 to a side
  if (random.chance(0.65f) && room_beside) draw_picture_frame(pen.at(swap ? right : left, y), decor, random);
  draw_floor(pen, scene, decor, random);
  if (random.chance(0.4f)) draw_sofa(pen.at(scene.width * random.uniform(0.1f, 0.9f), scene.horizon + 0.04f), decor);
  if (random.chance(0.35f)) draw_lamp(pen.at(scene.width * (swap ? 0.07f : 0.93f), scene.horizon + 0.03f), night);
  if (random.chance(0.65f)) draw_rug(pen, scene, decor, random);
}

}  // namespace pawprint::drawing
