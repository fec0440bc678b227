// How it was trained: learning curve, regularization path, loss curves.
#include <algorithm>
#include <cmath>

#include "app/base/format.h"
#include "app/report/charts.h"
#include "app/report/report_sections.h"

namespace pawprint {

namespace {

// Of accuracies, in points of a hundred: +0.4.
std::string points(double difference) {
  const std::string size = number(100 * std::abs(difference), 1);
  return size == "0.0" ? size : (difference > 0 ? "+" : "\u2212") + size;
}

// An honest answer to "would more photos help?". The interval decides, not the gain alone.
Html would_more_help(const LearningCurve& curve) {
  const double gain = curve.gain, low = curve.gain_low, high = curve.gain_high;
  constexpr double kWorthIt = 0.005;
  const auto answer = [&](const char* verdict, const char* advice) {
    return element("p", element("b", verdict),
                   " The last doubling of the training photos changed the accuracy by " + points(gain) +
                       " points (95 % interval: " + points(low) + " to " + points(high) + "). ",
                   advice);
  };
  if (low > 0) return answer("Probably yes.", "The next doubling usually brings less than the last.");
  if (high < 0) return answer("Not by this measure.", "It got worse: look at what was added.");
  if (high < kWorthIt) return answer("Hardly.", "Another network or better photos may do more.");
  return answer("That cannot be told from these photos.", "More validation photos would narrow it down.");
}

struct RegularizationPath {
  std::vector<ChartPoint> points;  // x: l2; y: log loss
  double chosen = 0;
};

RegularizationPath regularization_path(const HeadFacts& head) {
  RegularizationPath path;
  path.chosen = head.l2;
  for (const auto& [l2, loss, error] : head.path) {
    if (l2 > 0) path.points.push_back({l2, loss, loss - error, loss + error});
  }
  std::sort(path.points.begin(), path.points.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
  return path;
}

std::vector<ChartPoint> by_epoch(const std::vector<double>& values) {
  std::vector<ChartPoint> out;
  for (size_t i = 0; i < values.size(); ++i) out.push_back({static_cast<double>(i + 1), values[i], 0, 0});
  return out;
}

// A chart of points with their whiskers or band, x in decades.
Chart spread_chart(const std::string& title, const std::string& x_label, const std::vector<ChartPoint>& points) {
  Chart chart;
  chart.title = title;
  chart.x.label = x_label;
  chart.x.log = true;
  chart.x.low = points.front().x;
  chart.x.high = points.back().x;
  return chart;
}

ChartAxis axis_around_spread(const std::string& label, const std::vector<ChartPoint>& points, double max) {
  std::vector<double> values;
  for (const auto& p : points) values.insert(values.end(), {p.low, p.high});
  return axis_around(label, values, 0, max);
}

Chart learning_chart(const std::vector<ChartPoint>& curve) {
  Chart chart =
      spread_chart("Accuracy by number of training photos", "training photos (each step doubles them)", curve);
  for (const auto& p : curve) {
    chart.x.ticks.push_back(p.x);
    chart.words += counted(static_cast<int64_t>(p.x), "photo") + ": " + percent(p.y, 1) + ". ";
  }
  chart.y = axis_around_spread("accuracy", curve, 1);
  chart.y.percent = true;
  chart.series.push_back({"mean; the band goes from the worst to the best draw", curve, Spread::kBand, true});
  return chart;
}

Chart regularization_chart(const RegularizationPath& path) {
  Chart chart = spread_chart("Regularization path", "l2, the weight of |w|\u00b2 / 2", path.points);
  chart.y = axis_around_spread("log loss", path.points, 1e9);
  chart.y.low = std::max(0.0, chart.y.low - 0.1 * (chart.y.high - chart.y.low));  // room for the word at the least
  chart.series.push_back({"held-out log loss, \u00b1 one standard error", path.points, Spread::kWhiskers, true});
  for (const auto& p : path.points) {
    if (std::abs(p.x / path.chosen - 1) < 1e-6) chart.marks.push_back({p.x, p.y, "chosen"});
    chart.words += "l2 " + short_number(p.x) + ": " + number(p.y, 4) + ". ";
  }
  return chart;
}

}  // namespace

Html beside(const Html& chart, const Html& words) { return element("div.beside", chart, element("div", words)); }

Html learning_curve_section(const TrainingReport& report) {
  const char* title = "Learning curve: would more photos help?";
  const auto& curve = report.training.learning_curve;
  if (!curve || curve->points.size() < 2)
    return section(title, element("p", "That cannot be told: there are too few training photos to leave some out."));
  std::string how =
      "Heads fitted on parts of the training photos, drawn several times where they are small, all tested on the same "
      "validation photos.";
  if (!curve->same_head) how += " Logistic heads take the place of the one that was trained.";
  if (!report.held_out) how += " This is of the model's training, not of the photos above.";
  std::vector<ChartPoint> points;
  for (const auto& p : curve->points) points.push_back({static_cast<double>(p.photos), p.accuracy, p.low, p.high});
  return section(title,
                 beside(chart_figure(learning_chart(points)), would_more_help(*curve) + element("p.quiet", how)));
}

Html regularization_section(const TrainingReport& report) {
  const auto& head = report.training.head;
  if (!head || head->kind != HeadKind::kLogistic) return {};
  const char* title = "Regularization path: how strongly the head is held back";
  const RegularizationPath path = regularization_path(*head);
  if (path.points.size() < 2) {
    return section(title,
                   element("p", "The penalty was not chosen by cross-validation: l2 = ", short_number(path.chosen),
                           head->l1 > 0 ? ", l1 = " + short_number(head->l1) : "", "."));
  }
  const auto best =
      std::min_element(path.points.begin(), path.points.end(), [](const auto& a, const auto& b) { return a.y < b.y; });
  const Html words = element(
      "p", "A weak penalty lets the head learn its photos by heart, a strong one lets it learn nothing. Chosen: ",
      element("b", "l2 = " + short_number(path.chosen)),
      ", the strongest whose loss in cross-validation is within one standard error of the least, which is ",
      number(best->y, 4) + " at " + short_number(best->x) + ".");
  return section(title, beside(chart_figure(regularization_chart(path)), words));
}

Html loss_section(const TrainingReport& report) {
  const auto& head = report.training.head;
  if (!head || head->training_loss.size() < 2) return {};
  const auto &training = head->training_loss, &stopping = head->stopping_loss;
  Chart chart;
  chart.title = "Loss by epoch";
  chart.x = {"epoch", 1, static_cast<double>(training.size()), false, false, {}};
  std::vector<double> values = training;
  values.insert(values.end(), stopping.begin(), stopping.end());
  chart.y = axis_around("log loss", values, 0, 1e9);
  chart.series.push_back({"training photos, with dropout", by_epoch(training), Spread::kNone, false});
  chart.series.push_back({"photos it is stopped by", by_epoch(stopping), Spread::kNone, false});
  const auto kept = static_cast<size_t>(head->epochs);
  Html words =
      "The loss on its training photos falls on and on. The loss on a fifth that it does not train on says when it "
      "begins to learn by heart.";
  if (kept >= 1 && kept <= stopping.size()) {
    const std::string loss = number(stopping[kept - 1], 4);
    chart.marks.push_back({static_cast<double>(kept), stopping[kept - 1], "kept"});
    chart.words = "Of " + counted(static_cast<int64_t>(training.size()), "epoch") + " number " + std::to_string(kept) +
                  " was kept, with a loss of " + loss + ".";
    words += " Kept: epoch " + element("b", std::to_string(kept)) + " of " + std::to_string(training.size()) +
             ", loss " + loss + ".";
  }
  return section("How the perceptron learned", beside(chart_figure(chart), element("p", words)));
}

}  // namespace pawprint
