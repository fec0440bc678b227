#include "app/faces/geometry.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using pawprint::testing::message_of;

void expect_near(cv::Point2d a, cv::Point2d b) {
  EXPECT_NEAR(a.x, b.x, 1e-9);
  EXPECT_NEAR(a.y, b.y, 1e-9);
}

TEST(Similarity, OfTheSamePointsIsTheIdentity) {
  const auto s = similarity({3, 4}, {7, 5}, {3, 4}, {7, 5});
  expect_near(apply(s, {0, 0}), {0, 0});
  expect_near(apply(s, {10, -2}), {10, -2});
}

TEST(Similarity, TurnsScalesAndShifts) {
  // From (0,0)-(1,0) to (5,5)-(5,7): a quarter turn clockwise as seen (y points down), twice the size.
  const auto s = similarity({0, 0}, {1, 0}, {5, 5}, {5, 7});
  EXPECT_NEAR(scale_of(s), 2, 1e-12);
  EXPECT_NEAR(angle_of(s), 90, 1e-12);
  expect_near(apply(s, {0, 1}), {3, 5});
}

TEST(Similarity, TheInverseLeadsBack) {
  const auto s = similarity({100, 80}, {140, 95}, {0.36, 0.44}, {0.66, 0.44});
  expect_near(apply(inverse(s), apply(s, {17, -3})), {17, -3});
}

TEST(Similarity, RefusesEyesThatAreOnePoint) {
  EXPECT_THROW(align_transform({5, 5}, {5, 5}, {}), Error);
  EXPECT_THROW(inverse(Similarity::zeros()), Error);
}

TEST(PhotoToSquare, PutsTheEyesWhereTheGeometryHasThem) {
  const FaceGeometry geometry{0.35, 0.43, 0.65, 0.43};
  const auto s = align_transform({200, 150}, {230, 190}, geometry);  // 50 pixels apart, 0.3 of the side
  expect_near(apply(s, {200, 150}), geometry.left_eye());
  expect_near(apply(s, {230, 190}), geometry.right_eye());
  EXPECT_NEAR(1 / scale_of(s), 50 / 0.3, 1e-9);
}

TEST(FaceGeometry, IsReadBackFromJson) {
  const FaceGeometry geometry{0.3, 0.4, 0.7, 0.41};
  EXPECT_EQ(geometry_from_json(to_json(geometry), "faces.json"), geometry);
}

TEST(FaceGeometry, RefusesWhatIsNoGeometry) {
  const auto message = [](const char* text) {
    return message_of<Error>([&] { geometry_from_json(nlohmann::json::parse(text), "faces.json"); });
  };
  EXPECT_NE(message("[]").find("faces.json: expected left_eye"), std::string::npos);
  EXPECT_NE(message(R"({"left_eye": [0.3, 0.4]})").find("right_eye"), std::string::npos);
  EXPECT_NE(message(R"({"left_eye": [0.3, "0.4"], "right_eye": [0.6, 0.4]})").find("left_eye"), std::string::npos);
  EXPECT_NE(message(R"({"left_eye": [0.3, 0.4], "right_eye": [1.6, 0.4]})").find("right_eye"), std::string::npos);
  EXPECT_NE(message(R"({"left_eye": [0.6, 0.4], "right_eye": [0.3, 0.4]})").find("left of"), std::string::npos);
}

}  // namespace
}  // namespace pawprint
