#include "app/drawing/coat.h"

#include <cmath>
#include <utility>

namespace pawprint::drawing {
namespace {

struct Fur {
  unsigned base, light, mark;
};

constexpr std::array<Fur, 6> kTabbies{{{0xe2a055, 0xf7e2c0, 0xb96a2a},    // ginger
                                       {0xa9a49c, 0xe9e4da, 0x5d5852},    // gray
                                       {0x9c7f5f, 0xe6d3b5, 0x56422f},    // brown
                                       {0xc9c6c2, 0xf5f2ee, 0x85817e},    // silver
                                       {0xe8c796, 0xfaeed8, 0xc99356},    // cream
                                       {0x7d726b, 0xcfc4b6, 0x3f3833}}};  // dark
constexpr std::array<Fur, 10> kPlains{{{0x3a373d, 0x57525a, 0x2a282d},    // black
                                       {0x7d8794, 0xa9b1bb, 0x5d6672},    // blue gray
                                       {0xf2ede4, 0xfffdf8, 0xd9d0c2},    // white
                                       {0xead4b0, 0xfaf0de, 0xc9a874},    // cream
                                       {0x86603f, 0xbf9467, 0x5e4029},    // brown
                                       {0xdba659, 0xf3d9a6, 0xb37d35},    // golden
                                       {0x5f4231, 0x8f6a4f, 0x412c20},    // chocolate
                                       {0xbd7440, 0xe6b98a, 0x8d5027},    // red
                                       {0x8d8a88, 0xc9c5c1, 0x5f5c5a},    // gray
                                       {0xc8a27a, 0xeddcc2, 0x8f6c49}}};  // fawn
constexpr std::array<unsigned, 5> kDarkFurs{0x34323a, 0x6d747f, 0x8a5a36, 0x4a382e, 0xc97f3d};
constexpr std::array<unsigned, 4> kDogIris{0x6b4226, 0x4a2f1e, 0x8a5a2b, 0x7fa3bd};
constexpr std::array<unsigned, 6> kCatIris{0xa9c24a, 0xe0b63c, 0x6fb07f, 0xd98e32, 0x7fb3d0, 0xc9cf62};

Coat plain(const Fur& fur) {
  Coat coat;
  coat.base = coat.paw = coat.ear = rgb(fur.base);
  coat.light = rgb(fur.light);
  coat.mark = coat.mark2 = rgb(fur.mark);
  return coat;
}

Coat two_colored(Pattern pattern, Random& random) {
  Coat coat = plain({0xf4efe6, 0xfdfaf4, 0x34323a});
  coat.pattern = pattern;
  coat.mark = coat.mark2 = coat.ear = rgb(random.pick(kDarkFurs));
  if (pattern == Pattern::kTuxedo) {
    std::swap(coat.base, coat.mark);
    coat.paw = rgb(0xf4efe6);
    coat.light_alpha = 1;
  }
  return coat;
}

Color line_on(const Coat& coat) {
  return brightness(coat.base) > 0.3f ? mix(coat.base, rgb(0x2b1d1a), 0.72f) : darker(coat.base, 0.65f);
}

Coat pointed() {
  Coat coat = plain({0xeadcc6, 0xf8f0e3, 0x54423b});
  coat.pattern = Pattern::kPoints;
  coat.paw = coat.ear = coat.mark;
  return coat;
}

void stripes(const Part& part, const Coat& coat, cv::Rect2f box, Random& random) {
  const int count = 6 + random.below(3);
  for (int i = 0; i < count; ++i) {
    const float share = (static_cast<float>(i) + 0.6f) / static_cast<float>(count);
    const float x = box.x + box.width * share + random.uniform(-0.05f, 0.05f);
    const float length = box.height * random.uniform(0.4f, 0.62f);
    const float lean = random.uniform(0.02f, 0.2f);
    part.fill(
        stroke({{x, box.y - 0.1f}, {x + lean, box.y + 0.5f * length}, {x + 0.3f * lean, box.y + length}}, 0.1f, 0.015f),
        coat.mark, 0.78f);
  }
}

}  // namespace

Coat cat_coat(Random& random) {
  Coat coat;
  const int kind = random.below(20);
  if (kind < 8) {
    coat = plain(random.pick(kTabbies));
    coat.pattern = Pattern::kTabby;
    if (random.chance(0.35f)) coat.paw = rgb(0xf6f1e8), coat.light = rgb(0xf6f1e8), coat.light_alpha = 1;
  } else if (kind < 12) {
    coat = plain(random.pick(kPlains));
  } else if (kind < 15) {
    coat = two_colored(Pattern::kTuxedo, random);
  } else if (kind < 18) {
    coat = two_colored(Pattern::kPatches, random);
    if (random.chance(0.6f)) coat.mark = rgb(0x3b3634), coat.mark2 = rgb(0xdd9344), coat.ear = coat.mark2;
  } else {
    coat = pointed();
  }
  coat.inner_ear = mix(rgb(0xe9a9a0), coat.base, 0.25f);
  coat.nose = coat.pattern == Pattern::kPoints || random.chance(0.2f) ? rgb(0x5b4742) : rgb(0xd98880);
  coat.eye = coat.pattern == Pattern::kPoints ? rgb(0x6fa8dc) : rgb(random.pick(kCatIris));
  coat.line = line_on(coat);
  return coat;
}

Coat dog_coat(Random& random) {
  Coat coat;
  const int kind = random.below(20);
  if (kind < 8) {
    coat = plain(random.pick(kPlains));
    if (random.chance(0.3f)) coat.paw = rgb(0xf6f1e8), coat.light = rgb(0xf6f1e8), coat.light_alpha = 1;
  } else if (kind < 11) {
    coat = two_colored(Pattern::kTuxedo, random);
  } else if (kind < 14) {
    coat = two_colored(Pattern::kPatches, random);
  } else if (kind < 16) {
    coat = two_colored(Pattern::kSpots, random);
  } else {
    coat = plain(random.chance(0.5f) ? Fur{0xcf8f4e, 0xf3e0c0, 0x37302d} : Fur{0xc79a6b, 0xefdcbc, 0x4c3a30});
    coat.pattern = Pattern::kSaddle;
    coat.ear = mix(coat.mark, coat.base, random.chance(0.5f) ? 0.f : 0.8f);
  }
  if (coat.pattern == Pattern::kPlain && random.chance(0.4f)) coat.ear = mix(coat.base, coat.mark, 0.8f);
  coat.inner_ear = mix(rgb(0xdfa196), coat.base, 0.3f);
  coat.nose = random.chance(0.15f) ? rgb(0x6a4638) : rgb(0x2c2729);
  coat.eye = rgb(random.pick(kDogIris));
  coat.line = line_on(coat);
  return coat;
}

Shape blotch(Point center, float radius, Random& random) {
  constexpr int kCorners = 8;
  Outline points;
  for (int i = 0; i < kCorners; ++i) {
    const float angle = 6.2831853f * static_cast<float>(i) / kCorners;
    const float r = radius * random.uniform(0.75f, 1.2f);
    points.push_back(center + r * Point{std::cos(angle), std::sin(angle)});
  }
  return smooth(points);
}

void mark_blotches(const Part& part, const Coat& coat, cv::Rect2f box, int count, float size, Random& random) {
  for (int i = 0; i < count; ++i) {
    const float share = (static_cast<float>(i) + random.uniform(0.2f, 0.8f)) / static_cast<float>(count);
    const Point center{box.x + box.width * share, box.y + box.height * random.uniform(0.05f, 0.85f)};
    const float radius = size * random.uniform(0.65f, 1.2f);
    part.fill(blotch(center, radius, random), i % 2 == 0 ? coat.mark : coat.mark2);
  }
}

void mark_side(const Part& part, const Coat& coat, cv::Rect2f box, Random& random) {
  const Pen& inside = part.inside();
  if (coat.pattern != Pattern::kPatches && coat.pattern != Pattern::kSpots) {
    inside.soft(ellipse({box.x + 0.45f * box.width, box.y + box.height}, 0.5f * box.width, 0.3f * box.height),
                coat.light, coat.light_alpha * 0.85f, 0.14f);
  }
  if (coat.pattern == Pattern::kTabby) stripes(part, coat, box, random);
  if (coat.pattern == Pattern::kPatches) {
    // not where the thigh, which is drawn over it, would cut a patch in two
    mark_blotches(part, coat, {box.x, box.y, 0.72f * box.width, box.height}, 3, 0.4f * box.height, random);
  }
  if (coat.pattern == Pattern::kSpots) {
    mark_blotches(part, coat, box, 9, 0.13f, random);
    mark_blotches(part, coat, box, 8, 0.09f, random);
  }
  if (coat.pattern == Pattern::kSaddle) {
    inside.soft(ellipse({box.x + 0.55f * box.width, box.y}, 0.5f * box.width, 0.55f * box.height), coat.mark, 1, 0.1f);
  }
}

void mark_front(const Part& part, const Coat& coat, cv::Rect2f box, Random& random) {
  const Pen& inside = part.inside();
  const float middle = box.x + 0.5f * box.width, bottom = box.y + box.height;
  if (coat.pattern == Pattern::kTabby) {
    for (int i = 0; i < 5; ++i) {
      const float y = box.y + box.height * (0.32f + 0.13f * static_cast<float>(i));
      for (const float side : {-1.f, 1.f}) {
        const float x = middle + side * 0.52f * box.width;
        inside.fill(stroke({{x, y - 0.08f}, {x - side * 0.25f, y}, {x - side * 0.45f, y + 0.05f}}, 0.09f, 0.015f),
                    coat.mark, 0.78f);
      }
    }
  }
  if (coat.pattern == Pattern::kPatches) mark_blotches(part, coat, box, 4, 0.24f * box.width, random);
  if (coat.pattern == Pattern::kSpots) {
    mark_blotches(part, coat, box, 8, 0.12f, random);
    mark_blotches(part, coat, box, 7, 0.08f, random);
  }
  if (coat.pattern == Pattern::kSaddle) {
    for (const float side : {-1.f, 1.f})
      inside.soft(
          ellipse({middle + side * 0.55f * box.width, box.y + 0.45f * box.height}, 0.3f * box.width, 0.5f * box.height),
          coat.mark, 1, 0.1f);
  }
  if (coat.pattern == Pattern::kPatches || coat.pattern == Pattern::kSpots) return;
  inside.soft(ellipse({middle, box.y + 0.42f * box.height}, 0.25f * box.width, 0.36f * box.height), coat.light,
              coat.light_alpha, coat.light_alpha == 1 ? 0.04f : 0.12f);
  inside.soft(ellipse({middle, bottom}, 0.3f * box.width, 0.2f * box.height), coat.light, 0.5f * coat.light_alpha,
              0.1f);
}

void mark_limb(const Part& part, const Coat& coat, const Outline& path, float width, Random& random) {
  const Pen& inside = part.inside();
  const Point above = 0.4f * path[path.size() - 2] + 0.6f * path.back();
  if (coat.pattern == Pattern::kTabby) {
    inside.fill(bands(path, 5, 0.2f, 0.85f, 1.3f * width, 0.05f), coat.mark, 0.75f);
  } else if (coat.pattern == Pattern::kPoints) {
    inside.soft(stroke({above, path.back()}, 2 * width), coat.mark, 0.95f, 0.3f);
  } else if (coat.pattern == Pattern::kPatches) {
    const bool marked = random.chance(0.45f), second = random.chance(0.5f);
    if (marked) inside.fill(blotch(above, 1.25f * width, random), second ? coat.mark2 : coat.mark);
  } else if (coat.pattern == Pattern::kSpots) {
    for (int i = 0; i < 5; ++i) {
      const float share = 0.2f + 0.18f * static_cast<float>(i), across = random.uniform(-0.8f, 0.8f) * width;
      const Point center = path.front() + share * (path.back() - path.front()) + Point{across, 0};
      inside.fill(blotch(center, random.uniform(0.05f, 0.09f), random), coat.mark);
    }
  }
}

}  // namespace pawprint::drawing
