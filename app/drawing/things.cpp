#include <cmath>

#include "app/drawing/scene.h"

namespace pawprint::drawing {
namespace {

constexpr std::array<unsigned, 7> kToys{0xd9534a, 0x3f86b8, 0xe6b23f, 0x5aa06c, 0x9a6bb5, 0xe58aa0, 0x3fa7a0};

void draw_ball(const Pen& pen, Random& random) {
  const float r = random.uniform(0.32f, 0.5f);
  draw_shadow(pen, 1.05f * r, 0.1f);
  const Pen middle = pen.at(0, -r).turned(random.uniform(-40, 40));
  Part ball(middle, disc({0, 0}, r), rgb(random.pick(kToys)));
  const Color second = random.chance(0.5f) ? rgb(0xfdf8ec) : rgb(random.pick(kToys));
  ball.fill(stroke({{-1.2f * r, 0.1f}, {0, 0.22f * r}, {1.2f * r, 0.1f}}, 0.16f * r), second);
  ball.soft(ellipse({-0.35f * r, -0.45f * r}, 0.22f * r, 0.16f * r), kWhite, 0.8f, 0.08f);
  ball.place(0.5f);
}

void draw_yarn(const Pen& pen, Random& random) {
  const float r = random.uniform(0.32f, 0.46f);
  const Color wool = rgb(random.pick(kToys));
  draw_shadow(pen, 1.05f * r, 0.1f);
  pen.fill(stroke({{0.2f * r, -0.03f}, {0.9f * r, 0.03f}, {1.3f * r, -0.05f}, {1.6f * r, 0.04f}}, 0.028f, 0.02f), wool);
  Part ball(pen.at(0, -r), disc({0, 0}, r), wool);
  for (int i = 0; i < 3; ++i) {
    const Pen turned = ball.inside().turned(60.f * static_cast<float>(i) + 15);
    for (int k = -2; k <= 2; ++k) {
      const float y = 0.2f * r * static_cast<float>(k) - 0.25f * r;
      turned.fill(stroke({{-0.9f * r, y}, {0, y - 0.2f * r}, {0.9f * r, y}}, 0.018f),
                  mix(wool, k % 2 == 0 ? kWhite : rgb(0x2a1a2a), 0.35f), 0.8f);
    }
  }
  ball.place(0.45f);
}

void draw_bowl(const Pen& pen, Random& random) {
  const Color glaze = rgb(random.pick(kToys));
  draw_shadow(pen, 0.62f, 0.1f);
  Part bowl(pen, polygon("-.45,-.34 .45,-.34 .58,0 -.58,0"_path) + ellipse({0, 0}, 0.58f, 0.07f), glaze);
  bowl.fill(ellipse({0, -0.1f}, 0.09f, 0.06f), rgb(0xfdf8ec));
  bowl.place(0.4f);
  pen.fill(ellipse({0, -0.34f}, 0.46f, 0.1f), lighter(glaze, 0.35f));
  const bool water = random.chance(0.5f);
  pen.fill(ellipse({0, -0.33f}, 0.39f, 0.075f), water ? rgb(0x8fc9e6) : rgb(0x6d4a33));
  for (int i = 0; !water && i < 9; ++i) {
    const Point at{random.uniform(-0.3f, 0.3f), random.uniform(-0.4f, -0.33f)};
    pen.fill(ellipse(at, 0.06f, 0.045f), mix(rgb(0xa8754a), rgb(0x7a5233), random.uniform()));
  }
}

void draw_plant(const Pen& pen, Random& random) {
  draw_shadow(pen, 0.5f, 0.1f);
  const Color leaf = mix(rgb(0x4f8a55), rgb(0x86a95a), random.uniform());
  const int leaves = 6 + random.below(4);
  for (int i = 0; i < leaves; ++i) {
    const float share = (static_cast<float>(i) + 0.5f) / static_cast<float>(leaves) * 2 - 1;
    const Pen stalk = pen.at(0, -0.55f).turned(58 * share + random.uniform(-6, 6));
    const float length = random.uniform(0.7f, 0.98f);
    Part blade(stalk, smooth({{0, 0}, {0.11f, -0.5f * length}, {0, -length}, {-0.11f, -0.5f * length}}),
               darker(leaf, 0.12f * static_cast<float>(i % 2)));
    blade.fill(stroke({{0, 0}, {0, -0.9f * length}}, 0.012f, 0.006f), lighter(leaf, 0.4f), 0.7f);
    blade.place(0.25f);
  }
  const Color pot = random.chance(0.5f) ? rgb(0xc27650) : rgb(random.pick(kToys));
  Part(pen, polygon("-.36,-.55 .36,-.55 .27,0 -.27,0"_path), pot).place(0.4f);
  Part(pen, rounded(-0.41f, -0.62f, 0.41f, -0.46f, 0.04f), lighter(pot, 0.1f)).place(0.3f);
}

void draw_bone(const Pen& pen, Random& random) {
  draw_shadow(pen.at(0, 0.02f), 0.5f, 0.08f);
  const Pen turned = pen.at(0, -0.12f).turned(random.uniform(-14, 14));
  Part(turned,
       stroke({{-0.32f, 0}, {0.32f, 0}}, 0.09f) + ellipse({-0.36f, -0.1f}, 0.13f, 0.12f) +
           ellipse({-0.36f, 0.1f}, 0.13f, 0.12f) + ellipse({0.36f, -0.1f}, 0.13f, 0.12f) +
           ellipse({0.36f, 0.1f}, 0.13f, 0.12f),
       rgb(0xf4ead6))
      .place(0.4f);
}

void draw_mouse(const Pen& pen, Random& random) {
  const Color felt = random.chance(0.5f) ? rgb(0xa3a1a8) : rgb(random.pick(kToys));
  draw_shadow(pen, 0.45f, 0.08f);
  pen.fill(stroke(".35,-.08 .6,-.02 .72,-.18"_path, 0.03f, 0.015f), mix(felt, rgb(0x3a2a2a), 0.4f));
  Part(pen, smooth("-.48,-.08 -.2,-.32 .2,-.34 .42,-.1 .3,0 -.3,0"_path), felt).place(0.4f);
  Part(pen, ellipse({-0.14f, -0.32f}, 0.11f, 0.12f), mix(felt, rgb(0xf0b0b8), 0.5f)).place(0.3f);
  pen.fill(disc({-0.33f, -0.17f}, 0.03f) + disc({-0.48f, -0.08f}, 0.035f), rgb(0x2a2024));
}

void draw_box(const Pen& pen, Random& random) {
  const float w = random.uniform(0.42f, 0.6f), h = random.uniform(0.5f, 0.8f);
  draw_shadow(pen, 1.15f * w, 0.1f);
  const Color card = rgb(0xc99d6c);
  Part(pen, polygon({{-w, -h}, {-0.7f * w, -1.2f * h}, {0.7f * w, -1.2f * h}, {w, -h}}),
       mix(card, rgb(0x3a2418), 0.45f))
      .place(0.2f);
  Part front(pen, rectangle(-w, -h, w, 0), card);
  front.fill(rectangle(-0.09f, -h, 0.09f, 0), mix(card, rgb(0xfff0d0), 0.45f));
  front.place(0.3f);
  for (const float side : {-1.f, 1.f})
    Part(pen.scaled(side, 1),
         polygon({{w, -h}, {0.72f * w, -1.18f * h}, {1.1f * w, -1.25f * h}, {1.3f * w, -1.02f * h}}),
         lighter(card, 0.15f))
        .place(0.2f);
}

void draw_cushion(const Pen& pen, Random& random) {
  const Color cloth = rgb(random.pick(kToys));
  draw_shadow(pen, 0.7f, 0.1f);
  Part cushion(pen, smooth("-.68,-.05 -.66,-.36 -.3,-.42 .3,-.42 .66,-.36 .68,-.05 .3,.02 -.3,.02"_path),
               lighter(cloth, 0.2f));
  for (float x = -0.6f; x < 0.7f; x += 0.24f)
    cushion.fill(stroke({{x, -0.45f}, {x + 0.02f, 0.05f}}, 0.045f), lighter(cloth, 0.6f), 0.8f);
  cushion.place(0.45f);
}

void draw_stone(const Pen& pen, const Color& color, Random& random) {
  const float w = random.uniform(0.4f, 0.65f), h = random.uniform(0.3f, 0.5f);
  draw_shadow(pen, 1.1f * w, 0.1f);
  Part stone(pen,
             smooth({{-w, -0.05f},
                     {-0.8f * w, -0.7f * h},
                     {-0.2f * w, -h},
                     {0.5f * w, -0.85f * h},
                     {w, -0.3f * h},
                     {0.9f * w, 0},
                     {0, 0.04f}}),
             color);
  stone.soft(ellipse({-0.3f * w, -0.8f * h}, 0.4f * w, 0.2f * h), kWhite, 0.35f, 0.1f);
  stone.place(0.5f);
}

void draw_starfish(const Pen& pen, Random& random) {
  Outline points;
  for (int i = 0; i < 10; ++i) {
    const float angle = 6.2831853f * (static_cast<float>(i) / 10) + 0.3f, r = i % 2 == 0 ? 0.42f : 0.17f;
    points.push_back({r * std::cos(angle), -0.12f + 0.5f * r * std::sin(angle)});
  }
  draw_shadow(pen.at(0, -0.08f), 0.35f, 0.1f);
  Part(pen, smooth(points), mix(rgb(0xe5744f), rgb(0xf0a860), random.uniform())).place(0.4f);
}

}  // namespace

void draw_thing(const Pen& pen, const Scene& scene, Random& random) {
  constexpr std::array kThings = {draw_ball, draw_yarn,  draw_bowl, draw_plant,
                                  draw_bone, draw_mouse, draw_box,  draw_cushion};
  const auto thing = static_cast<size_t>(random.below(static_cast<int>(kThings.size()) + 1));
  const bool indoors = scene.place == Place::kRoom || scene.place == Place::kNight;
  if (thing < kThings.size() || indoors) return kThings[thing % kThings.size()](pen, random);
  if (scene.place == Place::kBeach) return draw_starfish(pen, random);
  draw_stone(pen, scene.place == Place::kSnow ? rgb(0x9aa6b3) : rgb(0x98948c), random);
}

}  // namespace pawprint::drawing
