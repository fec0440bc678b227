#include "app/inspect/curves_chart.h"

#include <gtest/gtest.h>

namespace pawprint {
namespace {

CurvesChart chart_of(const std::vector<double>& y, const std::vector<double>& margin) {
  return {"id", "a < b", "words", "share, %", "p, %", {{"hot", "--orange", {0, 0.5, 1}, y, margin, true}}};
}

TEST(CurvesChart, DrawsPointsWhereTheyBelong) {
  const std::string svg = curves_chart(chart_of({1, 0.5, 0}, {0, 0, 0}));
  // 46 to 346 across, 254 (0 %) to 42 (100 %) up
  EXPECT_NE(svg.find("<polyline points=\"46.0,42.0 196.0,148.0 346.0,254.0 \""), std::string::npos) << svg;
  EXPECT_NE(svg.find("stroke:var(--orange);stroke-width:2.5;stroke-dasharray"), std::string::npos);
}

TEST(CurvesChart, BandsStayInTheChart) {
  const std::string svg = curves_chart(chart_of({1, 0.5, 0}, {0.5, 0.5, 0.5}));
  EXPECT_NE(svg.find("<polygon points=\"46.0,42.0 196.0,42.0 346.0,148.0 346.0,254.0 196.0,254.0 46.0,148.0 \""),
            std::string::npos)
      << svg;
}

TEST(CurvesChart, SaysWhatItShows) {
  const std::string svg = curves_chart(chart_of({1, 0.5, 0}, {0, 0, 0}));
  EXPECT_NE(svg.find("<title>a &lt; b</title>\n<desc>words</desc>"), std::string::npos);
  EXPECT_NE(svg.find(">hot</text>"), std::string::npos);
}

}  // namespace
}  // namespace pawprint
