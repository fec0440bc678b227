// Curves over the photos: ROC, precision-recall, reliability, abstention.
#include <algorithm>
#include <cmath>

#include "app/base/format.h"
#include "app/evaluation/selective_prediction.h"
#include "app/report/charts.h"
#include "app/report/report_sections.h"

namespace pawprint {

namespace {

constexpr int64_t kMaxCurves = 6;

struct NamedCurve {
  std::string name;
  std::vector<CurvePoint> roc, precision_recall;
  double auc = 0, average_precision = 0;
};

NamedCurve curve_of(const TrainingReport& report, const ScoredPhotos& photos, int64_t c) {
  const auto classes = static_cast<int64_t>(report.measured.class_names.size());
  std::vector<double> scores;
  std::vector<bool> positive;
  for (size_t i = 0; i < photos.labels.size(); ++i) {
    scores.push_back(photos.probabilities[i * classes + c]);
    positive.push_back(photos.labels[i] == c);
  }
  NamedCurve out{report.measured.class_names[c], roc_curve(scores, positive), precision_recall_curve(scores, positive),
                 0, 0};
  out.auc = roc_auc(scores, positive).value_or(0);
  out.average_precision = average_precision(out.precision_recall);
  return out;
}

// Two classes: of the second, the other being its mirror image. More: each against the rest, up to six; beyond, the
// mean.
std::vector<NamedCurve> curves_of(const TrainingReport& report, const ScoredPhotos& photos) {
  const auto classes = static_cast<int64_t>(report.measured.class_names.size());
  std::vector<NamedCurve> curves;
  for (int64_t c = classes == 2 ? 1 : 0; c < classes; ++c) {
    auto curve = curve_of(report, photos, c);
    if (!curve.roc.empty()) curves.push_back(std::move(curve));
  }
  if (classes <= kMaxCurves || curves.empty()) return curves;
  NamedCurve mean{"mean of " + std::to_string(curves.size()) + " classes", {}, {}, 0, 0};
  std::vector<std::vector<CurvePoint>> roc, precision_recall;
  for (const auto& curve : curves) {
    roc.push_back(curve.roc);
    precision_recall.push_back(curve.precision_recall);
    mean.auc += curve.auc / static_cast<double>(curves.size());
    mean.average_precision += curve.average_precision / static_cast<double>(curves.size());
  }
  mean.roc = mean_curve(roc);
  mean.precision_recall = mean_curve(precision_recall);
  return {mean};
}

Chart square_chart(const std::string& title, const std::string& x, const std::string& y) {
  Chart chart;
  chart.title = title;
  chart.x = {x, 0, 1, false, true, {}};
  chart.y = {y, 0, 1, false, true, {}};
  return chart;
}

// Where the two-class answer is taken from the curves: at a probability of one half.
void mark_decision(const Evaluation& e, Chart& roc, Chart& precision_recall) {
  const auto& m = e.confusion;
  const auto negatives = static_cast<double>(m[0][0] + m[0][1]), positives = static_cast<double>(m[1][0] + m[1][1]);
  const auto hits = static_cast<double>(m[1][1]), alarms = static_cast<double>(m[0][1]);
  if (negatives > 0) roc.marks.push_back({alarms / negatives, hits / positives, "at 50 %"});
  if (hits + alarms > 0) precision_recall.marks.push_back({hits / positives, hits / (hits + alarms), "at 50 %"});
}

Chart reliability_chart(const std::string& title, const std::vector<ReliabilityBin>& bins, double min) {
  Chart chart = square_chart(title, "probability of what it says", "share that is right");
  chart.x.low = min;
  for (const auto& bin : bins) {
    if (bin.count == 0) continue;
    const auto [low, high] = wilson_interval(bin.accuracy, bin.count);
    chart.bars.push_back({std::max(bin.low, min), bin.high, bin.accuracy, low, high});
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
    rows += element("tr", element("td", element("code", "--abstain " + short_number(accuracy))),
                    element("td", promise(curve, accuracy)));
  return element("p", "What ", element("code", "classify"),
                 " can promise: with 95 % confidence over the draw of these photos, what it does not mark as ",
                 element("code", "unsure"), " is right at least so often.") +
         element("table", element("tbody", rows));
}

Html charts(const Chart& left, const Chart& right) {
  return element("div.charts", chart_figure(left), chart_figure(right));
}

Html discrimination_words(const std::string& name, bool two) {
  const Html how = two ? "The more sure it has to be before it says " + element("b", name) + ", the fewer of the " +
                             name + " it finds, and the less it takes for " + name +
                             " what is not. A curve that hugs the corner loses little either way. "
                       : Html(
                             "Each class against the rest: how many of it are found, and how much is taken for it "
                             "that is not. ");
  return element("p", how,
                 "AUC is the chance that a photo of the class gets a higher probability than one that is not of it.");
}

// The expected calibration error before and after the temperature.
Html calibration_words(const TrainingReport& report, double temperature, const std::string& ece_before,
                       const std::string& ece_after, double loss_before) {
  Html words =
      "Of the photos that it is 90 % sure of, 90 % should be right: bars should end on the dotted line. Thin lines are "
      "95 % intervals, long where there are few photos. The gap, averaged over all photos, is the expected calibration "
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

Html discrimination_section(const TrainingReport& report, const ScoredPhotos& photos) {
  const char* title = "ROC and precision-recall curves: how well it tells the classes apart";
  const auto curves = curves_of(report, photos);
  if (curves.empty()) return section(title, element("p", "It takes photos of two classes at least to draw this."));
  const bool two = report.measured.class_names.size() == 2;
  const std::string which = two ? ": " + curves[0].name : "";
  Chart roc = square_chart("ROC" + which, "false positive rate", "true positive rate");
  Chart recall = square_chart("Precision and recall" + which, "recall", "precision");
  for (const auto& curve : curves) {
    const std::string auc = "AUC " + number(curve.auc, 4),
                      ap = "average precision " + number(curve.average_precision, 4);
    roc.series.push_back({curve.name + ", " + auc, chart_points(curve.roc), Spread::kNone, false});
    recall.series.push_back({curve.name + ", " + ap, chart_points(curve.precision_recall), Spread::kNone, false});
    roc.words += curve.name + ": " + auc + ". ";
    recall.words += curve.name + ": " + ap + ". ";
  }
  roc.guide = {{0, 0, 0, 0}, {1, 1, 0, 0}};
  roc.guide_name = "guessing, AUC 0.5";
  if (two) mark_decision(report.measured.evaluation, roc, recall);
  return section(title, discrimination_words(curves[0].name, two) + charts(roc, recall));
}

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
