#include "models/builtin.h"

#include <torch/script.h>

#include "models/archive_bytes.h"
#include "models/backbone.h"
#include "models/backbone_check.h"
#include "models/base/error.h"
#include "models/face_model.h"
#include "models/source_classifier.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

TEST(Builtin, BackboneIsSmallWholeAndComputesWhatItsExporterDid) {
  const auto bytes = builtin_network(kBuiltinBackbone);
  ASSERT_TRUE(bytes);
  EXPECT_LE(bytes->size(), 5'000'000);
  EXPECT_EQ(check_digest(*bytes), Digest::kRight);
  EXPECT_EQ(*bytes, testing::read_all(PAWPRINT_SOURCE_DIR "/models/builtin/petite.pt"));
  const Backbone backbone = Backbone::load(kBuiltinBackbone);
  EXPECT_FALSE(backbone.is_plain());
  EXPECT_LE(backbone.preprocess().crop_px, 160);
  EXPECT_LE(check_backbone(backbone).golden_error.value(), kGoldenTolerance);
  EXPECT_GE(backbone.stages(at::zeros({1, 3, 128, 128})).size(), 4);
  for (const auto& size : {std::pair(64, 64), std::pair(96, 224), std::pair(333, 201)})  // photos of any shape
    EXPECT_EQ(backbone.features(at::zeros({1, 3, size.first, size.second})).size(1), backbone.feature_dim());
  EXPECT_TRUE(SourceClassifier::of(backbone));  // to notice photos unlike those of a training
  EXPECT_TRUE(std::filesystem::exists(PAWPRINT_SOURCE_DIR "/models/builtin/petite.md"));  // its model card
}

TEST(Builtin, FacesAreSmallWholeAndHaveDirectionsAndAGallery) {
  const auto bytes = builtin_network(kBuiltinFaces);
  ASSERT_TRUE(bytes);
  EXPECT_LE(bytes->size(), 12'000'000);
  EXPECT_EQ(*bytes, testing::read_all(PAWPRINT_SOURCE_DIR "/models/builtin/faces64.pt"));
  const FaceModel model = FaceModel::load(kBuiltinFaces);  // checks the digest
  EXPECT_EQ(model.autoencoder.shape().size_px, 64);
  for (const char* name : {"Smiling", "Male", "Young", "Eyeglasses", "Mouth_Slightly_Open", "Blond_Hair"})
    EXPECT_GT(model.direction(name).strength, 0) << name;
  EXPECT_FALSE(model.alignment.at("eyes").is_null());  // photos can be aligned to it
  ASSERT_GE(model.gallery.size(0), 24);
  const torch::NoGradGuard no_grad;
  const auto faces = model.autoencoder.decode(model.gallery);
  EXPECT_GT(faces.std(0).mean().item<double>(), 0.1);                                      // no two are the same
  EXPECT_TRUE(std::filesystem::exists(PAWPRINT_SOURCE_DIR "/models/builtin/faces64.md"));  // its model card
}

TEST(Builtin, OtherNamesAreFiles) {
  EXPECT_FALSE(builtin_network("petit"));
  EXPECT_FALSE(builtin_network("./petite"));
  EXPECT_THROW(Backbone::load("./petite"), Error);
}

TEST(Builtin, AFileOfThatNameComesFirst) {
  const testing::TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  folder.write(kBuiltinBackbone, "no network");
  EXPECT_THROW(Backbone::load(kBuiltinBackbone), Error);
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace pawprint
