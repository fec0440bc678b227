#pragma once

#include "app/drawing/coat.h"
#include "app/drawing/pets.h"

namespace pawprint::drawing {

enum class Eyes { kOpen, kNarrow, kHappy, kWink };

struct Face {
  float turn = 0;  // -1 (toward -x) .. 1: where the nose points
  float tilt_degrees = 0;
  Eyes eyes = Eyes::kOpen;
  float pupil = 0.5f;  // width of a cat's pupil, 0 (slit) .. 1 (round)
  bool mouth_open = false;
  int ears = 0;      // dog: 0 floppy, 1 half-erect, 2 long floppy; cat: 0 upright, 1 wider apart, 2 small
  float muzzle = 1;  // size, about 0.85 .. 1.15
};

// Proportions in half widths of the head.
struct Build {
  float shoulder, hip;   // half widths seen from the front
  float leg;             // half width
  float leg_length;      // standing
  float depth;           // of the chest, seen from the side
  float tail, tail_tip;  // half widths
  float tail_length;     // share of the longest
  float head;            // scale
};

struct Animal {
  Pet pet = Pet::kCat;
  Coat coat;
  Build build;
  Face face;
  bool collar = false;
  Color collar_color;
};

Animal make_animal(Pet pet, Random& random);

enum class Pose { kSitting, kPortrait, kStanding, kLying };

// What the pose covers around the point on the ground that it is drawn at, in half widths of the head.
cv::Rect2f pose_extent(Pose pose);

// The pen's origin is on the ground, its unit the half width of the head; side views look toward -x.
void draw_animal(const Pen& pen, Pose pose, const Animal& animal, Random& random);

// The pen's origin is the middle of the head, its unit the head's half width.
void draw_cat_head(const Pen& pen, const Animal& animal, Random& random);
void draw_dog_head(const Pen& pen, const Animal& animal, Random& random);

// An eye of either kind; the iris fills it, `pupil` is the pupil's half width as a share of the eye's.
void draw_eye(const Pen& pen, Eyes eyes, const Coat& coat, float rx, float ry, float pupil, bool slit);

}  // namespace pawprint::drawing
