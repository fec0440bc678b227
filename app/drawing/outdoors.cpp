#include <utility>

#include "app/drawing/scene.h"

namespace pawprint::drawing {
namespace {

struct Land {
  unsigned sky_top, sky_low, far, hill, ground, blade;
};

constexpr std::array<Land, 3> kMeadow{{{0x6fb7e6, 0xd8eefa, 0x9cc3b0, 0x86b86a, 0x6ea653, 0x4d8a3f},
                                       {0x86c5da, 0xfbe9c9, 0xa8c6a0, 0x9cbf62, 0x83ad4c, 0x5f8d36},
                                       {0xe8a67f, 0xfbe3c0, 0xb79ab0, 0x8c9d6b, 0x74934f, 0x50733c}}};
constexpr std::array<Land, 2> kAutumn{{{0x9cc0d6, 0xf6e6c8, 0xc9a27c, 0xcf9a4b, 0xb78a45, 0x8f6430},
                                       {0xc4b9c9, 0xf8dfc0, 0xb98a76, 0xc0803f, 0xa98a4a, 0x7f6a34}}};
constexpr std::array<Land, 2> kBeach{{{0x5fb6e3, 0xd6f0f7, 0x2f8fb5, 0x5fc0c9, 0xedd6a3, 0xd2b578},
                                      {0xf09c7a, 0xfde0b4, 0x5a7fa8, 0xc79ba0, 0xe6c793, 0xc7a26a}}};
constexpr std::array<Land, 2> kSnow{{{0x9fc4e2, 0xe8f2f9, 0xbfd3e3, 0xdce8f1, 0xf1f5f9, 0xd2dfea},
                                     {0xb6aed0, 0xf8dcd8, 0xb9b6d3, 0xd9d6e6, 0xeeeef6, 0xcfd0e2}}};

void draw_sky(const Pen& pen, const Scene& scene, const Land& land, Random& random) {
  constexpr int kSteps = 48;
  const float right = scene.width + 0.3f;
  for (int i = 0; i < kSteps; ++i) {
    const float share = static_cast<float>(i) / kSteps, step = (scene.horizon + 0.3f) / kSteps;
    const float y = -0.2f + step * static_cast<float>(i);
    pen.fill(rectangle(-0.3f, y, right, y + 2 * step), mix(rgb(land.sky_top), rgb(land.sky_low), share));
  }
  if (random.chance(0.5f)) {
    const Point sun{scene.width * random.uniform(0.08f, 0.92f), random.uniform(0.08f, 0.2f)};
    pen.soft(disc(sun, 0.13f), rgb(0xfff3c9), 0.6f, 0.08f);
    pen.fill(disc(sun, 0.065f), rgb(0xffefb5));
  }
  const int clouds = random.below(4);
  for (int i = 0; i < clouds; ++i) {
    const Point at{scene.width * random.uniform(0, 1), random.uniform(0.05f, 0.6f * scene.horizon)};
    const float size = random.uniform(0.6f, 1.3f);
    const Pen cloud = pen.at(at).scaled(size);
    cloud.soft(ellipse({0, 0}, 0.13f, 0.025f) + ellipse({-0.045f, -0.025f}, 0.05f, 0.035f) +
                   ellipse({0.035f, -0.035f}, 0.06f, 0.05f),
               kWhite, 0.88f, 0.012f);
  }
}

void draw_ridge(const Pen& pen, const Scene& scene, float y, float height, const Color& color, Random& random) {
  Outline points{{scene.width + 0.5f, 1.3f}, {-0.5f, 1.3f}};
  for (float x = -0.5f; x < scene.width + 0.5f; x += 0.22f) points.push_back({x, y - height * random.uniform(0, 1)});
  points.push_back({scene.width + 0.5f, y});
  pen.fill(smooth(points), color);
}

void draw_leafy_tree(const Pen& pen, const Color& leaves, Random& random) {
  pen.fill(stroke({{0, 0}, {0.005f, -0.16f}}, 0.018f, 0.012f), rgb(0x7a5a40));
  Shape crown;
  for (int i = 0; i < 5; ++i) {
    const Point at{random.uniform(-0.07f, 0.07f), random.uniform(-0.3f, -0.16f)};
    crown = std::move(crown) + ellipse(at, 0.075f, 0.07f);
  }
  Part part(pen, crown, leaves);
  part.soft(ellipse({-0.04f, -0.29f}, 0.06f, 0.05f), mix(leaves, rgb(0xfff6c0), 0.5f), 0.6f, 0.03f);
  part.place(0.35f);
}

void draw_pine(const Pen& pen, bool snowy) {
  pen.fill(rectangle(-0.012f, -0.05f, 0.012f, 0), rgb(0x6b4c38));
  for (int i = 0; i < 3; ++i) {
    const float low = -0.03f - 0.085f * static_cast<float>(i), half = 0.095f - 0.022f * static_cast<float>(i);
    Part layer(pen,
               polygon({{0, low - 0.15f},
                        {half, low},
                        {0.3f * half, low - 0.015f},
                        {-0.3f * half, low + 0.005f},
                        {-half, low - 0.004f}}),
               rgb(0x4d7a66));
    if (snowy)
      layer.fill(polygon({{0, low - 0.17f}, {0.5f * half, low - 0.07f}, {0, low - 0.09f}, {-0.6f * half, low - 0.05f}}),
                 rgb(0xf6f9fc));
    layer.place(0.2f);
  }
}

void draw_fence(const Pen& pen, const Scene& scene, float y, Random& random) {
  const Color wood = random.chance(0.5f) ? rgb(0xf3eee4) : rgb(0xa97f58);
  for (const float rail : {-0.09f, -0.045f})
    pen.fill(rectangle(-0.3f, y + rail, scene.width + 0.3f, y + rail + 0.014f), darker(wood, 0.14f));
  for (float x = -0.25f; x < scene.width + 0.3f; x += 0.085f) {
    Part(pen, polygon({{x, y}, {x, y - 0.12f}, {x + 0.016f, y - 0.14f}, {x + 0.032f, y - 0.12f}, {x + 0.032f, y}}),
         wood)
        .place(0.2f);
  }
}

// Tufts of grass, ripples of sand or snow.
void draw_ground_marks(const Pen& pen, const Scene& scene, const Land& land, Random& random) {
  const bool grass = scene.place == Place::kMeadow || scene.place == Place::kAutumn;
  const float top = scene.horizon + (scene.place == Place::kBeach ? 0.17f : 0.03f);  // below the sea
  for (int i = 0; i < (grass ? 85 : 60); ++i) {
    const float near = random.uniform(0, 1), y = top + (1.05f - top) * near * near;
    const float x = random.uniform(-0.1f, scene.width + 0.1f), size = 0.4f + near;
    const Color color = mix(rgb(land.ground), rgb(land.blade), random.uniform(0.3f, 0.9f));
    if (grass) {
      for (const float lean : {-0.012f, 0.f, 0.013f})
        pen.fill(polygon({{x - 0.004f * size, y}, {x + lean * size, y - 0.03f * size}, {x + 0.004f * size, y}}), color);
    } else if (scene.place == Place::kBeach) {
      pen.fill(ellipse({x, y}, 0.004f * size, 0.003f * size), color);
    } else {
      pen.fill(stroke({{x, y}, {x + 0.03f * size, y - 0.004f}, {x + 0.07f * size, y}}, 0.004f, 0.001f), color, 0.5f);
    }
  }
}

void draw_flowers(const Pen& pen, const Scene& scene, Random& random) {
  constexpr std::array<unsigned, 5> kPetals{0xffffff, 0xf2c94c, 0xe98fae, 0xb58ae0, 0xe8694f};
  const bool autumn = scene.place == Place::kAutumn;
  const int count = 8 + random.below(26);
  for (int i = 0; i < count; ++i) {
    const float near = random.uniform(0.1f, 1);
    const Point at{random.uniform(0, scene.width), scene.horizon + 0.04f + (0.97f - scene.horizon) * near};
    const float size = 0.004f + 0.008f * near;
    const Color petal = autumn ? mix(rgb(0xd9582e), rgb(0xf0b53c), random.uniform()) : rgb(random.pick(kPetals));
    if (autumn) {
      pen.fill(ellipse(at, 1.6f * size, 0.8f * size, random.uniform(0, 180)), petal);
      continue;
    }
    pen.fill(stroke({at, at + Point{0, 4 * size}}, 0.15f * size), rgb(0x4d8a3f));
    for (const Point p : {Point{1, 0}, Point{-1, 0}, Point{0, 1}, Point{0, -1}})
      pen.fill(disc(at + 0.8f * size * p, 0.65f * size), petal);
    pen.fill(disc(at, 0.5f * size), rgb(0xf6d365));
  }
}

void draw_sea(const Pen& pen, const Scene& scene, const Land& land, Random& random) {
  const float right = scene.width + 0.3f, shore = scene.horizon + random.uniform(0.06f, 0.12f);
  constexpr int kSteps = 10;
  for (int i = 0; i < kSteps; ++i) {
    const float share = static_cast<float>(i) / kSteps;
    pen.fill(rectangle(-0.3f, scene.horizon + (shore - scene.horizon) * share, right, shore + 0.05f),
             mix(rgb(land.far), rgb(land.hill), share));
  }
  for (int i = 0; i < 22; ++i) {
    const Point at{random.uniform(0, scene.width), random.uniform(scene.horizon + 0.01f, shore - 0.01f)};
    const float half = random.uniform(0.01f, 0.04f);
    pen.fill(ellipse(at, half, 0.0022f), kWhite, 0.5f);
  }
  if (random.chance(0.45f)) {
    const Pen boat =
        pen.at(scene.width * random.uniform(0.1f, 0.9f), scene.horizon + 0.012f).scaled(random.uniform(0.7f, 1.2f));
    boat.fill(polygon(".004,-.11 .06,-.02 .004,-.02"_path), rgb(0xfdfaf2));
    boat.fill(polygon("-.004,-.09 -.04,-.02 -.004,-.02"_path), rgb(0xe8694f));
    boat.fill(polygon("-.05,-.015 .06,-.015 .04,.008 -.035,.008"_path), rgb(0x8a5a3c));
  }
  Outline sand{{right, 1.4f}, {-0.3f, 1.4f}}, foam = sand;
  for (float x = -0.3f; x <= right; x += 0.17f) {
    sand.push_back({x, shore + random.uniform(0, 0.025f)});
    foam.push_back({x, sand.back().y - 0.014f});
  }
  pen.fill(smooth(foam), kWhite);
  pen.fill(smooth(sand), mix(rgb(land.ground), rgb(land.blade), 0.5f));
  for (auto& p : sand) p.y += 0.03f;
  pen.soft(smooth(sand), rgb(land.ground), 1, 0.012f);
}

void draw_umbrella(const Pen& pen, Random& random) {
  constexpr std::array<unsigned, 4> kCloths{0xe0584a, 0x3f8fb5, 0xe9a93c, 0x5a9e6f};
  pen.fill(stroke({{0, 0}, {0.02f, -0.36f}}, 0.007f), rgb(0xf2ece0));
  Part cloth(pen.at(0.02f, -0.33f), smooth("-.2,.03 -.14,-.09 0,-.14 .14,-.09 .2,.03 .1,.015 0,.03 -.1,.015"_path),
             rgb(random.pick(kCloths)));
  cloth.fill(smooth("0,-.15 .06,-.05 .055,.05 -.055,.05 -.06,-.05"_path), rgb(0xfdf6e6));
  cloth.place(0.25f);
}

}  // namespace

void draw_outdoors(const Pen& pen, const Scene& scene, Random& random) {
  const bool beach = scene.place == Place::kBeach, snow = scene.place == Place::kSnow;
  const bool autumn = scene.place == Place::kAutumn;
  const Land land = beach    ? random.pick(kBeach)
                    : snow   ? random.pick(kSnow)
                    : autumn ? random.pick(kAutumn)
                             : random.pick(kMeadow);
  draw_sky(pen, scene, land, random);
  if (beach) {
    draw_sea(pen, scene, land, random);
    draw_ground_marks(pen, scene, land, random);
    if (random.chance(0.5f))
      draw_umbrella(pen.at(scene.width * random.uniform(0.08f, 0.92f), scene.horizon + 0.2f), random);
    return;
  }
  draw_ridge(pen, scene, scene.horizon - 0.02f, 0.13f, rgb(land.far), random);
  draw_ridge(pen, scene, scene.horizon + 0.01f, 0.08f, rgb(land.hill), random);
  const int trees = random.below(6);
  for (int i = 0; i < trees; ++i) {
    const Point at{scene.width * random.uniform(0, 1), scene.horizon + random.uniform(0.005f, 0.035f)};
    const Pen tree = pen.at(at).scaled(random.uniform(0.6f, 1.1f));
    const Color leaves =
        autumn ? mix(rgb(0xd9642e), rgb(0xe9b23c), random.uniform()) : mix(rgb(land.blade), rgb(0x3f7f4f), 0.4f);
    snow || random.chance(0.3f) ? draw_pine(tree, snow) : draw_leafy_tree(tree, leaves, random);
  }
  draw_ridge(pen, scene, scene.horizon + 0.05f, 0.02f, rgb(land.ground), random);
  if (random.chance(0.35f)) draw_fence(pen, scene, scene.horizon + 0.08f, random);
  draw_ground_marks(pen, scene, land, random);
  if (!snow) draw_flowers(pen, scene, random);
}

}  // namespace pawprint::drawing
