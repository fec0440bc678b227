#include <algorithm>

#include "app/base/random.h"
#include "app/drawing/faces.h"

namespace pawprint {
namespace {

constexpr uint64_t kFaces = 3;  // pets are drawn from 1 and 2

void choose_mouth(FaceTraits& face, Random random) {
  const bool smiling = random.chance(face.male ? 0.35f : 0.65f);
  face.mouth_curvature = random.uniform(0.25f, 1) * (smiling ? 1.f : -1.f);
  face.mouth_open = random.chance(0.4f) ? random.uniform(0.55f, 1) : 0;
  face.mouth_width = random.uniform(0.92f, 1.08f);
  face.lips = random.uniform(0.8f, 1.2f) * (face.male ? 0.9f : 1.05f);
  face.lipstick = random.chance(face.male ? 0 : 0.5f);
}

void choose_features(FaceTraits& face, Random random) {
  face.skin = random.uniform();
  face.face_width = random.uniform(0.95f, 1.03f) + (face.male ? 0.02f : 0);
  face.face_length = random.uniform(0.96f, 1.04f);
  face.nose_width = random.uniform(0.85f, 1.15f);
  const float blue = std::clamp(2 * face.skin - 0.5f, 0.15f, 1.f);  // light eyes are rare in dark faces
  face.eye_color = random.uniform() * blue;
  face.eye_opening = random.chance(0.2f) ? random.uniform(0.48f, 0.58f) : random.uniform(0.88f, 1.08f);
  face.brow_tilt = random.uniform(-1, 1);
}

HairStyle choose_style(bool male, Random& random) {
  using enum HairStyle;
  return male ? random.weighted<HairStyle>({{3, kBald}, {11, kShort}, {4, kCurly}, {1, kBob}, {1, kLong}})
              : random.weighted<HairStyle>({{2, kShort}, {3, kCurly}, {5, kBob}, {6, kLong}, {4, kBun}});
}

void choose_hair(FaceTraits& face, Random random) {
  const bool may_be_fair = random.chance(face.skin > 0.45f ? 1 : 0.25f);
  face.hair_color = random.weighted<HairColor>({{7, HairColor::kBlack},
                                                {6, HairColor::kBrown},
                                                {may_be_fair ? 2 : 0, HairColor::kRed},
                                                {may_be_fair ? 5 : 0, HairColor::kBlond}});
  const bool gray = random.chance(0.7f);
  if (face.age >= 0.5f && gray) face.hair_color = HairColor::kGray;
  face.hair_style = choose_style(face.male, random);
  face.hair_shade = random.uniform(-1, 1);
  face.parting = random.uniform(0.2f, 0.9f) * random.sign();
  face.bangs = random.chance(0.3f) && face.hair_style != HairStyle::kBald;
  const auto beard = random.weighted<Beard>({{4, Beard::kFull}, {3, Beard::kGoatee}, {13, Beard::kNone}});
  if (face.male) face.beard = beard;
  const float with_mustache = face.beard == Beard::kFull ? 0.85f : face.beard == Beard::kGoatee ? 0.6f : 0.12f;
  face.mustache = random.chance(with_mustache) && face.male;
}

void choose_worn(FaceTraits& face, Random random) {
  face.glasses = random.weighted<Glasses>({{2, Glasses::kRound}, {1, Glasses::kSquare}, {7, Glasses::kNone}});
  face.hat = random.weighted<Hat>({{1, Hat::kBeanie}, {1, Hat::kBrim}, {1, Hat::kCap}, {17, Hat::kNone}});
  if (face.hat != Hat::kNone) face.bangs = false;
  face.clothes_hue = random.uniform();
  face.worn_hue = random.uniform();
}

void choose_picture(FaceTraits& face, Random random) {
  face.background_hue = random.uniform();
  face.background_light = random.uniform(0.58f, 0.92f);
  face.background_grade = random.chance(0.4f) ? 0 : random.uniform(0.3f, 1);
  face.light_x = random.uniform(-1, 1);
  face.warmth = random.uniform(-1, 1);
  face.exposure = random.uniform(0.93f, 1.05f);
  face.shift_x = random.uniform(-0.008f, 0.008f);
  face.shift_y = random.uniform(-0.008f, 0.008f);
  face.turn_degrees = random.uniform(-1.5f, 1.5f);
}

}  // namespace

FaceTraits face_traits(uint64_t seed, int64_t index) {
  Random random(Random::mix(Random::mix(Random::mix(seed) + kFaces) + static_cast<uint64_t>(index)));
  FaceTraits face;
  face.male = random.chance(0.5f);
  face.age = random.chance(0.25f) ? random.uniform(0.65f, 1) : random.uniform(0, 0.35f);
  choose_mouth(face, random.fork());
  choose_features(face, random.fork());
  choose_hair(face, random.fork());
  choose_worn(face, random.fork());
  choose_picture(face, random.fork());
  return face;
}

const std::vector<FaceAttribute>& face_attributes() {
  using F = const FaceTraits&;
  static const std::vector<FaceAttribute> attributes{
      {"Smiling", [](F face) { return face.mouth_curvature > 0; }},
      {"Male", [](F face) { return face.male; }},
      {"Young", [](F face) { return face.age < 0.5f; }},
      {"Eyeglasses", [](F face) { return face.glasses != Glasses::kNone; }},
      {"Mouth_Slightly_Open", [](F face) { return face.mouth_open > 0.25f; }},
      {"Wearing_Hat", [](F face) { return face.hat != Hat::kNone; }},
      {"Mustache", [](F face) { return face.mustache; }},
      {"No_Beard", [](F face) { return face.beard == Beard::kNone; }},
      {"Blond_Hair",
       [](F face) { return face.hair_style != HairStyle::kBald && face.hair_color == HairColor::kBlond; }},
      {"Black_Hair",
       [](F face) { return face.hair_style != HairStyle::kBald && face.hair_color == HairColor::kBlack; }},
      {"Bangs", [](F face) { return face.bangs; }},
      {"Pale_Skin", [](F face) { return face.skin > 0.85f; }},
      {"Wearing_Lipstick", [](F face) { return face.lipstick; }},
      {"Narrow_Eyes", [](F face) { return face.eye_opening < 0.7f; }}};
  return attributes;
}

}  // namespace pawprint
