#pragma once

#include <string>
#include <vector>

namespace pawprint {

// One line of a chart. Both coordinates are shares, 0 to 1.
struct Curve {
  std::string name, colour;          // colour: a variable of html.h, `--orange`
  std::vector<double> x, y, margin;  // margin: half the height of the band around y
  bool dashed = false;               // told apart without colours, too
};

struct CurvesChart {
  std::string id;                  // of the chart in its page: one or more letters
  std::string title, description;  // description: what the chart shows, for those who do not see it
  std::string x_label, y_label;
  std::vector<Curve> curves;
};

// A line chart as inline SVG for html_page(): axes from 0 to 100 %, a grid, bands, a legend. Texts are escaped here.
std::string curves_chart(const CurvesChart& chart);

}  // namespace pawprint
