#include "app/faces/find_faces.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "app/data/decode.h"
#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using pawprint::testing::message_of;

cv::Mat gradient() {
  cv::Mat photo(480, 640, CV_8UC3);
  for (int y = 0; y < photo.rows; ++y)
    for (int x = 0; x < photo.cols; ++x)
      photo.at<cv::Vec3b>(y, x) = {cv::saturate_cast<uint8_t>(x / 3), cv::saturate_cast<uint8_t>(y / 2), 90};
  return photo;
}

cv::Mat shared_photo(const std::string& name) {
  return decode_photo(read_photo(pawprint::testing::shared_folder() / name));
}

// Draws a picture into a photo, turned and scaled around its middle.
Similarity put(cv::Mat& photo, const cv::Mat& picture, cv::Point2d center, double scale, double degrees) {
  const double a = scale * std::cos(degrees * CV_PI / 180), b = scale * std::sin(degrees * CV_PI / 180);
  const cv::Point2d middle(picture.cols / 2.0, picture.rows / 2.0);
  const Similarity way(a, -b, center.x - a * middle.x + b * middle.y, b, a, center.y - b * middle.x - a * middle.y);
  cv::warpAffine(picture, photo, way, photo.size(), cv::INTER_CUBIC, cv::BORDER_TRANSPARENT);
  return way;
}

const cv::Point2d kLeftEye = {34.2, 55.4}, kRightEye = {53.9, 55.4};  // of the shared faces, on average

void expect_eyes(const FoundFace& face, const Similarity& way) {
  const auto left = apply(way, kLeftEye), right = apply(way, kRightEye);
  const double distance = cv::norm(right - left);
  EXPECT_LT(cv::norm(face.left_eye - left), 0.2 * distance);
  EXPECT_LT(cv::norm(face.right_eye - right), 0.2 * distance);
  EXPECT_TRUE(face.box.contains(cv::Point(0.5 * (left + right))));
}

TEST(FaceFinder, FindsOneFaceAndItsEyes) {
  PAWPRINT_NEEDS_SHARED();
  cv::Mat photo = gradient();
  const auto way = put(photo, shared_photo("faces/images/000001.jpg"), {250, 230}, 2.5, 0);
  const auto faces = FaceFinder().find(photo);
  ASSERT_EQ(faces.size(), 1);
  expect_eyes(faces[0], way);
}

TEST(FaceFinder, FindsTurnedFacesFromLeftToRight) {
  PAWPRINT_NEEDS_SHARED();
  cv::Mat photo = gradient();
  const auto right = put(photo, shared_photo("faces/images/000002.jpg"), {470, 200}, 2, 15);
  const auto left = put(photo, shared_photo("faces/images/000001.jpg"), {170, 270}, 2.4, -20);
  const auto faces = FaceFinder().find(photo);
  ASSERT_EQ(faces.size(), 2);
  expect_eyes(faces[0], left);
  expect_eyes(faces[1], right);
}

TEST(FaceFinder, FindsAFaceInALargePhoto) {
  PAWPRINT_NEEDS_SHARED();
  cv::Mat photo = gradient(), large;
  const auto way = put(photo, shared_photo("faces/images/000001.jpg"), {250, 230}, 2.5, 10);
  cv::resize(photo, large, {}, 5, 5, cv::INTER_CUBIC);
  const auto faces = FaceFinder().find(large);
  ASSERT_EQ(faces.size(), 1);
  expect_eyes(faces[0], 5 * way);
}

TEST(FaceFinder, FindsNoneWhereThereIsNone) {
  PAWPRINT_NEEDS_SHARED();
  const FaceFinder finder;
  EXPECT_TRUE(finder.find(gradient()).empty());
  for (const char* name :
       {"pets/cats/cat.1.jpg", "pets/cats/cat.10.jpg", "pets/dogs/dog.1.jpg", "pets/dogs/dog.10.jpg"})
    EXPECT_TRUE(finder.find(shared_photo(name)).empty()) << name;
}

TEST(FaceFinder, TakesPhotosOfAnySize) {
  const FaceFinder finder;
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(30, 5), cv::Size(1, 900), cv::Size(3000, 20)})
    EXPECT_TRUE(finder.find(cv::Mat(size, CV_8UC3, cv::Scalar::all(90))).empty());
  EXPECT_THROW(finder.find({}), Error);
  EXPECT_THROW(finder.find(cv::Mat(50, 50, CV_8U)), Error);
}

TEST(FaceFinder, SaysWhatToInstallWhereCascadesAreMissing) {
  const pawprint::testing::TemporaryFolder folder;
  const auto expect_hint = [&] {
    EXPECT_NE(message_of<Error>([&] { FaceFinder finder(folder.path()); }).find("opencv-data"), std::string::npos);
  };
  expect_hint();
  folder.write("haarcascade_frontalface_alt2.xml", "no cascade");
  expect_hint();
  folder.write("haarcascade_frontalface_alt2.xml", "<?xml version=\"1.0\"?><opencv_storage></opencv_storage>");
  expect_hint();
}

TEST(MeasureGeometry, IsWhereTheEyesOfAlignedFacesLie) {
  PAWPRINT_NEEDS_SHARED();
  std::vector<cv::Mat> squares;
  for (int i = 1; i <= 40; ++i) {
    char name[40];
    std::snprintf(name, sizeof name, "faces/images/%06d.jpg", i);
    if (std::filesystem::exists(pawprint::testing::shared_folder() / name))
      squares.push_back(shared_photo(name)(cv::Rect(12, 28, 64, 64)).clone());
  }
  const auto geometry = measure_geometry(squares, FaceFinder());
  ASSERT_TRUE(geometry.has_value());
  EXPECT_NEAR(geometry->left_eye_x, (kLeftEye.x - 12) / 64, 0.025);
  EXPECT_NEAR(geometry->left_eye_y, (kLeftEye.y - 28) / 64, 0.025);
  EXPECT_NEAR(geometry->right_eye_x, (kRightEye.x - 12) / 64, 0.025);
  EXPECT_NEAR(geometry->right_eye_y, (kRightEye.y - 28) / 64, 0.025);
}

TEST(MeasureGeometry, IsNothingWithoutFaces) {
  EXPECT_FALSE(measure_geometry({}, FaceFinder()).has_value());
  EXPECT_FALSE(measure_geometry({cv::Mat(64, 64, CV_8UC3, cv::Scalar::all(80))}, FaceFinder()).has_value());
}

}  // namespace
}  // namespace pawprint
