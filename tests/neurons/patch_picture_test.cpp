#include "app/neurons/patch_picture.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace pawprint {
namespace {

TEST(CutPatch, ShowsTheField) {
  cv::Mat crop(64, 64, CV_8UC3, cv::Scalar(0, 0, 0));
  crop(cv::Rect(10, 20, 7, 7)).setTo(cv::Scalar(255, 100, 0));
  const cv::Mat patch = cut_patch(crop, {10, 20, 7, 7});
  EXPECT_EQ(patch.size(), cv::Size(kPatchPx, kPatchPx));
  EXPECT_EQ(cv::norm(patch, cv::Mat(patch.size(), CV_8UC3, cv::Scalar(255, 100, 0)), cv::NORM_INF), 0);
}

TEST(LightUp, DarkensWhereTheChannelIsWeak) {
  const cv::Mat crop(64, 64, CV_8UC3, cv::Scalar::all(200));
  cv::Mat map = cv::Mat::zeros(4, 4, CV_32F);
  map.at<float>(0, 3) = 5;
  StageGeometry stage;
  stage.stride_px = 16;
  stage.center_px = 7.5;
  const cv::Mat lit = light_up(crop, map, stage);
  EXPECT_EQ(lit.at<cv::Vec3b>(8, 56), cv::Vec3b::all(200));  // the middle of that place
  EXPECT_EQ(lit.at<cv::Vec3b>(0, 63), cv::Vec3b::all(200));
  EXPECT_EQ(lit.at<cv::Vec3b>(8, 40), cv::Vec3b::all(100));
  EXPECT_EQ(lit.at<cv::Vec3b>(60, 5), cv::Vec3b::all(100));
}

TEST(OutlineField, StaysInThePictureAndShowsWhatIsInside) {
  const cv::Mat crop(100, 100, CV_8UC3, cv::Scalar(10, 20, 30));
  for (const cv::Rect field : {cv::Rect(0, 0, 100, 100), cv::Rect(95, 0, 5, 5), cv::Rect(40, 40, 20, 20)}) {
    const cv::Mat out = outline_field(crop, field, 200);
    EXPECT_EQ(out.size(), cv::Size(200, 200));
    const cv::Point middle = (field.tl() + field.br()) / 2;
    EXPECT_EQ(out.at<cv::Vec3b>(2 * middle), cv::Vec3b(10, 20, 30));
    EXPECT_GT(cv::norm(out, cv::Mat(out.size(), CV_8UC3, cv::Scalar(10, 20, 30)), cv::NORM_INF), 100);
  }
}

TEST(Mosaic, PutsTheStrongestFirstAndLeavesRoomForMissingOnes) {
  const std::vector<cv::Mat> patches = {cv::Mat(kPatchPx, kPatchPx, CV_8UC3, cv::Scalar::all(10)),
                                        cv::Mat(kPatchPx, kPatchPx, CV_8UC3, cv::Scalar::all(20))};
  const cv::Mat nine = mosaic(patches, 9);
  EXPECT_EQ(nine.size(), cv::Size(3 * kPatchPx + 6, 3 * kPatchPx + 6));
  EXPECT_EQ(nine.at<cv::Vec3b>(5, 5), cv::Vec3b::all(10));
  EXPECT_EQ(nine.at<cv::Vec3b>(5, kPatchPx + 10), cv::Vec3b::all(20));
  EXPECT_GT(nine.at<cv::Vec3b>(5, 2 * kPatchPx + 20)[0], 200);
  EXPECT_EQ(mosaic(patches, 2).size(), cv::Size(2 * kPatchPx + 3, kPatchPx));
}

TEST(NeuronSheet, HasRoomForAllMosaicsAndItsTitle) {
  const cv::Mat tile(100, 100, CV_8UC3, cv::Scalar(0, 0, 255));
  const cv::Mat sheet =
      neuron_sheet(std::string(40, 'M'), {{tile, "one", ""}, {tile, std::string(300, 'x'), "detail"}});
  EXPECT_GT(sheet.cols, 40 * 10);
  int blue = 0;
  for (int y = 0; y < sheet.rows; ++y) {
    for (int x = 0; x < sheet.cols; ++x) blue += sheet.at<cv::Vec3b>(y, x) == cv::Vec3b(0, 0, 255);
  }
  EXPECT_EQ(blue, 2 * 100 * 100);
}

}  // namespace
}  // namespace pawprint
