#include "app/faces/score.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "app/faces/edit.h"
#include "models/base/error.h"
#include "models/image_quality.h"
#include "tests/support/drawn_faces.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::drawn_faces;
using testing::message_of;
using testing::silent;
using testing::some_direction;
using testing::untrained_model;

CodedFaces coded(const FaceModel& model, const FacePictures& pictures) {
  return encode_faces(model.autoencoder, pictures.pixels, 2, nullptr);
}

at::Tensor column(const FacePictures& pictures, const std::string& name) {
  return pictures.attributes.select(1, pictures.attribute(name));
}

DirectionScore score(const FaceModel& model, const FaceDirection& direction, const FacePictures& pictures) {
  return score_direction(model.autoencoder, direction, coded(model, pictures), column(pictures, "Smiling"), 2, 1);
}

TEST(ScoreDirection, OneThatDoesNotMoveChangesNothing) {
  const auto model = untrained_model();
  auto direction = some_direction(model, "Smiling");
  direction.strength = 0;
  const auto scored = score(model, direction, drawn_faces(40, 32));
  EXPECT_DOUBLE_EQ(scored.outside_psnr_db, 100);
  EXPECT_DOUBLE_EQ(scored.upper_psnr_db, 100);
  EXPECT_NEAR(scored.sharpness_ratio, 1, 1e-6);
  EXPECT_NEAR(scored.drift, 0, 1e-5);
  EXPECT_EQ(scored.success_rate, scored.success_rate_before);
  EXPECT_EQ(scored.success_rate, scored.random_direction_rate);
}

TEST(ScoreDirection, AJudgeWhoSaysYesToAllIsRightHalfTheTime) {
  const auto model = untrained_model();
  const auto scored = score(model, some_direction(model, "Smiling"), drawn_faces(40, 32));
  EXPECT_DOUBLE_EQ(scored.classifier_accuracy, 0.5);
  EXPECT_DOUBLE_EQ(scored.classifier_auc, 0.5);
  EXPECT_DOUBLE_EQ(scored.success_rate, 1);
  EXPECT_DOUBLE_EQ(scored.success_rate_before, 1);
  EXPECT_EQ(scored.faces_with + scored.faces_without, 40);
}

TEST(ScoreDirection, EditsAreTheDefaultOnesOfFacesThatLackTheAttribute) {
  const auto model = untrained_model();
  const auto pictures = drawn_faces(30, 32);
  auto direction = some_direction(model, "Smiling");
  direction.strength = 3;
  const auto scored = score(model, direction, pictures);
  const torch::NoGradGuard no_grad;
  const auto faces = face_batch(pictures.pixels, at::nonzero(column(pictures, "Smiling").logical_not()).flatten());
  const auto edited = edit_faces(model.autoencoder, faces, {{&direction, 1}});
  EXPECT_NEAR(scored.sharpness_ratio, (sharpness(edited) / sharpness(faces)).mean().item<double>(), 1e-5);
  EXPECT_DOUBLE_EQ(scored.outside_psnr_db, 100);  // the mask is 0 or 1: nothing moves outside, rows 0 to 15
  EXPECT_DOUBLE_EQ(scored.upper_psnr_db, 100);    // rows 0 to 13
  EXPECT_NEAR(scored.mask_share, 0.5, 1e-6);
}

TEST(ScoreDirection, DriftIsAShareOfTheDistanceBetweenTwoFaces) {
  const auto model = untrained_model();
  const auto pictures = drawn_faces(30, 32);
  const auto faces = coded(model, pictures);
  auto direction = some_direction(model, "Smiling");
  direction.mask.fill_(1);
  direction.strength = 3;
  const auto has = column(pictures, "Smiling");
  const torch::NoGradGuard no_grad;
  const auto rows = at::nonzero(has.logical_not()).flatten();
  auto change =
      model.autoencoder.encode(edit_faces(model.autoencoder, face_batch(pictures.pixels, rows), {{&direction, 1}})) -
      faces.codes.index_select(0, rows);
  change.select(1, 0).zero_();  // the direction is the first axis
  const auto squares = at::cdist(faces.codes, faces.codes).square().to(at::kDouble).sum().item<double>() / (30 * 29);
  const double expected = change.norm(2, 1).mean().item<double>() / std::sqrt(squares);
  EXPECT_GT(expected, 0);
  EXPECT_NEAR(score_direction(model.autoencoder, direction, faces, has, 2, 1).drift, expected, 1e-3 * expected);
}

