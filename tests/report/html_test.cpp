#include "app/report/html.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace pawprint {
namespace {

TEST(Html, NamesOfFilesStayText) {
  EXPECT_EQ(html_escaped("<img src=\"x\" onerror='a&b'>.jpg"),
            "&lt;img src=&quot;x&quot; onerror=&#39;a&amp;b&#39;&gt;.jpg");
  EXPECT_EQ(html_escaped("K\xc3\xa4tzchen"), "K\xc3\xa4tzchen");
  EXPECT_EQ(html_escaped("a\xff\x01z"), "a\xef\xbf\xbd\xef\xbf\xbdz");
}

TEST(Html, PageHasItsTitleAndBody) {
  const std::string page = html_page("A < B", "<p>text</p>\n");
  EXPECT_EQ(page.find("<!DOCTYPE html>"), 0u);
  EXPECT_NE(page.find("<title>A &lt; B</title>"), std::string::npos);
  EXPECT_NE(page.find("<p>text</p>"), std::string::npos);
  EXPECT_EQ(page.find("http"), std::string::npos);  // nothing is fetched
}

TEST(Html, PicturesAreScaledAndStandInThePage) {
  const cv::Mat wide(100, 400, CV_8UC3, cv::Scalar(200, 30, 40));
  const std::string small = picture_uri(wide, 40), whole = picture_uri(wide, 1000);
  EXPECT_EQ(small.find("data:image/jpeg;base64,/9j/"), 0u);
  EXPECT_LT(small.size(), whole.size());
}

}  // namespace
}  // namespace pawprint
