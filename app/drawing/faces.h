#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string_view>
#include <vector>

#include "app/base/progress.h"

namespace pawprint {

// Every face looks straight ahead, its eyes at these places in fractions of the side (from the upper left corner), give
// or take 0.012: small shifts and turns are drawn too, as the alignment of photos leaves some.
inline constexpr int kFaceSidePx = 128;
inline constexpr float kFaceLeftEyeX = 0.375f, kFaceRightEyeX = 0.625f, kFaceEyeY = 0.47f;
// The middle of the mouth and half its width; a smile is a little wider.
inline constexpr float kFaceMouthX = 0.5f, kFaceMouthY = 0.71f, kFaceMouthHalfWidth = 0.108f;

enum class HairColor { kBlack, kBrown, kRed, kBlond, kGray };
enum class HairStyle { kBald, kShort, kCurly, kBob, kLong, kBun };
enum class Beard { kNone, kGoatee, kFull };
enum class Glasses { kNone, kRound, kSquare };
enum class Hat { kNone, kBeanie, kBrim, kCap };

// All that a face is drawn from. Sizes are shares of the usual one, hues go once round the color circle in 0 .. 1.
struct FaceTraits {
  float mouth_curvature = 0.6f;  // -1 (grumpy) .. 1 (smiling); moves the mouth and the cheeks only
  float mouth_open = 0;          // 0 (closed) .. 1 (teeth show)
  float mouth_width = 1;         // 0.9 .. 1.1
  float lips = 1;                // thickness, 0.8 .. 1.25
  bool lipstick = false;

  bool male = false;       // heavier brows and jaw, no lashes
  float age = 0.2f;        // 0 .. 1: lines from 0.5 on
  float skin = 0.7f;       // 0 (darkest) .. 1 (palest)
  float face_width = 1;    // 0.95 .. 1.05
  float face_length = 1;   // 0.95 .. 1.05, below the mouth
  float nose_width = 1;    // 0.85 .. 1.2
  float eye_color = 0.2f;  // 0 (dark brown) .. 1 (blue), through hazel and green
  float eye_opening = 1;   // 0.5 (narrow) .. 1.1
  float brow_tilt = 0;     // -1 (outer ends low) .. 1

  HairColor hair_color = HairColor::kBrown;
  HairStyle hair_style = HairStyle::kShort;
  float hair_shade = 0;  // -1 (darker) .. 1 (lighter)
  float parting = 0.5f;  // -1 .. 1: where the hair is parted
  bool bangs = false;    // hair over the forehead
  bool mustache = false;
  Beard beard = Beard::kNone;

  Glasses glasses = Glasses::kNone;
  Hat hat = Hat::kNone;
  float clothes_hue = 0.6f;
  float worn_hue = 0.05f;  // hat, frames of the glasses

  float background_hue = 0.55f;
  float background_light = 0.8f;   // 0.45 .. 0.9
  float background_grade = 0.3f;   // 0 (plain) .. 1 (dark below)
  float light_x = -0.5f;           // -1 (from the left) .. 1
  float warmth = 0;                // -1 (bluish light) .. 1 (reddish)
  float exposure = 1;              // 0.92 .. 1.06
  float shift_x = 0, shift_y = 0;  // of the whole head, in fractions of the side, within 0.008
  float turn_degrees = 0;          // -1.5 .. 1.5, about the point between the eyes
};

// The traits of a picture of a dataset; the same (seed, index) gives the same ones on every platform. Independent of
// each other but for these:
//   Smiling goes with Male as in CelebA, only more so: 65 % of women smile, 35 % of men (a correlation of -0.3), half
//   of the faces are men's. |mouth_curvature| >= 0.25, so that who smiles is never in doubt.
//   Beards, mustaches, bald heads and most short hair are men's, lipstick and most long hair are women's.
//   Gray hair is that of the old (a quarter); fair hair and light eyes are rarer where the skin is dark; a hat leaves
//   no bangs.
FaceTraits face_traits(uint64_t seed, int64_t index);

// What is said of a face in attributes.csv, named as in CelebA (Liu et al. 2015, arXiv:1411.7766).
struct FaceAttribute {
  std::string_view name;  // Smiling, Male, ...
  bool (*has)(const FaceTraits&);
};
const std::vector<FaceAttribute>& face_attributes();

// 8-bit BGR [side_px,side_px,3], side_px >= 32; the same traits give the same pixels on every call.
cv::Mat draw_face(const FaceTraits& traits, int side_px = kFaceSidePx);

// Writes `count` >= 1 faces, out/images/000000.jpg ..., the n-th drawn from face_traits(seed, n), and
// out/attributes.csv: `file,Smiling,Male,...`, then a row a picture with 1 for those it has, 0 for those it has not.
// Throws Error if `count` is not positive, if `out` exists and is not an empty folder, or if it cannot be written to.
void draw_faces(const std::filesystem::path& out, int64_t count, uint64_t seed, const Progress& progress,
                int64_t threads = 1);

}  // namespace pawprint
