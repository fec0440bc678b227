#include "app/drawing/faces.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <set>
#include <string>
#include <vector>

#include "app/data/csv.h"
#include "models/base/error.h"
#include "tests/support/mouth.h"

namespace pawprint {
namespace {

namespace fs = std::filesystem;

class DrawFaces : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "faces_test.XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

bool same_pixels(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, cv::NORM_INF) == 0;
}

// uint8, 1 where any channel differs
cv::Mat differs(const cv::Mat& a, const cv::Mat& b) {
  cv::Mat difference, max;
  cv::absdiff(a, b, difference);
  std::vector<cv::Mat> channels;
  cv::split(difference, channels);
  cv::max(channels[0], channels[1], max);
  cv::max(max, channels[2], max);
  return max > 0;
}

// As a small network would see it, and blurrier than it would draw it.
cv::Mat small_and_blurred(const cv::Mat& face) {
  cv::Mat small;
  cv::resize(face, small, {64, 64}, 0, 0, cv::INTER_AREA);
  cv::GaussianBlur(small, small, {}, 1.5);
  return small;
}

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (size_t i = 0; i < order.size(); ++i) result[order[i]] = static_cast<double>(i);
  return result;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const double n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.) / n,
               mean_b = std::accumulate(b.begin(), b.end(), 0.) / n;
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return ab / std::sqrt(aa * bb);
}

bool has(const FaceTraits& face, std::string_view name) {
  for (const auto& attribute : face_attributes()) {
    if (attribute.name == name) return attribute.has(face);
  }
  throw Error("no attribute " + std::string(name));
}

double share_with(std::string_view name, int64_t faces = 2000) {
  int64_t count = 0;
  for (int64_t i = 0; i < faces; ++i) count += has(face_traits(1, i), name);
  return static_cast<double>(count) / static_cast<double>(faces);
}

