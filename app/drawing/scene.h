#pragma once

#include "app/base/random.h"
#include "app/drawing/canvas.h"

namespace pawprint::drawing {

enum class Place { kRoom, kNight, kMeadow, kAutumn, kBeach, kSnow };

// Light over the finished picture.
struct Grade {
  Color tint{1, 1, 1};  // multiplies each channel
  float vignette = 0.12f;
  float noise = 3;  // gray levels, standard deviation about half of it
};

struct Scene {
  Place place = Place::kRoom;
  float width = 1;  // of the picture, in its heights
  float horizon = 0.5f;
};

Scene make_scene(float width, Random& random);
// The pen's unit is the picture's height, its origin the upper left corner; y = 1 is the lower edge.
void draw_background(const Pen& pen, const Scene& scene, Random& random);
void draw_indoors(const Pen& pen, const Scene& scene, Random& random);
void draw_outdoors(const Pen& pen, const Scene& scene, Random& random);
Grade make_grade(const Scene& scene, Random& random);

// A thing on the ground, which the pen's origin is on: within -0.75 .. 0.75 units, at most 1.6 high.
void draw_thing(const Pen& pen, const Scene& scene, Random& random);
// Falling snow, where there is any.
void draw_weather(const Pen& pen, const Scene& scene, Random& random);

// The soft shadow below a thing that is `reach` units wide to both sides.
void draw_shadow(const Pen& pen, float reach, float height, float alpha = 0.35f);

}  // namespace pawprint::drawing
