#include "models/face_model.h"

#include "models/base/error.h"
#include "tests/support/faces.h"
#include "tests/support/tiny_network.h"

namespace pawprint {
namespace {

using testing::message_of;
using testing::read_all;
using testing::small_shape;
using testing::TemporaryFolder;

FaceModel small_model() {
  const Autoencoder autoencoder(small_shape(), 1);
  FaceDirection smiling{"Smiling",
                        torch::randn({32}),
                        1.75,
                        0.5,
                        torch::linspace(0, 1, 32 * 32).view({32, 32}),
                        {torch::randn({autoencoder.classifier_features()}), 0.25},
                        {{"method", "mean"}}};
  return {autoencoder,
          {"Smiling", "Male"},
          {smiling},
          {torch::randn({32}), torch::eye(32)},
          torch::randn({4, 32}),
          {{"crop", {12, 28, 64}}, {"eyes", nullptr}},
          {{"share", 0.05}},
          {{"epochs", 3}}};
}

TEST(FaceModel, ComesBackAsItWasSaved) {
  const torch::NoGradGuard no_grad;
  const TemporaryFolder folder;
  const FaceModel model = small_model();
  model.autoencoder.round_to_float16();
  model.save(folder / "faces.pt");
  const FaceModel back = FaceModel::load(folder / "faces.pt");
  const auto x = torch::rand({2, 3, 32, 32});
  EXPECT_TRUE(torch::equal(back.autoencoder.encode(x), model.autoencoder.encode(x)));
  EXPECT_EQ(back.attributes, model.attributes);
  const auto &was = model.directions[0], &is = back.direction("Smiling");
  EXPECT_TRUE(torch::allclose(is.direction, was.direction, 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(is.mask, was.mask, 0, 0.5 / 255 + 1e-6));
  EXPECT_TRUE(torch::allclose(is.classifier.weight, was.classifier.weight, 1e-5, 1e-6));
  EXPECT_EQ(is.strength, 1.75);
  EXPECT_EQ(is.facts, was.facts);
  EXPECT_TRUE(torch::allclose(back.gallery, model.gallery, 1e-5, 1e-6));
  EXPECT_TRUE(torch::equal(back.codes.covariance, model.codes.covariance));
  EXPECT_EQ(back.alignment, model.alignment);
}

TEST(FaceModel, UnknownAttributeNamesThoseThereAre) {
  EXPECT_EQ(message_of<Error>([] { small_model().direction("Wings"); }),
            "expected one of the attributes that this model can change (Smiling), got 'Wings'; `pawprint faces "
            "direction` adds others");
  const auto meant = message_of<Error>([] { small_model().direction("smilin"); });
  EXPECT_TRUE(meant.ends_with("got 'smilin'; did you mean 'Smiling'?")) << meant;
}

TEST(FaceModel, OtherAndDamagedFilesAreRefused) {
  const TemporaryFolder folder;
  small_model().save(folder / "faces.pt");
  const std::string bytes = read_all(folder / "faces.pt");
  for (const size_t at : {bytes.size() / 5, bytes.size() / 2, bytes.size() - 200}) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    EXPECT_THROW(FaceModel::load(folder.write("damaged.pt", damaged)), Error) << at;
    EXPECT_THROW(FaceModel::load(folder.write("cut.pt", bytes.substr(0, at))), Error) << at;
  }
  testing::save_tiny_backbone(folder / "net.pt");
  EXPECT_THROW(FaceModel::load(folder / "net.pt"), Error);
  EXPECT_THROW(FaceModel::load(folder / "none.pt"), Error);
}

TEST(FaceModel, PartsThatDoNotFitAreRefused) {
  const TemporaryFolder folder;
  FaceModel model = small_model();
  model.directions[0].direction = torch::randn({31});
  model.save(folder / "faces.pt");
  EXPECT_THROW(FaceModel::load(folder / "faces.pt"), Error);
  model = small_model();
  model.attributes.pop_back();
  model.save(folder / "faces.pt");
  EXPECT_THROW(FaceModel::load(folder / "faces.pt"), Error);
}

}  // namespace
}  // namespace pawprint
