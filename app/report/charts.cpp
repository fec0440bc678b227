#include "app/report/charts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "app/base/format.h"

namespace pawprint {

namespace {

// Of the drawing. Letters of 12 px are readable on a phone, where it is shown at nine tenths of its size.
constexpr double kWidth = 380, kHeight = 270, kLeft = 64, kRight = 22, kTop = 10, kBottom = 42;

struct Pen {
  const char* color;
  const char* dash;
};
constexpr std::array<Pen, 6> kPens = {{{"var(--blue)", ""},
                                       {"var(--orange)", "7 4"},
                                       {"var(--green)", "2 3"},
                                       {"var(--purple)", "9 3 2 3"},
                                       {"var(--red)", "14 4"},
                                       {"var(--sky)", "4 2"}}};
constexpr Pen kGuide = {"var(--quiet)", "1 4"};

double unit(const ChartAxis& axis, double value) {
  return axis.log ? std::log(value / axis.low) / std::log(axis.high / axis.low)
                  : (value - axis.low) / (axis.high - axis.low);
}

double inside(double value) { return std::clamp(value, 0.0, 1.0); }
double place_x(const Chart& chart, double x) { return kLeft + inside(unit(chart.x, x)) * (kWidth - kLeft - kRight); }
double place_y(const Chart& chart, double y) {
  return kHeight - kBottom - inside(unit(chart.y, y)) * (kHeight - kTop - kBottom);
}

std::string px(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

Attributes joined(Attributes a, const Attributes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Html line(const std::string& d, const Attributes& style) { return element("path", joined({{"d", d}}, style)); }

Html line(double x1, double y1, double x2, double y2, const Attributes& style) {
  return line('M' + px(x1) + ' ' + px(y1) + 'L' + px(x2) + ' ' + px(y2), style);
}

Html dot(double x, double y, const char* r, const Attributes& style) {
  return element("circle", joined({{"cx", px(x)}, {"cy", px(y)}, {"r", r}}, style));
}

Attributes stroke(const Pen& pen, double width) {
  Attributes style = {{"fill", "none"}, {"stroke", pen.color}, {"stroke-width", short_number(width)}};
  if (*pen.dash != 0) style.emplace_back("stroke-dasharray", pen.dash);
  return style;
}

std::string path(const Chart& chart, const std::vector<ChartPoint>& points) {
  std::string d;
  for (const auto& p : points) d += (d.empty() ? 'M' : 'L') + px(place_x(chart, p.x)) + ' ' + px(place_y(chart, p.y));
  return d;
}

Html label(double x, double y, const char* anchor, const std::string& text, const Attributes& more = {}) {
  return element("text", joined({{"x", px(x)}, {"y", px(y)}, {"text-anchor", anchor}}, more), text);
}

std::string tick_text(const ChartAxis& axis, double value, const std::vector<double>& ticks) {
  if (!axis.percent) return short_number(value);
  double step = 1;
  for (size_t i = 1; i < ticks.size(); ++i) step = std::min(step, std::abs(ticks[i] - ticks[i - 1]));
  return number(100 * value, step < 0.00999 ? 1 : 0) + " %";
}

Html grid(const Chart& chart) {
  Html out;
  const double right = kWidth - kRight, bottom = kHeight - kBottom;
  const Attributes thin = stroke({"var(--line)", ""}, 1);
  const auto y_ticks = chart.y.ticks.empty() ? round_ticks(chart.y, 5) : chart.y.ticks;
  for (const double tick : y_ticks) {
    const double y = place_y(chart, tick);
    out += line(kLeft, y, right, y, thin) + label(kLeft - 6, y + 4, "end", tick_text(chart.y, tick, y_ticks));
  }
  const auto x_ticks = chart.x.ticks.empty() ? round_ticks(chart.x, 5) : chart.x.ticks;
  for (const double tick : x_ticks) {
    const double x = place_x(chart, tick);
    out += line(x, kTop, x, bottom, thin) + label(x, bottom + 16, "middle", tick_text(chart.x, tick, x_ticks));
  }
  out += line(kLeft, bottom, right, bottom, stroke({"var(--quiet)", ""}, 1));
  out += line(kLeft, kTop, kLeft, bottom, stroke({"var(--quiet)", ""}, 1));
  out += label((kLeft + right) / 2, kHeight - 6, "middle", chart.x.label);
  const double middle = (kTop + bottom) / 2;
  return out + label(11, middle, "middle", chart.y.label, {{"transform", "rotate(-90 11 " + px(middle) + ")"}});
}

Html whiskers(const Chart& chart, double x, double low, double high, const char* color) {
  const double at = place_x(chart, x), top = place_y(chart, high), bottom = place_y(chart, low);
  return line('M' + px(at) + ' ' + px(top) + 'V' + px(bottom) + 'M' + px(at - 3) + ' ' + px(top) + "h6M" + px(at - 3) +
                  ' ' + px(bottom) + "h6",
              stroke({color, ""}, 1.2));
}

// At the foot of its bar, upwards where that is narrow.
Html bar_label(const Chart& chart, const ChartBar& bar) {
  constexpr double kLetter = 6.5, kFoot = kHeight - kBottom - 6;
  const double middle = place_x(chart, (bar.from + bar.to) / 2);
  const double room = place_x(chart, bar.to) - place_x(chart, bar.from);
  if (kLetter * static_cast<double>(bar.label.size()) + 4 < room)
    return label(middle, kFoot, "middle", bar.label, {{"class", "count"}});
  const double x = middle + 3.5;
  return label(x, kFoot, "start", bar.label,
               {{"class", "count"}, {"transform", "rotate(-90 " + px(x) + ' ' + px(kFoot) + ')'}});
}

Html draw_bars(const Chart& chart) {
  Html out;
  for (const auto& bar : chart.bars) {
    const double left = place_x(chart, bar.from) + 1, right = place_x(chart, bar.to) - 1, top = place_y(chart, bar.y);
    out += element("rect", {{"x", px(left)},
                            {"y", px(top)},
                            {"width", px(std::max(1.0, right - left))},
                            {"height", px(kHeight - kBottom - top)},
                            {"fill", "var(--blue)"},
                            {"fill-opacity", "0.45"}});
  }
  for (const auto& bar : chart.bars) {
    if (bar.low < bar.high) out += whiskers(chart, (bar.from + bar.to) / 2, bar.low, bar.high, "var(--ink)");
    if (!bar.label.empty()) out += bar_label(chart, bar);
  }
  return out;
}

Html draw_band(const Chart& chart, const std::vector<ChartPoint>& points, const Pen& pen) {
  std::string d;
  for (const auto& p : points)
    d += (d.empty() ? 'M' : 'L') + px(place_x(chart, p.x)) + ' ' + px(place_y(chart, p.high));
  for (auto p = points.rbegin(); p != points.rend(); ++p)
    d += 'L' + px(place_x(chart, p->x)) + ' ' + px(place_y(chart, p->low));
  return line(d + 'Z', {{"fill", pen.color}, {"fill-opacity", "0.18"}});
}

Html draw_series(const Chart& chart, const ChartSeries& series, const Pen& pen) {
  const auto points = thinned(series.points, chart.x, chart.y);
  if (points.empty()) return {};
  Html out;
  if (series.spread == Spread::kBand) out += draw_band(chart, points, pen);
  if (series.spread == Spread::kWhiskers) {
    for (const auto& p : points) out += whiskers(chart, p.x, p.low, p.high, pen.color);
  }
  out += line(path(chart, points), joined(stroke(pen, 2), {{"stroke-linejoin", "round"}}));
  if (!series.dots) return out;
  for (const auto& p : points) out += dot(place_x(chart, p.x), place_y(chart, p.y), "3", {{"fill", pen.color}});
  return out;
}

// The word is beside its point, where there is more room.
Html draw_mark(const Chart& chart, const ChartMark& mark) {
  const double x = place_x(chart, mark.x), y = place_y(chart, mark.y);
  const bool left = x > (kLeft + kWidth) / 2;
  const double below = y < kHeight - kBottom - 22 ? 18 : -10;
  return dot(x, y, "5", {{"fill", "var(--card)"}, {"stroke", "var(--ink)"}, {"stroke-width", "2"}}) +
         label(left ? x - 8 : x + 8, y + below, left ? "end" : "start", mark.label, {{"class", "word"}});
}

Html legend_line(const Pen& pen, const std::string& name) {
  return element("li",
                 element("svg", {{"viewBox", "0 0 30 10"}, {"aria-hidden", "true"}}, line("M1 5H29", stroke(pen, 2.5))),
                 name);
}

Html legend(const Chart& chart) {
  Html lines;
  for (size_t i = 0; i < chart.series.size(); ++i) {
    if (!chart.series[i].name.empty()) lines += legend_line(kPens[i % kPens.size()], chart.series[i].name);
  }
  if (!chart.guide_name.empty()) lines += legend_line(kGuide, chart.guide_name);
  return lines.empty() ? lines : element("ul.legend", lines);
}

}  // namespace

std::vector<ChartPoint> thinned(const std::vector<ChartPoint>& points, const ChartAxis& x, const ChartAxis& y) {
  constexpr double kStep = 0.5 / kWidth;
  std::vector<ChartPoint> kept;
  for (const auto& p : points) {
    const bool last = &p == &points.back();
    if (!kept.empty() && !last && std::abs(unit(x, p.x) - unit(x, kept.back().x)) < kStep &&
        std::abs(unit(y, p.y) - unit(y, kept.back().y)) < kStep)
      continue;
    kept.push_back(p);
  }
  return kept;
}

std::vector<ChartPoint> chart_points(const std::vector<CurvePoint>& curve) {
  std::vector<ChartPoint> points;
  for (const auto& p : curve) points.push_back({p.x, p.y, p.y, p.y});
  return points;
}

std::vector<double> round_ticks(const ChartAxis& axis, int count) {
  std::vector<double> ticks;
  if (axis.log) {
    const double decades = std::log10(axis.high / axis.low);
    const int step = std::max(1, static_cast<int>(std::ceil(decades / (count + 2))));
    for (int k = static_cast<int>(std::ceil(std::log10(axis.low) - 1e-9)); std::pow(10, k) <= axis.high * (1 + 1e-9);
         k += step)
      ticks.push_back(std::pow(10, k));
    return ticks;
  }
  const double rough = (axis.high - axis.low) / count, decade = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * decade;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * decade >= rough * (1 - 1e-9)) step = factor * decade;
  }
  const double first = std::ceil(axis.low / step - 1e-9);
  for (int i = 0; (first + i) * step <= axis.high + 1e-9 * step; ++i) ticks.push_back((first + i) * step);
  return ticks;
}

ChartAxis axis_around(const std::string& label, const std::vector<double>& values, double min, double max) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double air = std::max(0.08 * (*high - *low), 0.01);
  ChartAxis axis;
  axis.label = label;
  axis.low = std::max(min, *low - air);
  axis.high = std::min(max, *high + air);
  return axis;
}

Chart square_chart(const std::string& title, const std::string& x, const std::string& y) {
  Chart chart;
  chart.title = title;
  chart.x = {x, 0, 1, false, true, {}};
  chart.y = {y, 0, 1, false, true, {}};
  return chart;
}

Html chart_figure(const Chart& chart) {
  Html drawing = grid(chart) + draw_bars(chart);
  if (!chart.guide.empty()) drawing += line(path(chart, chart.guide), stroke(kGuide, 2));
  for (size_t i = 0; i < chart.series.size(); ++i)
    drawing += draw_series(chart, chart.series[i], kPens[i % kPens.size()]);
  for (const auto& mark : chart.marks) drawing += draw_mark(chart, mark);
  const Attributes size = {{"viewBox", "0 0 " + number(kWidth, 0) + ' ' + number(kHeight, 0)},
                           {"role", "img"},
                           {"aria-label", chart.title + ". " + chart.words}};
  return element("figure.chart", element("h3", chart.title), element("svg", size, drawing), legend(chart));
}

}  // namespace pawprint
