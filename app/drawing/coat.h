#pragma once

#include "app/base/random.h"
#include "app/drawing/canvas.h"

namespace pawprint::drawing {

enum class Pattern { kPlain, kTabby, kPatches, kTuxedo, kPoints, kSpots, kSaddle };

struct Coat {
  Pattern pattern = Pattern::kPlain;
  Color base;   // most of the fur
  Color light;  // belly, muzzle, chest
  Color mark;   // stripes, spots, points, saddle
  Color mark2;  // the second patch color
  Color paw;    // socks or the base
  Color ear;    // outside of the ears
  Color inner_ear, nose, eye, line;
  float light_alpha = 0.8f;  // how much the light parts differ from the base
};

Coat cat_coat(Random& random);
Coat dog_coat(Random& random);

// Marks on a part seen from the side or the front; `box` is the part's extent in the pen's units.
void mark_side(const Part& part, const Coat& coat, cv::Rect2f box, Random& random);
void mark_front(const Part& part, const Coat& coat, cv::Rect2f box, Random& random);
// Marks along a leg or a tail that runs along `path`, with half width `width`.
void mark_limb(const Part& part, const Coat& coat, const Outline& path, float width, Random& random);
// Irregular blotches scattered over the box.
void mark_blotches(const Part& part, const Coat& coat, cv::Rect2f box, int count, float size, Random& random);
// One irregular blotch.
Shape blotch(Point center, float radius, Random& random);

}  // namespace pawprint::drawing
