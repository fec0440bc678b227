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
  return {
      {backbone.with_preprocess(backbone.preprocess().with_crop(48))}, head, {"ant", "bee", "cat"}, 0.5, {{"seed", 7}}};
}

TEST(Classifier, FileHoldsEverything) {
  const TemporaryFolder folder;
  const auto saved = tiny_classifier(folder);
  save_classifier(saved, folder / "model.pt");
  std::filesystem::remove(folder / "net.pt");
  const auto loaded = Classifier::load(folder / "model.pt");
  EXPECT_EQ(loaded.class_names, saved.class_names);
  EXPECT_EQ(loaded.backbones.front().preprocess(), saved.backbones.front().preprocess());
  EXPECT_EQ(loaded.temperature, 0.5);
  EXPECT_EQ(loaded.metadata["seed"], 7);
  EXPECT_EQ(loaded.metadata["pawprint"], full_version());
  EXPECT_EQ(loaded.backbones.front().id(), saved.backbones.front().id());
  EXPECT_EQ(loaded.backbones.front().parameter_hash(), saved.backbones.front().parameter_hash());
  const auto pixels = at::randn({5, 3, 48, 48});
  EXPECT_EQ(loaded.probabilities(loaded.backbones.front().features(pixels)),
            saved.probabilities(saved.backbones.front().features(pixels)));
}

TEST(Classifier, ForwardOfTheFileGivesTheLogits) {
  const TemporaryFolder folder;
  const auto classifier = tiny_classifier(folder);
  save_classifier(classifier, folder / "model.pt");
  auto module = load_archive(folder / "model.pt", "pawprint.json").module;
  const auto pixels = at::randn({5, 3, 48, 48});
  const auto logits = classifier.head.forward(classifier.backbones.front().features(pixels));
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
  save_classifier({{backbone}, Head{{{at::randn({2, 5}), at::randn({2})}}}, {"a", "b"}, 1, {}}, folder / "model.pt");
  EXPECT_TRUE(Classifier::load(folder / "model.pt").backbones.front().is_plain());
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

// Two networks of different weights, shown different sizes.
Classifier classifier_of_two(const TemporaryFolder& folder) {
  const auto first = Backbone::load(testing::save_tiny_backbone(folder / "first.pt")),
             second = Backbone::load(testing::save_tiny_backbone(folder / "second.pt", 2));
  Classifier classifier{{first, second.with_preprocess(second.preprocess().with_crop(48).with_fit(Fit::kWhole))},
                        Head{{{at::randn({2, 10}), at::randn({2})}}},
                        {"ant", "bee"},
                        1,
                        {}};
  classifier.feature_mean = at::randn({10});
  return classifier;
}

TEST(Classifier, FileHoldsSeveralNetworksEachWithItsPreprocessing) {
  const TemporaryFolder folder;
  const auto saved = classifier_of_two(folder);
  save_classifier(saved, folder / "model.pt");
  const auto loaded = Classifier::load(folder / "model.pt");
  ASSERT_EQ(loaded.backbones.size(), 2U);
  EXPECT_EQ(loaded.metadata["format"], 2);
  for (size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(loaded.backbones[k].id(), saved.backbones[k].id());
    EXPECT_EQ(loaded.backbones[k].preprocess(), saved.backbones[k].preprocess());
    EXPECT_EQ(loaded.backbones[k].parameter_hash(), saved.backbones[k].parameter_hash());
  }
  EXPECT_TRUE(at::equal(loaded.feature_mean, saved.feature_mean));
  const auto x = at::randn({3, 3, 32, 32}), y = at::randn({3, 3, 48, 64});
  const auto features = at::cat({saved.backbones[0].features(x), saved.backbones[1].features(y)}, 1);
  EXPECT_TRUE(at::equal(saved.features_of(1, features), saved.backbones[1].features(y)));
  auto module = load_archive(folder / "model.pt", "pawprint.json").module;
  EXPECT_TRUE(at::allclose(module.forward({x, y}).toTensor(), saved.head.forward(features), 1e-5, 1e-5));
}

TEST(Classifier, SeveralNetworksMustFitTheHead) {
  const TemporaryFolder folder;
  auto classifier = classifier_of_two(folder);
  const auto refused = [&](const std::string& expected) {
    save_classifier(classifier, folder / "model.pt");
    const auto message = message_of<Error>([&] { Classifier::load(folder / "model.pt"); });
    EXPECT_NE(message.find(expected), std::string::npos) << message;
  };
  classifier.feature_mean = at::zeros({9});
  refused("expected a mean of 10 features, got 9");
  classifier.feature_mean = at::full({10}, std::nan(""));
  refused("expected feature_mean of finite float32 numbers");
  classifier.feature_mean = at::zeros({10});
  classifier.backbones.pop_back();
  refused("expected a head of 5 features and 2 classes, got 10 and 2");
}

}  // namespace
}  // namespace pawprint
