#include "app/drawing/scene.h"

namespace pawprint::drawing {

Scene make_scene(float width, Random& random) {
  Scene scene;
  scene.width = width;
  scene.place = random.weighted<Place>({{4, Place::kRoom},
                                        {2, Place::kNight},
                                        {3, Place::kMeadow},
                                        {1, Place::kAutumn},
                                        {2, Place::kBeach},
                                        {2, Place::kSnow}});
  scene.horizon = random.uniform(0.46f, 0.64f);
  return scene;
}

void draw_background(const Pen& pen, const Scene& scene, Random& random) {
  if (scene.place == Place::kRoom || scene.place == Place::kNight) {
    draw_indoors(pen, scene, random);
  } else {
    draw_outdoors(pen, scene, random);
  }
}

Grade make_grade(const Scene& scene, Random& random) {
  Grade grade;
  const float warmth = random.uniform(-0.05f, 0.05f), light = random.uniform(0.92f, 1.06f);
  grade.tint = light * Color{1 - warmth, 1, 1 + warmth};
  if (scene.place == Place::kNight) grade.tint = grade.tint.mul(Color{0.92f, 0.76f, 0.74f});
  if (scene.place == Place::kAutumn) grade.tint = grade.tint.mul(Color{0.9f, 0.98f, 1.03f});
  grade.vignette = random.uniform(0.05f, 0.28f);
  grade.noise = random.uniform(2, 6);
  return grade;
}

void draw_weather(const Pen& pen, const Scene& scene, Random& random) {
  if (scene.place != Place::kSnow || random.chance(0.35f)) return;
  const int flakes = 25 + random.below(35);
  for (int i = 0; i < flakes; ++i) {
    const Point center{random.uniform(0, scene.width), random.uniform(0, 1)};
    const float radius = random.uniform(0.003f, 0.009f);
    pen.fill(disc(center, radius), kWhite, random.uniform(0.5f, 0.9f));
  }
}

void draw_shadow(const Pen& pen, float reach, float height, float alpha) {
  pen.soft(ellipse({0.1f * reach, 0}, reach, height), rgb(0x20182a), alpha, 0.7f * height);
}

}  // namespace pawprint::drawing
