#include "app/data/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "models/base/error.h"

namespace pawprint {

namespace {

// `500ms`, `1s`, `2min`, or a number of seconds.
int64_t interval_ms(const std::string& text) {
  constexpr std::array<std::pair<std::string_view, double>, 4> kUnits = {
      {{"ms", 1}, {"min", 60'000}, {"s", 1000}, {"", 1000}}};
  constexpr double kLongest = 1e9;
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& u) { return text.ends_with(u.first); });
  const std::string_view number = std::string_view(text).substr(0, text.size() - unit->first.size());
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  const double interval = value * unit->second;
  if (error != std::errc() || end != number.data() + number.size() || !(interval >= 1 && interval <= kLongest))
    throw UsageError("--every: expected a time of 1ms or more, such as 1s, 500ms or 2min, got " + in_quotes(text));
  return std::llround(interval);
}

}  // namespace

void visit_every(OptionVisitor& v, int64_t& film_every_ms) {
  std::string text = film_every_ms > 0 ? std::to_string(film_every_ms) + "ms" : "";
  if (v.row({"every", "TIME", "look into films, too, a frame every 1s, 500ms, 2min ...", "films are passed over"},
            text))
    film_every_ms = interval_ms(text);
}

void DatasetOptions::visit(OptionVisitor& v) {
  v.row({"labels", "FILE.csv", "a table of photos and classes instead of a folder per class"}, labels_csv);
  v.row({"labels-from-name", "", "cat.0.jpg is a `cat`: Kaggle's flat folder"}, labels_from_name);
  visit_every(v, walk.film_every_ms);
}

void DatasetOptions::validate(const Given&) const {
  if (labels_csv && labels_from_name)
    throw UsageError("--labels and --labels-from-name: expected one of them, got both");
}

}  // namespace pawprint
