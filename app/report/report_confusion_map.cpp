// The confusion matrix of many classes, as a drawing.
#include <algorithm>
#include <numeric>

#include "app/base/format.h"
#include "app/report/report_sections.h"

namespace pawprint {

namespace {

constexpr double kMargin = 5;        // px
constexpr size_t kLongestName = 22;  // characters

// Where the map is drawn, in pixels.
struct Place {
  double side = 0;    // of a cell
  double labels = 0;  // room for the names, at the left and above
  double at(size_t c) const { return labels + side * static_cast<double>(c); }
};

std::string px(double value) { return number(value, 1); }

// The first characters of a name; bytes of one stay together.
std::string shortened(const std::string& name) {
  size_t characters = 0;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(name[i]) & 0xC0U) != 0x80U;
    if (begins && characters++ == kLongestName) return name.substr(0, i) + "\u2026";
  }
  return name;
}

Html text(double x, double y, const char* anchor, const std::string& words, const Attributes& more) {
  Attributes attributes = {{"x", px(x)}, {"y", px(y)}, {"text-anchor", anchor}};
  attributes.insert(attributes.end(), more.begin(), more.end());
  return element("text", attributes, words);
}

Html cell(const std::vector<std::string>& names, size_t is, size_t said, int64_t count, int64_t total,
          const Place& place) {
  const double share = static_cast<double>(count) / static_cast<double>(total);
  const double strength = is == said ? 0.2 + 0.8 * share : 0.3 + 0.7 * std::min(1.0, 2 * share);
  const std::string words = names[is] + (is == said ? ", named right" : " taken for " + names[said]) + ": " +
                            whole_number(count) + " of " + whole_number(total);
  return element("g", element("title", words),
                 element("rect", {{"x", px(place.at(said))},
                                  {"y", px(place.at(is))},
                                  {"width", px(place.side)},
                                  {"height", px(place.side)},
                                  {"fill", is == said ? "var(--blue)" : "var(--orange)"},
                                  {"fill-opacity", number(strength, 2)}}));
}

// The names of a class, at its row and above its column, and what its photos were said to be.
Html row_of(const TrainingReport& report, size_t c, const Place& place, const Attributes& font) {
  const auto& names = report.measured.class_names;
  const auto& row = report.measured.evaluation.confusion[c];
  const double middle = place.at(c) + 0.75 * place.side, end = place.labels - kMargin;
  Attributes upwards = font;
  upwards.emplace_back("transform", "rotate(-90 " + px(middle) + ' ' + px(end) + ')');
  Html out =
      text(end, middle, "end", shortened(names[c]), font) + text(middle, end, "start", shortened(names[c]), upwards);
  const int64_t total = std::accumulate(row.begin(), row.end(), int64_t{0});
  for (size_t p = 0; p < row.size(); ++p) {
    if (row[p] > 0) out += cell(names, c, p, row[p], total, place);
  }
  return out;
}

}  // namespace

Html confusion_map(const TrainingReport& report) {
  const auto& names = report.measured.class_names;
  Place place{names.size() <= 50 ? 15.0 : 11.0, 0};
  const double font_px = place.side - 3;
  size_t longest = 0;
  for (const auto& name : names) longest = std::max(longest, std::min(name.size(), kLongestName + 1));
  place.labels = 0.62 * font_px * static_cast<double>(longest) + 2 * kMargin;
  const double end = place.at(names.size());
  const std::string width = px(end + kMargin);
  Html drawing = element("rect", {{"x", px(place.labels)},
                                  {"y", px(place.labels)},
                                  {"width", px(end - place.labels)},
                                  {"height", px(end - place.labels)},
                                  {"fill", "none"},
                                  {"stroke", "var(--line)"}});
  for (size_t c = 0; c < names.size(); ++c)
    drawing += row_of(report, c, place, {{"style", "font-size:" + px(font_px) + "px"}});
  const Attributes size = {{"viewBox", "0 0 " + width + ' ' + width},
                           {"style", "width:" + width + "px;max-width:none"},
                           {"role", "img"},
                           {"aria-label", "confusion matrix as a map; the mistakes are listed below it"}};
  return element("p",
                 "Rows: the true class. Columns: the predicted one. Blue: named right; orange: mistakes, the stronger "
                 "the larger their share of the class.") +
         scrolled("confusion matrix", element("svg.confusion-map", size, drawing));
}

}  // namespace pawprint
