#pragma once

#include "app/drawing/canvas.h"
#include "app/drawing/faces.h"

// The parts of a face, drawn from back to front. A pen's origin is the point between the eyes, its unit half the way
// from eye to eye: the eyes are at x = -1 and 1, the crown at y = -2.75, the chin at 3.1.
namespace pawprint::drawing {

inline constexpr float kFaceUnit = 0.5f * (kFaceRightEyeX - kFaceLeftEyeX);  // in sides of the picture
inline constexpr float kMouthY = (kFaceMouthY - kFaceEyeY) / kFaceUnit;
inline constexpr float kMouthHalfWidth = kFaceMouthHalfWidth / kFaceUnit;

struct FaceColors {
  Color skin, light, shade;  // of the skin
  Color line;                // lids, nostrils, folds
  Color blush, lip;
  Color hair, hair_light, hair_dark;
  Color iris, clothes, worn;
};

FaceColors face_colors(const FaceTraits& face);

// hue 0 .. 1 round the color circle from red; saturation, value 0 .. 1
Color hsv(float hue, float saturation, float value);

// face_head.cpp
void draw_face_background(const Pen& pen, const FaceTraits& face);
void draw_bust(const Pen& pen, const FaceTraits& face, const FaceColors& colors);
void draw_face_head(const Pen& pen, const FaceTraits& face, const FaceColors& colors);
void draw_age_lines(const Pen& pen, const FaceTraits& face, const FaceColors& colors);
Shape face_outline(const FaceTraits& face);

// face_features.cpp
void draw_face_eyes(const Pen& pen, const FaceTraits& face, const FaceColors& colors);
void draw_brows(const Pen& pen, const FaceTraits& face, const FaceColors& colors);
void draw_nose(const Pen& pen, const FaceTraits& face, const FaceColors& colors);
void draw_cheeks(const Pen& pen, const FaceTraits& face, const FaceColors& colors);
void draw_face_mouth(const Pen& pen, const FaceTraits& face, const FaceColors& colors);

// face_hair.cpp
void draw_back_hair(const Pen& pen, const FaceTraits& face, const FaceColors& colors);
void draw_front_hair(const Pen& pen, const FaceTraits& face, const FaceColors& colors);
void draw_beard(const Pen& pen, const FaceTraits& face, const FaceColors& colors);
void draw_mustache(const Pen& pen, const FaceTraits& face, const FaceColors& colors);

// face_worn.cpp
void draw_glasses(const Pen& pen, const FaceTraits& face, const FaceColors& colors);
void draw_hat(const Pen& pen, const FaceTraits& face, const FaceColors& colors);

}  // namespace pawprint::drawing