TEST(ScoreDirection, TellsARealDirectionFromChance) {
  const auto model = untrained_model();
  auto pictures = drawn_faces(40, 32);
  auto faces = coded(model, pictures);
  const auto has = column(pictures, "Smiling");
  const auto direction = some_direction(model, "Smiling");
  faces.codes.select(1, 0).copy_(has.to(at::kFloat));  // the attribute is the first code
  auto scored = score_direction(model.autoencoder, direction, faces, has, 1, 1);
  EXPECT_DOUBLE_EQ(scored.auc, 1);
  EXPECT_DOUBLE_EQ(scored.p_value, 0.001);
  faces.codes.select(1, 0).neg_();
  scored = score_direction(model.autoencoder, direction, faces, has, 1, 1);
  EXPECT_DOUBLE_EQ(scored.auc, 0);
  EXPECT_DOUBLE_EQ(scored.p_value, 1);
}

TEST(ScoreFaces, LooksAtHeldOutFacesOnlyAndBesidePca) {
  auto model = untrained_model();
  model.directions = {some_direction(model, "Smiling"), some_direction(model, "Unknown")};
  const auto pictures = drawn_faces(800, 32);
  const auto scored = score_faces(model, pictures, {}, silent());
  const auto held = rows_where(held_out(pictures.content), true);
  EXPECT_EQ(scored.held_out_faces, static_cast<int64_t>(held.size()));
  EXPECT_EQ(scored.held_out_faces + scored.other_faces, 800);
  const torch::NoGradGuard no_grad;
  const auto faces = face_batch(pictures.pixels, held);
  const auto decoded = model.autoencoder.decode(model.autoencoder.encode(faces));
  EXPECT_NEAR(scored.autoencoder.psnr_db, psnr_db(decoded, faces).mean().item<double>(), 1e-3);
  EXPECT_NEAR(scored.autoencoder.ssim, ssim(decoded, faces).mean().item<double>(), 1e-4);
  ASSERT_TRUE(scored.pca);
  EXPECT_GT(scored.pca->psnr_db, scored.autoencoder.psnr_db + 5);  // which has learned nothing
  ASSERT_EQ(scored.directions.size(), 1u);
  EXPECT_EQ(scored.directions[0].name, "Smiling");
  EXPECT_EQ(scored.unscored, std::vector<std::string>{"Unknown"});
  const auto json = to_json(scored);
  EXPECT_EQ(json["attributes"][0]["faces_with"], scored.directions[0].faces_with);
  EXPECT_EQ(json["pca"]["psnr_db"], scored.pca->psnr_db);
}

TEST(ScoreFaces, ThreadsDoNotMatter) {
  auto model = untrained_model();
  model.directions = {some_direction(model, "Smiling")};
  const auto pictures = drawn_faces(600, 32);
  FaceScoreOptions one, three;
  three.threads = 3;
  EXPECT_EQ(to_json(score_faces(model, pictures, one, silent())),
            to_json(score_faces(model, pictures, three, silent())));
}

TEST(ScoreFaces, TooFewHeldOutAreRefused) {
  const auto pictures = drawn_faces(60, 32);
  FaceScoreOptions options;
  options.data.folder = "few";
  EXPECT_TRUE(message_of<Error>([&] {
                score_faces(untrained_model(), pictures, options, silent());
              }).starts_with("'few': expected at least 20 faces that are held out, got "));
}

TEST(StoredCrop, IsThatOfTraining) {
  EXPECT_FALSE(stored_crop({{"crop", nullptr}}));
  EXPECT_FALSE(stored_crop(nullptr));
  const auto crop = stored_crop({{"crop", {12, 28, 64}}});
  ASSERT_TRUE(crop);
  EXPECT_EQ(crop->x, 12);
  EXPECT_EQ(crop->y, 28);
  EXPECT_EQ(crop->side, 64);
  for (const auto& bad : {nlohmann::json{1, 2}, nlohmann::json{1, 2, 0}, nlohmann::json{-1, 2, 3},
                          nlohmann::json{0, 0, 1e12}, nlohmann::json("all")})
    EXPECT_TRUE(message_of<Error>([&] { stored_crop({{"crop", bad}}); }).starts_with("crop: expected x, y and side"));
}

}  // namespace
}  // namespace pawprint
