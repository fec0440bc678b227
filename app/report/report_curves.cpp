// Curves over the photos: reliability, abstention.
#include <algorithm>
#include <cmath>

#include "app/base/format.h"
#include "app/evaluation/selective_prediction.h"
#include "app/report/charts.h"
#include "app/report/report_sections.h"

namespace pawprint {

namespace {

Chart reliability_chart(const std::string& title, const std::vector<ReliabilityBin>& bins, double min) {
  Chart chart = square_chart(title, "probability of what it says", "share that is right");
  chart.x.low = min;
  for (const auto& bin : bins) {
    if (bin.count == 0) continue;
    const auto [low, high] = wilson_interval(bin.accuracy, bin.count);
    chart.bars.push_back({std::max(bin.low, min), bin.high, bin.accuracy, low, high, whole_number(bin.count)});
    chart.words += (chart.words.empty() ? "" : "; ") + percent(bin.low, 0) + " to " + percent(bin.high, 0) + ": " +
                   percent(bin.accuracy, 0) + " right of " + counted(bin.count, "photo");
  }
  chart.guide = {{min, min, 0, 0}, {1, 1, 0, 0}};
  chart.guide_name = "probabilities as they should be";
  return chart;
}

// How many may be answered if a share of `target` has to be right; null if not even the surest are.
const AnsweredPoint* answered_for(const std::vector<AnsweredPoint>& curve, double target) {
  const AnsweredPoint* found = nullptr;
  for (const auto& point : curve) {
    if (point.accuracy >= target) found = &point;
  }
  return found;
}

// What can be promised of new photos, and what it costs.
std::string promise(const SelectiveCurve& curve, double accuracy) {
  if (const auto point = proven_point(curve, accuracy))
    return "answers " + percent(static_cast<double>(point->answered) / static_cast<double>(curve.photos), 0) +
           ", from a probability of " + number(point->confidence, 3) + " on";
  if (const auto missing = photos_missing(curve, accuracy))
    return "not proven: about " + counted(*missing, "validation photo") + " more would do";
  return "not to be had: even the surest answers are wrong too often";
}

Html promises(const ScoredPhotos& photos, int64_t classes) {
  const auto curve = selective_curve(photos.probabilities, photos.labels, classes);
  Html rows;
  for (const double accuracy : {0.9, 0.95, 0.98, 0.99, 0.995})
    rows += element("tr", element("td.whole", element("code", "--abstain " + short_number(accuracy))),
                    element("td", promise(curve, accuracy)));
  return element("p", "What ", element("code", "classify"),
                 " can promise: with 95 % confidence over the draw of these photos, what it does not mark as ",
                 element("code", "unsure"), " is right at least so often.") +
         element("table", element("tbody", rows));
}

Html charts(const Chart& left, const Chart& right) {
  return element("div.charts", chart_figure(left), chart_figure(right));
}

// The expected calibration error before and after the temperature.
Html calibration_words(const TrainingReport& report, double temperature, const std::string& ece_before,
                       const std::string& ece_after, double loss_before) {
  Html words =
      "Of the photos that it is 90 % sure of, 90 % should be right: bars should end on the dotted line. Thin lines are "
      "95 % intervals, long where there are few photos; the number in a bar is how many there are. The gap, averaged "
      "over all photos, is the expected calibration "
      "error (ECE): " +
      element("b", ece_before) + " before and " + element("b", ece_after) + " after the temperature of " +
      number(temperature, 2) + "; log loss " + number(loss_before, 4) + " and " +
      number(report.measured.evaluation.log_loss, 4) + ".";
  if (temperature == 1) {
    words += " At 1 nothing changes: no temperature lowered the log loss of photos it had not seen.";
  } else if (std::abs(temperature - 1) >= 0.005) {
    words += " It was chosen on training photos and makes it ";
    words += temperature > 1 ? "less sure." : "surer.";
  }
  return element("p", words);
}

// Where the bars begin: at the least probability there is; nothing can lie below that of the class named of many.
double min_shown(const std::vector<ReliabilityBin>& before, const std::vector<ReliabilityBin>& after, int64_t classes) {
  double min = 1;
  for (const auto* bins : {&before, &after}) {
    for (const auto& bin : *bins) {
      if (bin.count > 0) min = std::min(min, bin.low);
    }
  }
  return std::max(min, std::floor(10.0 / static_cast<double>(classes)) / 10);
}

Chart abstention_chart(const std::vector<AnsweredPoint>& curve) {
  Chart chart;
  chart.title = "Accuracy of the photos it answers";
  std::vector<double> values;
  ChartSeries series{"accuracy of the surest, with its 95 % interval", {}, Spread::kBand, false};
  for (const auto& point : curve) {
    if (point.share < 0.05 && &point != &curve.back()) continue;  // a few photos say little
    series.points.push_back({point.share, point.accuracy, point.low, point.high});
    values.push_back(point.accuracy);
  }
  values.push_back(curve.back().low);
  chart.series.push_back(series);
  chart.x = {"share of the photos it answers", 0, 1, false, true, {}};
  chart.y = axis_around("accuracy", values, 0, 1);
  chart.y.percent = true;
  return chart;
}

// The first round accuracy that halves the mistakes, if enough are answered; null if there is none.
const AnsweredPoint* worth_naming(const Evaluation& e, const std::vector<AnsweredPoint>& curve) {
  const double half_the_mistakes = 1 - (1 - e.accuracy) / 2;
  for (const double target : {0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0}) {
    const AnsweredPoint* point = target >= half_the_mistakes ? answered_for(curve, target) : nullptr;
    if (point != nullptr && point->share >= 0.05) return point;
  }
  return nullptr;
}

}  // namespace

Html calibration_section(const TrainingReport& report, const ScoredPhotos& photos) {
  const auto classes = static_cast<int64_t>(report.measured.class_names.size());
  const double temperature = report.measured.temperature;
  const auto raw = without_temperature(photos.probabilities, classes, temperature);
  std::vector<double> raw_confidence;
  for (size_t i = 0; i < photos.labels.size(); ++i)
    raw_confidence.push_back(*std::max_element(raw.begin() + i * classes, raw.begin() + (i + 1) * classes));
  const auto before = reliability_bins(raw_confidence, photos.right),
             after = reliability_bins(photos.confidence, photos.right);
  const double min = min_shown(before, after, classes);
  const std::string ece_before = number(calibration_error(before), 4), ece_after = number(calibration_error(after), 4);
  const auto& change = report.training.on_validation;
  const double loss_before = report.held_out && change ? change->log_loss_before
                                                       : evaluate_predictions(raw, photos.labels, classes, 1).log_loss;
  return section("Reliability diagram: whether its probabilities can be believed",
                 calibration_words(report, temperature, ece_before, ece_after, loss_before) +
                     charts(reliability_chart("Before: ECE " + ece_before, before, min),
                            reliability_chart("After: ECE " + ece_after, after, min)));
}

Html abstention_section(const TrainingReport& report, const ScoredPhotos& photos) {
  const auto curve = accuracy_of_answered(photos.confidence, photos.right);
  const Evaluation& e = report.measured.evaluation;
  Chart chart = abstention_chart(curve);
  std::string words = "If it may leave a photo open when it is not sure, it is right more often on the others. ";
  if (e.correct == e.count) {
    words = "It made no mistake here, so there is nothing to gain by leaving photos open. ";
  } else if (const AnsweredPoint* point = worth_naming(e, curve)) {
    const std::string what = "answering the surest " + percent(point->share, 0) + " (probability " +
                             number(point->threshold, 3) + " and above) it is right on " + percent(point->accuracy, 1);
    words += "Here, " + what + " of them; on new photos, a little less. ";
    chart.marks.push_back({point->share, point->accuracy, percent(point->share, 0) + " answered"});
    chart.words = what + ".";
  }
  chart.words += " Answering all, it is right on " + percent(e.accuracy, 1) + ".";
  const auto classes = static_cast<int64_t>(report.measured.class_names.size());
  return section("Selective prediction: accuracy against coverage",
                 beside(chart_figure(chart), element("p", words) + promises(photos, classes)));
}

}  // namespace pawprint
