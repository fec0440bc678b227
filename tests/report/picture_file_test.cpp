#include "app/report/picture_file.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace pawprint {
namespace {

TEST(PictureUri, IsScaledAndStandsInThePage) {
  const cv::Mat wide(100, 400, CV_8UC3, cv::Scalar(200, 30, 40));
  const std::string small = picture_uri(wide, 40), whole = picture_uri(wide, 1000);
  EXPECT_EQ(small.find("data:image/jpeg;base64,/9j/"), 0u);
  EXPECT_LT(small.size(), whole.size());
}

}  // namespace
}  // namespace pawprint
