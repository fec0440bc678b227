#include "app/neurons/stage_geometry.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace pawprint {
namespace {

const nlohmann::json kDescription = {
    {"stages",
     {{{"name", "stem"}, {"channels", 8}, {"stride", 2}, {"receptive_field", 7}, {"center", 0}},
      {{"name", "top"}, {"channels", 16}, {"stride", 32}, {"receptive_field", 435}, {"center", 0}}}}};

TEST(StageGeometry, IsWhatTheBackboneSays) {
  const auto stages = stage_geometry(kDescription, {{8, 112, 112}, {16, 7, 7}}, 224);
  ASSERT_EQ(stages.size(), 2);
  EXPECT_EQ(stages[0].name, "stem");
  EXPECT_EQ(stages[1].channels, 16);
  EXPECT_EQ(stages[1].stride_px, 32);
  EXPECT_EQ(stages[1].field_px, 435);
}

TEST(StageGeometry, OfAPlainNetworkIsThatOfEqualPadding) {
  const auto stages = stage_geometry({{"name", "plain"}}, {{3, 14, 14}}, 224);
  EXPECT_EQ(stages[0].name, "stage 1");
  EXPECT_EQ(stages[0].stride_px, 16);
  EXPECT_EQ(stages[0].center_px, 7.5);  // 16 pixels each, the first from 0 to 15
  EXPECT_EQ(stages[0].field_px, 0);
  EXPECT_EQ(shown_px(stages[0], 224), 224);
}

TEST(StageGeometry, SurvivesDescriptionsOfAnotherShape) {
  for (const char* stages : {"3", "[1, \"x\"]", "[{\"name\": 7, \"stride\": \"two\"}, null]"}) {
    const auto found = stage_geometry({{"stages", nlohmann::json::parse(stages)}}, {{8, 112, 112}, {16, 7, 7}}, 224);
    EXPECT_EQ(found[0].name, "stage 1");
    EXPECT_EQ(found[0].stride_px, 2);
  }
}

TEST(StageGeometry, PlacesThatSeeBeyondTheEdgeAreLeftOut) {
  const auto stage = stage_geometry(kDescription, {{8, 112, 112}, {16, 7, 7}}, 224)[0];
  const auto range = inner_places(stage, 112, 224);  // 3 pixels to each side of 2 i, up to 223
  EXPECT_EQ(range.first, 2);
  EXPECT_EQ(range.last, 110);
  EXPECT_EQ(shown_field(stage, 2, 110, {224, 224}), cv::Rect(217, 1, 7, 7));
}

TEST(StageGeometry, LargeFieldsAreCutToThePartThatCountsAndMovedInwards) {
  auto stage = stage_geometry(kDescription, {{8, 112, 112}, {16, 7, 7}}, 224)[1];
  EXPECT_EQ(inner_places(stage, 7, 224).first, 0);
  EXPECT_EQ(inner_places(stage, 7, 224).last, 6);
  EXPECT_EQ(shown_field(stage, 3, 3, {224, 224}), cv::Rect(0, 0, 224, 224));
  stage.effective_px = 101;
  EXPECT_EQ(shown_field(stage, 0, 3, {224, 224}), cv::Rect(96 - 50, 0, 101, 101));
  EXPECT_EQ(shown_field(stage, 6, 6, {224, 224}), cv::Rect(123, 123, 101, 101));
}

}  // namespace
}  // namespace pawprint
