#include "app/faces/edit.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "app/faces/editable_face.h"
#include "app/faces/sheet.h"
#include "tests/support/faces.h"

namespace pawprint {
namespace {

using testing::small_shape;

FaceDirection direction(const at::Tensor& mask) {
  FaceDirection made;
  made.name = "Smiling";
  made.direction = torch::ones({32});
  made.strength = 2;
  made.mask = mask;
  return made;
}

at::Tensor left_half() {
  auto mask = torch::zeros({32, 32});
  mask.narrow(1, 0, 16).fill_(1);
  return mask;
}

TEST(MoveCodes, AddsStrengthTimesTheMultiple) {
  const auto smiling = direction(left_half());
  EXPECT_TRUE(torch::equal(move_codes(torch::zeros({1, 32}), {{&smiling, 1.5}}), torch::full({1, 32}, 3.f)));
}

TEST(MovesMask, IsTheUnionAndGrowsFromZero) {
  const auto left = direction(left_half()), right = direction(1 - left_half());
  EXPECT_TRUE(torch::equal(moves_mask({{&left, 1}, {&right, -1}}), torch::ones({32, 32})));
  EXPECT_TRUE(torch::equal(moves_mask({{&left, 1}, {&right, 0}}), left_half()));
  EXPECT_TRUE(torch::equal(moves_mask({{&left, 0.125}}), left_half() * 0.5));
}

TEST(EditFaces, OutsideTheMaskNothingChanges) {
  const torch::NoGradGuard no_grad;
  const Autoencoder autoencoder(small_shape(), 1);
  const auto smiling = direction(left_half());
  const auto faces = torch::rand({3, 3, 32, 32});
  const auto edited = edit_faces(autoencoder, faces, {{&smiling, 1}});
  EXPECT_TRUE(torch::equal(edited.narrow(3, 16, 16), faces.narrow(3, 16, 16)));
  EXPECT_FALSE(torch::equal(edited.narrow(3, 0, 16), faces.narrow(3, 0, 16)));
  EXPECT_TRUE(torch::allclose(edit_faces(autoencoder, faces, {{&smiling, 0}}), faces, 0, 1e-6));
  EXPECT_TRUE(torch::equal(edit_faces(autoencoder, faces, {{&smiling, 1}}, true),
                           autoencoder.decode(autoencoder.encode(faces) + 2)));
}

TEST(InBatches, KeepsTheOrder) {
  const auto rows = torch::arange(100);
  EXPECT_TRUE(torch::equal(in_batches(rows, 3, [](const at::Tensor& some) { return some * 2; }), rows * 2));
}

FaceModel model_with(const nlohmann::json& alignment) {
  FaceModel model{Autoencoder(small_shape(), 1), {}, {direction(left_half())}, {}, {}, alignment, {}, {}};
  const auto features = model.autoencoder.classifier_features(at::zeros({1, 3, 32, 32}));
  model.directions[0].classifier = {at::zeros({features.size(1)}), -1.};
  return model;
}

cv::Mat random_picture(int rows, int columns) {
  cv::Mat rgb(rows, columns, CV_8UC3);
  cv::RNG random(7);
  random.fill(rgb, cv::RNG::UNIFORM, 0, 256);
  return rgb;
}

bool same(const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_INF) == 0; }

TEST(FaceAligner, AlignedPictureOfTheSizeIsTakenAsItIs) {
  const FaceAligner aligner(model_with({{"crop", {1, 2, 20}}, {"eyes", nullptr}}), true);
  const cv::Mat rgb = random_picture(32, 32);
  const auto faces = aligner.faces(rgb);
  ASSERT_EQ(faces.size(), 1);
  EXPECT_TRUE(same(to_picture(faces[0].face), rgb));
}

TEST(FaceAligner, OthersGetTheStoredCropOrTheMiddle) {
  const cv::Mat rgb = random_picture(60, 50);
  const FaceAligner with_crop(model_with({{"crop", {3, 20, 32}}, {"eyes", nullptr}}), true);
  EXPECT_TRUE(same(to_picture(with_crop.faces(rgb)[0].face), rgb(cv::Rect(3, 20, 32, 32))));
  const FaceAligner without(model_with({{"crop", nullptr}, {"eyes", nullptr}}), true);
  const cv::Mat wide = random_picture(32, 40);
  EXPECT_TRUE(same(to_picture(without.faces(wide)[0].face), wide(cv::Rect(4, 0, 32, 32))));
}

TEST(EditPhoto, LeavesWhatTheMaskDoesNotTouch) {
  const FaceModel model = model_with({{"crop", {3, 20, 32}}, {"eyes", nullptr}});
  const cv::Mat rgb = random_picture(60, 50);
  const std::vector<EditableFace> faces = {editable_face(model, rgb, FaceAligner(model, true).faces(rgb)[0])};
  const cv::Mat edited = edit_photo(model, rgb, faces, {{&model.directions[0], 1}}, false, true);
  EXPECT_EQ(edited.size(), rgb.size());
  EXPECT_TRUE(same(edited(cv::Rect(20, 0, 30, 60)), rgb(cv::Rect(20, 0, 30, 60))));
  EXPECT_FALSE(same(edited(cv::Rect(3, 20, 15, 32)), rgb(cv::Rect(3, 20, 15, 32))));
  EXPECT_TRUE(same(edit_photo(model, rgb, faces, {{&model.directions[0], 0}}, false, true), rgb));
}

}  // namespace
}  // namespace pawprint
