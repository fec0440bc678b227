#include "app/inspect/curves_chart.h"

#include <algorithm>
#include <cstdio>

#include "app/report/html.h"

namespace pawprint {

namespace {

constexpr double kWidth = 360, kHeight = 300, kLeft = 46, kRight = 14, kTop = 42, kBottom = 46;
constexpr int kTicks = 5;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

double to_x(double share) { return kLeft + share * (kWidth - kLeft - kRight); }
double to_y(double share) { return kHeight - kBottom - std::clamp(share, 0.0, 1.0) * (kHeight - kTop - kBottom); }
std::string point(double x, double y) { return number(to_x(x)) + ',' + number(to_y(y)) + ' '; }

std::string line(double x1, double y1, double x2, double y2, const std::string& style) {
  return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) +
         "\" style=\"" + style + "\"/>\n";
}

std::string text(double x, double y, const std::string& anchor, const std::string& words) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" + html_escaped(words) +
         "</text>\n";
}

std::string stroke(const Curve& curve) {
  return "fill:none;stroke:var(" + curve.colour + ");stroke-width:2.5" + (curve.dashed ? ";stroke-dasharray:6 4" : "");
}

std::string axes(const CurvesChart& chart) {
  std::string out;
  for (int i = 0; i <= kTicks; ++i) {
    const double share = static_cast<double>(i) / kTicks;
    const std::string label = std::to_string(100 * i / kTicks);
    const std::string style = i == 0 ? "stroke:var(--quiet)" : "stroke:var(--line)";
    out += line(kLeft, to_y(share), kWidth - kRight, to_y(share), style);
    out += line(to_x(share), to_y(0), to_x(share), to_y(1), style);
    out += text(kLeft - 6, to_y(share) + 4, "end", label);
    out += text(to_x(share), kHeight - kBottom + 17, "middle", label);
  }
  out += text(to_x(0.5), kHeight - 8, "middle", chart.x_label);
  return out + text(0, 12, "start", chart.y_label);
}

std::string band(const Curve& curve) {
  std::string points;
  const size_t n = curve.margin.size();
  for (size_t i = 0; i < n; ++i) points += point(curve.x[i], curve.y[i] + curve.margin[i]);
  for (size_t i = n; i-- > 0;) points += point(curve.x[i], curve.y[i] - curve.margin[i]);
  return "<polygon points=\"" + points + "\" style=\"fill:var(" + curve.colour + ");opacity:0.18\"/>\n";
}

std::string polyline(const Curve& curve) {
  std::string points;
  for (size_t i = 0; i < curve.x.size(); ++i) points += point(curve.x[i], curve.y[i]);
  return "<polyline points=\"" + points + "\" style=\"" + stroke(curve) + "\"/>\n";
}

// Beside each other above the chart.
std::string legend(const std::vector<Curve>& curves) {
  std::string out;
  double x = kLeft;
  for (const auto& curve : curves) {
    out += line(x, 27, x + 24, 27, stroke(curve));
    out += text(x + 30, 31, "start", curve.name);
    x += 30 + 7.0 * static_cast<double>(curve.name.size()) + 16;
  }
  return out;
}

}  // namespace

std::string curves_chart(const CurvesChart& chart) {
  std::string out = "<svg id=\"" + chart.id + "\" viewBox=\"0 0 " + number(kWidth) + ' ' + number(kHeight) +
                    "\" style=\"width:100%;max-width:470px\" role=\"img\">\n<title>" + html_escaped(chart.title) +
                    "</title>\n<desc>" + html_escaped(chart.description) + "</desc>\n";
  out += axes(chart) + legend(chart.curves);
  for (const auto& curve : chart.curves) out += band(curve);
  for (const auto& curve : chart.curves) out += polyline(curve);
  return out + "</svg>\n";
}

}  // namespace pawprint
