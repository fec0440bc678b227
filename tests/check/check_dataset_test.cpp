#include "app/check/check_dataset.h"

#include <opencv2/imgproc.hpp>

#include "app/report/picture_file.h"
#include "models/base/error.h"
#include "tests/support/tiny_network.h"

namespace pawprint {
namespace {

using testing::message_of;

// Coarse noise of a color: no two are alike.
void save_photo(const std::filesystem::path& path, const cv::Scalar& color, uint64_t seed) {
  cv::RNG random(seed);
  cv::Mat noise(9, 12, CV_8UC3), photo;
  random.fill(noise, cv::RNG::NORMAL, color, cv::Scalar::all(45));
  cv::resize(noise, photo, {160, 120}, 0, 0, cv::INTER_CUBIC);
  std::filesystem::create_directories(path.parent_path());
  write_picture(photo, path);
}

struct CheckDataset : ::testing::Test {
  testing::TemporaryFolder folder;
  CheckOptions options;

  void SetUp() override {
    for (uint64_t i = 0; i < 12; ++i) {
      save_photo(folder / "pets/red" / (std::to_string(i) + ".png"), {190, 70, 70}, i + 1);
      save_photo(folder / "pets/blue" / (std::to_string(i) + ".png"), {70, 70, 190}, i + 100);
    }
    options.data = folder / "pets";
    options.photos.threads = 2;
  }

  void with_backbone() {
    options.backbone = testing::save_tiny_backbone(folder / "net.pt");
    options.network.precision = Precision::kFloat32;
  }
};

TEST_F(CheckDataset, FindsNothingWhereNothingIsWrong) {
  const CheckReport report = check_dataset(options, {});
  EXPECT_EQ(report.photos.size(), 24);
  EXPECT_EQ(report.class_names, (std::vector<std::string>{"blue", "red"}));
  EXPECT_TRUE(report.unreadable.empty());
  EXPECT_TRUE(report.duplicates.empty());
  EXPECT_TRUE(report.near_duplicates.empty());
  EXPECT_EQ(report.labels_unchecked, "that takes --backbone FILE");
}

TEST_F(CheckDataset, DoubtsALabelThatAllOthersContradict) {
  with_backbone();
  save_photo(folder / "pets/red/strange.png", {70, 70, 190}, 999);
  const CheckReport report = check_dataset(options, {});
  EXPECT_EQ(report.labels_unchecked, "");
  ASSERT_FALSE(report.label_issues.empty());
  EXPECT_EQ(report.photos[report.label_issues[0].photo].path.filename(), "strange.png");
  EXPECT_EQ(report.class_names[report.label_issues[0].suggested], "blue");
}

TEST_F(CheckDataset, APhotoInTwoClassesIsADuplicateAndNoDoubtfulLabel) {
  with_backbone();
  std::filesystem::copy(folder / "pets/red/3.png", folder / "pets/blue/copy.png");
  const CheckReport report = check_dataset(options, {});
  ASSERT_EQ(report.duplicates.size(), 1);
  EXPECT_TRUE(report.duplicates[0].across_classes);
  for (const auto& issue : report.label_issues) EXPECT_NE(report.photos[issue.photo].path.filename(), "copy.png");
}

TEST_F(CheckDataset, PhotosOfValidationAreComparedWithThoseOfTraining) {
  std::filesystem::create_directories(folder / "val/red");
  std::filesystem::copy(folder / "pets/red/5.png", folder / "val/red/same.png");
  save_photo(folder / "val/blue/new.png", {70, 70, 190}, 500);
  options.validation = folder / "val";
  const CheckReport report = check_dataset(options, {});
  ASSERT_EQ(report.duplicates.size(), 1);
  EXPECT_TRUE(report.duplicates[0].across_split);
  EXPECT_TRUE(report.photos.back().validation);
}

TEST_F(CheckDataset, TooFewPhotosOfAClassSayNothingOfTheirLabels) {
  with_backbone();
  for (int i = 4; i < 12; ++i) std::filesystem::remove(folder / ("pets/red/" + std::to_string(i) + ".png"));
  const CheckReport report = check_dataset(options, {});
  EXPECT_EQ(report.labels_unchecked, "expected at least 5 different photos of 'red', got 4");
  EXPECT_TRUE(report.label_issues.empty());
}

TEST_F(CheckDataset, AListIsNotWrittenOverAPhoto) {
  options.fix_list = folder / "pets/red/0.png";
  EXPECT_NE(message_of<Error>([&] {
              check_dataset(options, {});
            }).find("--fix-list: expected a file to write, got the photo"),
            std::string::npos);
}

TEST_F(CheckDataset, DoesNotDependOnThreads) {
  with_backbone();
  std::vector<std::vector<int64_t>> issues;
  for (const int64_t threads : {1, 3}) {
    options.photos.threads = threads;
    issues.emplace_back();
    for (const auto& issue : check_dataset(options, {}).label_issues) issues.back().push_back(issue.photo);
  }
  EXPECT_EQ(issues[0], issues[1]);
}

}  // namespace
}  // namespace pawprint
