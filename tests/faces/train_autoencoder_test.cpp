#include "app/faces/train_autoencoder.h"

#include "models/base/error.h"
#include "models/base/inference_config.h"
#include "tests/support/faces.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::blobs;
using testing::message_of;
using testing::quick_training;
using testing::silent;
using testing::TemporaryFolder;

TrainedAutoencoder train(const FaceTrainingOptions& options, const std::filesystem::path& checkpoint,
                         const MakeProgress& progress = silent()) {
  return train_autoencoder(blobs(100), options, checkpoint, progress, {});
}

void expect_same_weights(const Autoencoder& a, const Autoencoder& b) {
  const auto ours = a.parameters(), theirs = b.parameters();
  for (size_t i = 0; i < ours.size(); ++i) EXPECT_TRUE(torch::equal(ours[i], theirs[i])) << i;
}

TEST(TrainAutoencoder, LearnsToReconstruct) {
  const TemporaryFolder folder;
  const auto trained = train(quick_training(12), folder / "state.pt");
  ASSERT_EQ(trained.epochs.size(), 12);
  EXPECT_GT(trained.epochs.back().psnr_db, trained.epochs.front().psnr_db + 5);
  EXPECT_GT(trained.epochs.back().held_out_psnr_db, trained.epochs.front().held_out_psnr_db + 3);
  EXPECT_LT(trained.epochs.back().classifier_loss, 0.6);
}

TEST(TrainAutoencoder, AnyNumberOfThreadsGivesTheSameBits) {
  const TemporaryFolder folder;
  auto options = quick_training(2);
  const auto one = train(options, folder / "one.pt");
  options.threads = 3;
  expect_same_weights(one.autoencoder, train(options, folder / "three.pt").autoencoder);
}

TEST(TrainAutoencoder, ContinuesBitForBit) {
  const TemporaryFolder folder;
  auto options = quick_training(4);
  const auto whole = train(options, folder / "whole.pt");
  struct Cut {};
  const MakeProgress cut_short = [](const std::string& what, const std::string&) {
    return [third = what.starts_with("epoch 3")](int64_t done, int64_t) {
      if (third && done > 32) throw Cut();
    };
  };
  EXPECT_THROW(train(options, folder / "cut.pt", cut_short), Cut);
  options.resume = true;
  const auto continued = train(options, folder / "cut.pt");
  expect_same_weights(whole.autoencoder, continued.autoencoder);
  EXPECT_EQ(continued.epochs.size(), 4);
  EXPECT_EQ(continued.epochs[1].psnr_db, whole.epochs[1].psnr_db);
}

TEST(TrainAutoencoder, RefusesToContinueWhatDoesNotFit) {
  const TemporaryFolder folder;
  auto options = quick_training(1);
  train(options, folder / "state.pt");
  options.resume = true;
  options.loss.beta = 2;
  EXPECT_EQ(message_of<Error>([&] { train(options, folder / "state.pt"); }),
            "'" + (folder / "state.pt").native() +
                "': expected a training with the same beta (2.0), got 1.0; repeat the first command, or leave out "
                "--resume");
  EXPECT_NE(message_of<Error>([&] { train(options, folder / "none.pt"); }).find("leave out --resume"),
            std::string::npos);
}

TEST(TrainAutoencoder, RefusesToContinueInAnotherPrecision) {
  const TemporaryFolder folder;
  auto options = quick_training(1);
  train(options, folder / "state.pt");
  options.resume = true;
  options.precision = Precision::kBfloat16;
  EXPECT_NE(message_of<Error>([&] {
              train(options, folder / "state.pt");
            }).find("expected a training with the same precision (bf16), got fp32; leave out --precision"),
            std::string::npos);
  options.precision = Precision::kAuto;
  EXPECT_EQ(train(options, folder / "state.pt").precision, "fp32");
}

// The choice on disk is turned into the other: what is measured anew would not follow.
TEST(TrainAutoencoder, ThePrecisionIsChosenOnce) {
  if (!processor_has_bfloat16()) GTEST_SKIP() << "needs a choice: a processor with bfloat16";
  const TemporaryFolder folder;
  auto options = quick_training(1);
  options.precision = Precision::kAuto;
  options.choices = folder / "choices";
  const std::string first = train(options, folder / "first.pt").precision, other = first == "fp32" ? "bf16" : "fp32";
  const auto file = std::filesystem::directory_iterator(folder / "choices/recipes")->path();
  std::string text = testing::read_all(file);
  text.replace(text.find(first), 4, other);
  folder.write("choices/recipes/" + file.filename().native(), text);
  EXPECT_EQ(train(options, folder / "second.pt").precision, other);
}

TEST(TrainAutoencoder, MinutesFixTheNumberOfEpochs) {
  const TemporaryFolder folder;
  auto options = quick_training(0);
  options.minutes = 1e-4;
  const auto trained = train(options, folder / "state.pt");
  EXPECT_EQ(trained.epochs.size(), 2);
  for (const auto& facts : trained.epochs) EXPECT_EQ(facts.epochs, 2);
}

TEST(TrainAutoencoder, TooFewPicturesAreAnError) {
  const TemporaryFolder folder;
  auto options = quick_training(1);
  options.batch = 256;
  EXPECT_NE(message_of<Error>([&] { train(options, folder / "state.pt"); }).find("at least 256 pictures"),
            std::string::npos);
}

}  // namespace
}  // namespace pawprint
