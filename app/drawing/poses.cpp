#include "app/drawing/animal.h"

namespace pawprint::drawing {
namespace {

void draw_head(const Pen& neck, const Animal& animal, Random& random) {
  const Pen pen = neck.turned(animal.face.tilt_degrees).scaled(animal.build.head);
  animal.pet == Pet::kCat ? draw_cat_head(pen, animal, random) : draw_dog_head(pen, animal, random);
}

void draw_toes(const Pen& pen, const Coat& coat, Point paw, float reach) {
  for (const float x : {-0.09f, 0.07f})
    pen.fill(stroke({{paw.x + x, paw.y - 0.01f}, {paw.x + x - 0.01f, paw.y + reach}}, 0.018f),
             mix(coat.paw, rgb(0x2b1d1a), 0.6f), 0.7f);
}

// The collar stays within the neck, which is a piece of the torso; the medal hangs over it.
void mark_collar(const Pen& inside, const Animal& animal, const Outline& path) {
  if (!animal.collar) return;
  inside.fill(stroke(path, 0.1f), animal.collar_color);
  Outline upper = path;
  for (auto& p : upper) p.y -= 0.05f;
  inside.fill(stroke(upper, 0.025f), lighter(animal.collar_color, 0.35f), 0.7f);
}

void draw_medal(const Pen& pen, const Animal& animal, Point at) {
  if (!animal.collar) return;
  Part medal(pen, ellipse(at, 0.12f, 0.13f), rgb(0xe9bf4c));
  medal.fill(ellipse(at + Point{-0.03f, -0.04f}, 0.04f, 0.03f), kWhite, 0.7f);
  medal.place(0.3f);
}

void draw_tail(const Pen& pen, const Animal& animal, const Outline& path, Random& random) {
  const Build& build = animal.build;
  const Coat& coat = animal.coat;
  Part tail(pen, stroke(path, build.tail, build.tail_tip), coat.pattern == Pattern::kPoints ? coat.mark : coat.base);
  mark_limb(tail, animal.coat, path, build.tail, random);
  if (animal.coat.pattern == Pattern::kTuxedo) tail.soft(disc(path.back(), 0.35f), animal.coat.light, 1, 0.05f);
  tail.place(0.3f);
}

// Points of `path` brought closer to its start: a shorter tail.
Outline shortened(Outline path, float share) {
  for (auto& p : path) p = path.front() + share * (p - path.front());
  return path;
}

// A leg with its paw; it grows out of the body over its upper `blend` units.
void draw_leg(const Pen& pen, const Animal& animal, const Outline& path, float top, float bottom, float grow,
              const Color& base, Random& random) {
  const Point foot = path.back();
  const Point paw = foot + Point{-0.1f, 0.04f};
  const Shape sole = ellipse(paw, bottom + 0.13f, 0.17f);
  Part leg(pen, stroke(path, top, bottom) + sole, base);
  mark_limb(leg, animal.coat, path, top, random);
  leg.soft(ellipse(paw, bottom + 0.2f, 0.3f), animal.coat.paw, 1, 0.06f);
  if (grow > 0) leg.fade(path.front().y - top, path.front().y - top + grow);
  leg.place(0.3f);
  draw_toes(pen, animal.coat, paw + Point{-0.06f, 0.03f}, 0.1f);
}

void draw_front_legs(const Pen& pen, const Animal& animal, Random& random) {
  const Coat& coat = animal.coat;
  const float width = animal.build.leg;
  for (const float side : {-1.f, 1.f}) {
    const Outline path{{side * 0.4f, -1.75f}, {side * 0.35f, -0.9f}, {side * 0.36f, -0.16f}};
    const Point paw{side * 0.38f, -0.13f};
    Part leg(pen, stroke(path, 1.25f * width, width) + ellipse(paw, width + 0.12f, 0.19f), coat.base);
    mark_limb(leg, coat, path, width, random);
    leg.soft(ellipse(paw, width + 0.2f, 0.3f), coat.paw, 1, 0.06f);
    leg.fade(-1.75f, -1.1f);
    leg.place(0.32f);
    draw_toes(pen, coat, paw, 0.13f);
  }
}

Shape thigh_shape(float side, float hip) { return ellipse({side * 0.84f * hip, -0.58f}, 0.42f, 0.5f, side * -14); }

void draw_haunches(const Pen& pen, const Animal& animal, Random& random) {
  const Coat& coat = animal.coat;
  const float hip = animal.build.hip;
  for (const float side : {-1.f, 1.f}) {
    const Point paw{side * 0.86f * hip, -0.13f};
    Part(pen, ellipse(paw, 0.36f, 0.18f), coat.paw).place(0.3f);
    draw_toes(pen, coat, paw, 0.13f);
    Part thigh(pen, thigh_shape(side, hip), coat.base);
    mark_limb(thigh, coat, {{side * 1.0f * hip, -1.0f}, {side * 0.9f * hip, -0.3f}}, 0.25f, random);
    thigh.fade(-1.1f, -0.6f);
    thigh.place(0.32f);
  }
}

void draw_sitting(const Pen& pen, const Animal& animal, bool tail_seen, Random& random) {
  const Build& build = animal.build;
  const float hip = build.hip, shoulder = build.shoulder;
  if (tail_seen) {
    const Outline upright = ".8,-.35 1.7,-.25 2.1,-.75 1.85,-1.3 1.98,-1.7"_path;
    const Outline low = ".8,-.3 1.6,-.17 2.15,-.2 2.45,-.5"_path;
    const Pen side = pen.scaled(random.sign(), 1);
    draw_tail(side, animal, shortened(random.chance(0.5f) ? upright : low, build.tail_length), random);
  }
  Part torso(pen,
             symmetric({{0, -2.85f},
                        {0.72f * shoulder, -2.75f},
                        {shoulder, -2.1f},
                        {1.03f * shoulder, -1.5f},
                        {hip, -0.7f},
                        {0.95f * hip, -0.2f},
                        {0.5f * hip, -0.04f},
                        {0, -0.04f}}) +
                 thigh_shape(-1, hip) + thigh_shape(1, hip),
             animal.coat.base);
  mark_front(torso, animal.coat, {-hip, -2.7f, 2 * hip, 2.65f}, random);
  torso.soft(ellipse({0, -2.45f}, 0.8f, 0.3f), animal.coat.line, 0.4f, 0.16f);
  mark_collar(torso.inside(), animal, "-1.1,-2.6 -.5,-2.3 .5,-2.3 1.1,-2.6"_path);
  torso.place();
  draw_haunches(pen, animal, random);
  draw_front_legs(pen, animal, random);
  draw_medal(pen, animal, {0, -2.08f});
  draw_head(pen.at(0, -3.2f), animal, random);
}

// Heights of a standing animal's back, hip joints and flank.
struct Stance {
  float spine, hip, middle;
};

Outline standing_tail(const Stance& at, bool up, float end_x) {
  if (up) {
    return {{1.55f, at.spine + 0.35f},
            {2.1f, at.spine + 0.05f},
            {2.4f, at.spine - 0.6f},
            {2.25f, at.spine - 1.2f},
            {end_x, at.spine - 1.6f}};
  }
  return {{1.55f, at.spine + 0.35f},
          {2.1f, at.spine + 0.25f},
          {2.45f, at.spine + 0.8f},
          {2.8f, at.spine + 1.0f},
          {3.0f, at.spine + 0.8f}};
}

// Trunk and neck.
Shape standing_torso(const Stance& at) {
  const Shape trunk = smooth({{-1.62f, at.middle + 0.1f},
                              {-1.5f, at.spine + 0.1f},
                              {-0.8f, at.spine - 0.03f},
                              {0.4f, at.spine + 0.06f},
                              {1.3f, at.spine},
                              {1.78f, at.spine + 0.3f},
                              {1.85f, at.middle},
                              {1.5f, at.hip + 0.02f},
                              {0.7f, at.hip - 0.12f},
                              {-0.3f, at.hip + 0.05f},
                              {-1.2f, at.hip + 0.08f}});
  return trunk + stroke({{-1.0f, at.spine + 0.45f}, {-1.7f, at.spine - 0.35f}}, 0.62f, 0.5f);
}

void draw_standing(const Pen& pen, const Animal& animal, Random& random) {
  const Build& build = animal.build;
  const Coat& coat = animal.coat;
  const float hip = -build.leg_length, spine = hip - 1.55f * build.depth, middle = hip - 0.6f * build.depth;
  const Stance at{spine, hip, middle};
  const float step = random.uniform(-0.2f, 0.2f);
  const Color far = mix(coat.base, coat.line, 0.32f);
  const Outline tail = standing_tail(at, random.chance(0.6f), animal.pet == Pet::kCat ? 2.5f : 2.1f);
  draw_tail(pen, animal, shortened(tail, build.tail_length), random);
  draw_leg(pen, animal, {{-0.75f, middle}, {-0.7f - step, 0.5f * hip}, {-0.72f - step, -0.14f}}, 0.3f,
           build.leg * 0.85f, 0, far, random);
  draw_leg(pen, animal, {{1.05f, middle}, {1.15f + step, 0.55f * hip}, {1.0f + step, -0.14f}}, 0.36f, build.leg * 0.85f,
           0, far, random);
  Part torso(pen, standing_torso(at), coat.base);
  mark_side(torso, coat, {-1.5f, spine, 3.3f, hip - spine}, random);
  torso.soft(ellipse({-1.7f, spine + 0.3f}, 0.7f, 0.25f), coat.line, 0.4f, 0.16f);
  mark_collar(torso.inside(), animal,
              {{-2.2f, spine + 0.35f}, {-1.65f, spine + 0.41f}, {-1.1f, spine + 0.1f}, {-0.85f, spine - 0.4f}});
  torso.place();
  draw_leg(pen, animal,
           {{1.32f, middle - 0.1f}, {1.22f, 0.75f * hip}, {1.5f - step, 0.42f * hip}, {1.36f - step, -0.12f}}, 0.5f,
           build.leg * 0.9f, 0.75f, coat.base, random);
  draw_leg(pen, animal, {{-1.15f, middle}, {-1.15f + step, 0.5f * hip}, {-1.18f + step, -0.12f}}, 0.33f, build.leg,
           0.6f, coat.base, random);
  draw_medal(pen, animal, {-1.62f, spine + 0.58f});
  draw_head(pen.at(-1.85f, spine - 0.62f), animal, random);
}

void draw_lying(const Pen& pen, const Animal& animal, Random& random) {
  const Coat& coat = animal.coat;
  const Build& build = animal.build;
  draw_tail(pen, animal, shortened("1.5,-.4 2.2,-.2 2.75,-.18 3,-.5"_path, build.tail_length), random);
  draw_leg(pen, animal, "-.8,-.5 -1.5,-.26 -2.1,-.2"_path, 0.28f, build.leg * 0.85f, 0, mix(coat.base, coat.line, 0.3f),
           random);
  Part torso(
      pen,
      smooth("-1.5,-.15 -1.62,-.9 -1.2,-1.6 -.5,-1.62 .5,-1.42 1.4,-1.3 1.95,-.85 2,-.3 1.6,-.04 0,-.03 -1,-.03"_path),
      coat.base);
  mark_side(torso, coat, {-1.4f, -1.5f, 3.3f, 1.45f}, random);
  torso.soft(ellipse({-1.25f, -0.85f}, 0.75f, 0.25f), coat.line, 0.4f, 0.16f);
  mark_collar(torso.inside(), animal, "-1.9,-1.05 -1.3,-.76 -.62,-1 -.45,-1.8"_path);
  torso.place();
  Part(pen, ellipse({0.72f, -0.15f}, 0.46f, 0.17f), coat.paw).place(0.3f);
  draw_toes(pen, coat, {0.42f, -0.14f}, 0.1f);
  Part thigh(pen, ellipse({1.3f, -0.62f}, 0.68f, 0.58f, 14), coat.base);
  if (coat.pattern != Pattern::kPoints) mark_limb(thigh, coat, {{1.5f, -1.2f}, {1.2f, -0.1f}}, 0.35f, random);
  thigh.fade(-1.25f, -0.7f);
  thigh.place();
  draw_leg(pen, animal, "-.75,-.42 -1.3,-.22 -1.85,-.15"_path, 0.3f, build.leg, 0.3f, coat.base, random);
  draw_medal(pen, animal, {-1.3f, -0.6f});
  draw_head(pen.at(-1.3f, -1.72f), animal, random);
}

}  // namespace

cv::Rect2f pose_extent(Pose pose) {
  if (pose == Pose::kPortrait) return {-1.65f, -4.8f, 3.3f, 3.2f};
  if (pose == Pose::kStanding) return {-3.5f, -4.6f, 6.75f, 4.8f};
  if (pose == Pose::kLying) return {-2.95f, -3.3f, 6.2f, 3.5f};
  return {-2.7f, -4.8f, 5.4f, 5.0f};
}

void draw_animal(const Pen& pen, Pose pose, const Animal& animal, Random& random) {
  if (pose == Pose::kStanding) return draw_standing(pen, animal, random);
  if (pose == Pose::kLying) return draw_lying(pen, animal, random);
  draw_sitting(pen, animal, pose == Pose::kSitting, random);
}

}  // namespace pawprint::drawing
