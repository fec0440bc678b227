#include "models/classifier.h"

#include <cmath>

#include "models/base/error.h"
#include "models/base/version.h"
#include "tests/support/tiny_network.h"

namespace pawprint {
namespace {

using testing::message_of;
using testing::TemporaryFolder;

Classifier tiny_classifier(const TemporaryFolder& folder) {
  const auto backbone = Backbone::load(testing::save_tiny_backbone(folder / "net.pt"));
  const Head head{{{at::randn({4, 5}), at::randn({4})}, {at::randn({3, 4}), at::randn({3})}}};
  return {backbone, head, {"ant", "bee", "cat"}, 0.5, backbone.preprocess().with_crop(48), {{"seed", 7}}};
}

TEST(Classifier, FileHoldsEverything) {
  const TemporaryFolder folder;
  const auto saved = tiny_classifier(folder);
  save_classifier(saved, folder / "model.pt");
  std::filesystem::remove(folder / "net.pt");
  const auto loaded = Classifier::load(folder / "model.pt");
  EXPECT_EQ(loaded.class_names, saved.class_names);
  EXPECT_EQ(loaded.preprocess, saved.preprocess);
  EXPECT_EQ(loaded.temperature, 0.5);
  EXPECT_EQ(loaded.metadata["seed"], 7);
  EXPECT_EQ(loaded.metadata["pawprint"], full_version());
  EXPECT_EQ(loaded.backbone.id(), saved.backbone.id());
  EXPECT_EQ(loaded.backbone.parameter_hash(), saved.backbone.parameter_hash());
  const auto pixels = at::randn({5, 3, 48, 48});
  EXPECT_EQ(loaded.probabilities(loaded.backbone.features(pixels)),
            saved.probabilities(saved.backbone.features(pixels)));
}

TEST(Classifier, ForwardOfTheFileGivesTheLogits) {
  const TemporaryFolder folder;
  const auto classifier = tiny_classifier(folder);
  save_classifier(classifier, folder / "model.pt");
  auto module = load_archive(folder / "model.pt", "pawprint.json").module;
  const auto pixels = at::randn({5, 3, 48, 48});
  const auto logits = classifier.head.forward(classifier.backbone.features(pixels));
  EXPECT_TRUE(at::allclose(module.forward({pixels}).toTensor(), logits, 1e-5, 1e-5));
}

TEST(Classifier, ProbabilitiesAreSoftmaxOfLogitsOverTemperature) {
  const auto p = to_probabilities(at::tensor({0.f, 1.f}).view({1, 2}), 0.5);
  EXPECT_NEAR(p[1], 1 / (1 + std::exp(-2.0)), 1e-12);
  EXPECT_NEAR(p[0] + p[1], 1, 1e-12);
}

TEST(Classifier, PlainBackboneWorksToo) {
  const TemporaryFolder folder;
  testing::tiny_network().save((folder / "plain.pt").native());
  const auto backbone = Backbone::load(folder / "plain.pt");
  save_classifier({backbone, Head{{{at::randn({2, 5}), at::randn({2})}}}, {"a", "b"}, 1, backbone.preprocess(), {}},
                  folder / "model.pt");
  EXPECT_TRUE(Classifier::load(folder / "model.pt").backbone.is_plain());
}

TEST(Classifier, OtherFilesAreRefusedInOneLine) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& expected) {
    const auto message = message_of<Error>([&] { Classifier::load(folder / "model.pt"); });
    EXPECT_NE(message.find(expected), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  };
  testing::save_tiny_backbone(folder / "model.pt");
  refused("got another TorchScript file");
  save_archive(testing::tiny_network(), {{"format", 1}}, "pawprint.json", folder / "model.pt");
  refused("expected");
  auto classifier = tiny_classifier(folder);
  classifier.class_names.pop_back();
  save_classifier(classifier, folder / "model.pt");
  refused("expected a head of 5 features and 2 classes, got 5 and 3");
}

}  // namespace
}  // namespace pawprint
