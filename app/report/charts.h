// Charts as inline SVG for the pages of html.h: its colors, light and dark, with a text alternative.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/evaluation/curves.h"
#include "app/report/html.h"

namespace pawprint {

struct ChartAxis {
  std::string label;
  double low = 0, high = 1;        // low < high; what lies outside is cut off
  bool log = false;                // decades; 0 < low
  bool percent = false;            // 0.5 is written 50 %
  std::vector<double> ticks = {};  // empty: round numbers
};

// A point, and where it may lie instead.
struct ChartPoint {
  double x = 0, y = 0;
  double low = 0, high = 0;  // where the series has a band or whiskers
};

enum class Spread { kNone, kBand, kWhiskers };

struct ChartSeries {
  std::string name;  // in the legend; empty: not in it
  std::vector<ChartPoint> points;
  Spread spread = Spread::kNone;
  bool dots = false;  // a mark on each point
};

struct ChartBar {
  double from = 0, to = 0;  // x
  double y = 0;
  double low = 0, high = 0;  // whiskers where low < high
  std::string label = {};    // a few letters, written upwards in it
};

// A point with a word to it.
struct ChartMark {
  double x = 0, y = 0;
  std::string label;
};

struct Chart {
  std::string title;  // what it shows: its heading
  std::string words;  // the same in words, for those who cannot see it
  ChartAxis x, y;
  std::vector<ChartBar> bars;
  std::vector<ChartSeries> series;  // at most six: each has its color, and its dashes for those who see no colors
  std::vector<ChartPoint> guide;    // a quiet dotted line: chance, perfection
  std::string guide_name;
  std::vector<ChartMark> marks;
};

// Shares of 0 to 1, both ways.
Chart square_chart(const std::string& title, const std::string& x, const std::string& y);

// <figure> with the title, the drawing, and its legend if there is more than one thing to tell apart. A page with such
// figures needs chart.css.
Html chart_figure(const Chart& chart);

// Points that move by less than half a pixel of the drawing are left out; the first and the last stay.
std::vector<ChartPoint> thinned(const std::vector<ChartPoint>& points, const ChartAxis& x, const ChartAxis& y);

std::vector<ChartPoint> chart_points(const std::vector<CurvePoint>& curve);

// Round numbers in low..high: about `count` of them, or the decades of a logarithmic axis.
std::vector<double> round_ticks(const ChartAxis& axis, int count);

// The axis from the least to the greatest of `values`, with some air, within min..max.
ChartAxis axis_around(const std::string& label, const std::vector<double>& values, double min, double max);

}  // namespace pawprint
