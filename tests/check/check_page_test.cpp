#include "app/check/check_page.h"

#include <gtest/gtest.h>

#include "tests/support/checked.h"

using namespace pawprint;
using namespace pawprint::testing;

TEST(CheckPage, ShowsTheFirstSixtyAndSaysHowManyMore) {
  auto report = report_of({});
  std::map<int64_t, std::string> pictures;
  for (int i = 0; i < 75; ++i) {
    report.photos.push_back(photo("pets/cats/" + std::to_string(i) + ".jpg", 0, std::to_string(i)));
    report.label_issues.push_back({i, 1, 1 - 0.01 * i});
  }
  EXPECT_EQ(photos_on_page(report).size(), kMaxPictures);
  for (const int64_t i : photos_on_page(report)) pictures[i] = "data:image/jpeg;base64,AAAA";
  const auto page = check_page(report, pictures);
  EXPECT_EQ(times(page, "<img "), kMaxPictures);
  EXPECT_NE(page.find("15 more photos"), std::string::npos);
}

TEST(CheckPage, EscapesNames) {
  auto report = report_of({photo("pets/cats/<img onerror=x>.jpg", 0, "a"), photo("pets/dogs/2.jpg", 1, "b")});
  report.class_names[1] = "<script>";
  report.unreadable = {0};
  report.photos[0].problem = "<b>";
  report.label_issues = {{1, 1, 0.9}};
  const auto page = check_page(report, {});
  EXPECT_EQ(page.find("<img onerror"), std::string::npos);
  EXPECT_EQ(times(page, "<script"), 1u);  // our own
  EXPECT_NE(page.find("&lt;img onerror=x&gt;.jpg"), std::string::npos);
}
