#include "app/report/charts.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pawprint {
namespace {

size_t count_of(const std::string& text, const std::string& what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

Chart plain_chart() {
  Chart chart;
  chart.title = "Loss <of> \"it\"";
  chart.words = "It falls.";
  chart.x = {"epoch", 0, 10, false, false, {}};
  chart.y = {"loss", 0, 1, false, true, {}};
  return chart;
}

TEST(RoundTicks, AreRoundAndInside) {
  EXPECT_EQ(round_ticks({"", 0, 1}, 5), (std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1}));
  const auto ticks = round_ticks({"", 0.913, 0.994}, 5);
  ASSERT_EQ(ticks.size(), 4U);
  EXPECT_NEAR(ticks.front(), 0.92, 1e-12);
  EXPECT_NEAR(ticks.back(), 0.98, 1e-12);
  EXPECT_EQ(round_ticks({"", 1, 40}, 5).size(), 4U);  // 10, 20, 30, 40
}

TEST(RoundTicks, OfALogarithmicAxisAreDecades) {
  const auto ticks = round_ticks({"", 1e-4, 100, true}, 5);
  ASSERT_EQ(ticks.size(), 7U);
  EXPECT_NEAR(ticks.front(), 1e-4, 1e-12);
  EXPECT_NEAR(ticks.back(), 100, 1e-9);
  EXPECT_EQ(round_ticks({"", 1e-9, 1e9, true}, 5).size(), 7U);  // every third
}

TEST(AxisAround, LeavesAirButNotBeyondWhatIsPossible) {
  const auto axis = axis_around("accuracy", {0.9, 1.0}, 0, 1);
  EXPECT_NEAR(axis.low, 0.89, 1e-12);
  EXPECT_EQ(axis.high, 1);
  const auto flat = axis_around("accuracy", {0.5}, 0, 1);
  EXPECT_LT(flat.low, flat.high);
}

TEST(Thinned, KeepsTheShapeOfManyPoints) {
  std::vector<ChartPoint> many;
  for (int i = 0; i <= 20'000; ++i) many.push_back({i / 20'000.0, i < 10'000 ? 0.0 : 1.0});
  const auto few = thinned(many, {"", 0, 1}, {"", 0, 1});
  EXPECT_LT(few.size(), 1000U);
  EXPECT_EQ(few.front().x, 0);
  EXPECT_EQ(few.back().x, 1);
  for (const auto& p : few) EXPECT_EQ(p.y, p.x < 0.5 ? 0 : 1);
  bool jump = false;  // the point right after the jump is there
  for (const auto& p : few) jump = jump || p.x == 0.5;
  EXPECT_TRUE(jump);
}

TEST(ChartFigure, SaysInWordsWhatItShows) {
  const auto figure = chart_figure(plain_chart()).markup();
  EXPECT_NE(figure.find("role=\"img\" aria-label=\"Loss &lt;of&gt; &quot;it&quot;. It falls.\""), std::string::npos);
  EXPECT_NE(figure.find("<h3>Loss &lt;of&gt; &quot;it&quot;</h3>"), std::string::npos);
  EXPECT_NE(figure.find(">epoch</text>"), std::string::npos);
  EXPECT_NE(figure.find(">40 %</text>"), std::string::npos);
}

TEST(ChartFigure, TellsSeriesApartByDashAndColor) {
  Chart chart = plain_chart();
  for (const char* name : {"a", "b", "c", "d", "e", "<f>"})
    chart.series.push_back({name, {{0, 0.1}, {10, 0.9}}, Spread::kNone, false});
  const auto figure = chart_figure(chart).markup();
  EXPECT_EQ(count_of(figure, "stroke-dasharray"), 10U);  // five of six, in the drawing and in the legend
  for (const char* color : {"blue", "orange", "green", "red", "purple", "sky"})
    EXPECT_EQ(count_of(figure, std::string("var(--") + color + ")"), 2U) << color;
  EXPECT_NE(figure.find("&lt;f&gt;"), std::string::npos);
  EXPECT_EQ(figure.find("<f>"), std::string::npos);
}

TEST(ChartFigure, PutsPointsWhereTheyBelong) {
  Chart chart = plain_chart();
  chart.series.push_back({"", {{0, 0}, {10, 1}, {20, 5}}, Spread::kNone, true});  // the last is outside
  const auto figure = chart_figure(chart).markup();
  EXPECT_NE(figure.find("M64.0 228.0L358.0 10.0L358.0 10.0"), std::string::npos) << figure;
  EXPECT_EQ(count_of(figure, "<circle"), 3U);
  EXPECT_EQ(figure.find("legend"), std::string::npos);  // one series without a name needs none
}

TEST(ChartFigure, DrawsBarsBandsWhiskersAndMarks) {
  Chart chart = plain_chart();
  chart.bars = {{0, 5, 0.5, 0.4, 0.6}, {5, 10, 0.8, 0.8, 0.8}};
  chart.series.push_back({"s", {{0, 0.2, 0.1, 0.3}, {10, 0.5, 0.4, 0.6}}, Spread::kBand, false});
  chart.series.push_back({"t", {{5, 0.2, 0.1, 0.3}}, Spread::kWhiskers, false});
  chart.marks = {{9, 0.5, "chosen"}};
  const auto figure = chart_figure(chart).markup();
  EXPECT_EQ(count_of(figure, "<rect"), 2U);
  EXPECT_EQ(count_of(figure, "fill-opacity=\"0.18\""), 1U);
  EXPECT_EQ(count_of(figure, "h6M"), 2U);                                           // of the first bar and of the point
  EXPECT_NE(figure.find("text-anchor=\"end\" class=\"word\""), std::string::npos);  // left of its point
  EXPECT_EQ(figure.find("nan"), std::string::npos);
}

}  // namespace
}  // namespace pawprint