std::string message_of(const fs::path& out, int64_t count) {
  try {
    draw_faces(out, count, 1, {});
  } catch (const Error& error) {
    return error.what();
  }
  return "no Error";
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(DrawFace, SameSeedAndIndexGiveTheSamePixelsWhateverWasDrawnBetween) {
  const cv::Mat first = draw_face(face_traits(7, 3));
  draw_face(face_traits(8, 0));
  EXPECT_TRUE(same_pixels(first, draw_face(face_traits(7, 3))));
  EXPECT_FALSE(same_pixels(first, draw_face(face_traits(7, 4))));
  EXPECT_FALSE(same_pixels(first, draw_face(face_traits(8, 3))));
}

TEST(DrawFace, DoesNotDependOnTheNumberOfThreads) {
  const int threads = cv::getNumThreads();
  const cv::Mat many = draw_face(face_traits(5, 11));
  cv::setNumThreads(1);
  const cv::Mat one = draw_face(face_traits(5, 11));
  cv::setNumThreads(threads);
  EXPECT_TRUE(same_pixels(many, one));
}

TEST(DrawFace, IsSquareOfTheSizeAskedForAndRefusesSpecks) {
  EXPECT_EQ(draw_face({}).size(), cv::Size(128, 128));
  EXPECT_EQ(draw_face({}).type(), CV_8UC3);
  EXPECT_EQ(draw_face({}, 64).size(), cv::Size(64, 64));
  EXPECT_THROW(draw_face({}, 31), Error);
}

TEST(DrawFace, EyesAreAtTheStatedPlaces) {
  for (int64_t i = 0; i < 50; ++i) {
    FaceTraits face = face_traits(2, i);
    face.eye_opening = 1;
    face.glasses = Glasses::kNone;
    face.eye_color = 0;
    const cv::Mat brown = draw_face(face);
    face.eye_color = 1;
    const cv::Mat irises = differs(brown, draw_face(face));
    for (const float x : {kFaceLeftEyeX, kFaceRightEyeX}) {
      const cv::Rect half(x < 0.5f ? 0 : 64, 0, 64, 128);
      const cv::Moments moments = cv::moments(irises(half), true);
      ASSERT_GT(moments.m00, 10) << i;
      EXPECT_NEAR((half.x + moments.m10 / moments.m00 + 0.5) / 128, x, 0.012) << i;
      EXPECT_NEAR((moments.m01 / moments.m00 + 0.5) / 128, kFaceEyeY, 0.016) << i;  // lids hide their upper part
    }
  }
}

TEST(DrawFace, MouthCurvatureMovesMouthAndCheeksOnly) {
  for (int64_t i = 0; i < 30; ++i) {
    FaceTraits face = face_traits(3, i);
    face.mouth_curvature = -1;
    const cv::Mat grumpy = draw_face(face);
    face.mouth_curvature = 1;
    const cv::Mat changed = differs(grumpy, draw_face(face));
    EXPECT_GT(cv::countNonZero(changed), 100);
    const cv::Rect lower_face(cv::Point(18, 66), cv::Point(110, 112));
    cv::Mat elsewhere = changed.clone();
    elsewhere(lower_face).setTo(0);
    EXPECT_EQ(cv::countNonZero(elsewhere), 0) << i;
  }
}

TEST(DrawFace, SeenCurvatureRisesWithEveryStepOfTheMouth) {
  for (int64_t i = 0; i < 60; ++i) {
    FaceTraits face = face_traits(4, i);
    double before = -1, before_blurred = -1;
    for (float curvature = -1; curvature <= 1; curvature += 0.25f) {
      face.mouth_curvature = curvature;
      const cv::Mat picture = draw_face(face);
      const double seen = testing::seen_mouth_curvature(picture);
      const double blurred = testing::seen_mouth_curvature(small_and_blurred(picture));
      EXPECT_GT(seen, before) << i << " at " << curvature;
      EXPECT_GT(blurred, before_blurred) << i << " at " << curvature;
      before = seen, before_blurred = blurred;
    }
  }
}

TEST(DrawFace, SeenCurvatureAgreesWithTheTraitOverFaces) {
  std::vector<double> drawn, seen, blurred, floats;
  for (int64_t i = 0; i < 300; ++i) {
    const FaceTraits face = face_traits(1, i);
    const cv::Mat picture = draw_face(face);
    drawn.push_back(face.mouth_curvature);
    seen.push_back(testing::seen_mouth_curvature(picture));
    blurred.push_back(testing::seen_mouth_curvature(small_and_blurred(picture)));
    cv::Mat rgb;
    cv::cvtColor(picture, rgb, cv::COLOR_BGR2RGB);
    rgb.convertTo(rgb, CV_32FC3, 1 / 255.);
    floats.push_back(testing::seen_mouth_curvature(rgb));
    EXPECT_NEAR(floats.back(), seen.back(), 1e-4);
  }
  EXPECT_GT(correlation(ranks(drawn), ranks(seen)), 0.9);
  EXPECT_GT(correlation(ranks(drawn), ranks(blurred)), 0.9);
  int64_t same_sign = 0;
  for (size_t i = 0; i < drawn.size(); ++i) same_sign += drawn[i] * seen[i] > 0 && drawn[i] * blurred[i] > 0;
  EXPECT_GE(same_sign, 295);
}

TEST(FaceTraits, NoMouthIsNearlyStraight) {
  for (int64_t i = 0; i < 1000; ++i) EXPECT_GE(std::abs(face_traits(1, i).mouth_curvature), 0.25f);
}

TEST(FaceTraits, EveryAttributeIsHadByAtLeastOneInTwentyAndLackedByAsMany) {
  for (const auto& attribute : face_attributes()) {
    const double share = share_with(attribute.name);
    EXPECT_GT(share, 0.05) << attribute.name;
    EXPECT_LT(share, 0.95) << attribute.name;
  }
}

TEST(FaceTraits, MenSmileLessWhileGlassesHaveNothingToDoWithIt) {
  std::vector<double> smiling, male, glasses;
  for (int64_t i = 0; i < 4000; ++i) {
    const FaceTraits face = face_traits(1, i);
    smiling.push_back(has(face, "Smiling"));
    male.push_back(has(face, "Male"));
    glasses.push_back(has(face, "Eyeglasses"));
  }
  EXPECT_NEAR(correlation(smiling, male), -0.3, 0.05);
  EXPECT_NEAR(correlation(smiling, glasses), 0, 0.05);
}

TEST_F(DrawFaces, WritesPicturesAndARowForEachThatSaysWhatWasDrawn) {
  draw_faces(folder_ / "new" / "faces", 12, 9, {});
  const auto rows = parse_csv(text_of(folder_ / "new" / "faces" / "attributes.csv"), "attributes.csv");
  ASSERT_EQ(rows.size(), 13u);
  EXPECT_EQ(rows[0].cells[0], "file");
  EXPECT_EQ(rows[0].cells[1], "Smiling");
  EXPECT_EQ(rows[7].cells[0], "000006.jpg");
  for (size_t i = 0; i < 12; ++i) {
    const FaceTraits face = face_traits(9, static_cast<int64_t>(i));
    ASSERT_EQ(rows[i + 1].cells.size(), 1 + face_attributes().size());
    for (size_t a = 0; a < face_attributes().size(); ++a) {
      EXPECT_EQ(rows[0].cells[a + 1], face_attributes()[a].name);
      EXPECT_EQ(rows[i + 1].cells[a + 1], face_attributes()[a].has(face) ? "1" : "0");
    }
    const cv::Mat file = cv::imread((folder_ / "new" / "faces" / "images" / rows[i + 1].cells[0]).string());
    const cv::Mat drawn = draw_face(face);
    ASSERT_EQ(file.size(), drawn.size());
    EXPECT_LT(cv::norm(file, drawn, cv::NORM_L1) / static_cast<double>(drawn.total() * 3), 3);  // what JPEG loses
  }
}

TEST_F(DrawFaces, ReportsProgressOnceAPicture) {
  std::vector<int64_t> done;
  draw_faces(folder_, 3, 1, [&](int64_t count, int64_t total) {
    EXPECT_EQ(total, 3);
    done.push_back(count);
  });
  EXPECT_EQ(done, (std::vector<int64_t>{1, 2, 3}));
}

TEST_F(DrawFaces, RefusesACountBelow1AndMakesNoFolder) {
  EXPECT_EQ(message_of(folder_ / "faces", 0),
            "count: expected at least 1 picture, got 0; ask for 100 or more to train on");
  EXPECT_FALSE(fs::exists(folder_ / "faces"));
}

TEST_F(DrawFaces, RefusesAFolderThatHoldsFilesAndLeavesItAsItIs) {
  std::ofstream(folder_ / "mine.txt") << "keep";
  EXPECT_EQ(message_of(folder_, 2),
            in_quotes(folder_.native()) +
                ": expected a new or empty folder, got one that holds files; name another folder or remove them");
  EXPECT_FALSE(fs::exists(folder_ / "images"));
}

TEST_F(DrawFaces, RefusesAFile) {
  std::ofstream(folder_ / "file") << "keep";
  EXPECT_EQ(message_of(folder_ / "file", 2), in_quotes((folder_ / "file").native()) +
                                                 ": expected a new or empty folder, got a file; name another folder");
}

}  // namespace
}  // namespace pawprint
