// ROC and precision-recall curves: how well the classes are told apart.
#include <algorithm>
#include <array>

#include "app/base/format.h"
#include "app/report/charts.h"
#include "app/report/report_sections.h"

namespace pawprint {

namespace {

constexpr size_t kMaxCurves = 6, kMaxRows = 12;

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

// Two classes: of the second, the other being its mirror image. More: each against the rest.
std::vector<NamedCurve> curves_of(const TrainingReport& report, const ScoredPhotos& photos) {
  const auto classes = static_cast<int64_t>(report.measured.class_names.size());
  std::vector<NamedCurve> curves;
  for (int64_t c = classes == 2 ? 1 : 0; c < classes; ++c) {
    auto curve = curve_of(report, photos, c);
    if (!curve.roc.empty()) curves.push_back(std::move(curve));
  }
  return curves;
}

NamedCurve mean_of(const std::vector<NamedCurve>& curves) {
  NamedCurve mean{"mean of " + std::to_string(curves.size()) + " classes", {}, {}, 0, 0};
  std::vector<std::vector<CurvePoint>> roc;
  for (const auto& curve : curves) {
    roc.push_back(curve.roc);
    mean.auc += curve.auc / static_cast<double>(curves.size());
    mean.average_precision += curve.average_precision / static_cast<double>(curves.size());
  }
  mean.roc = mean_curve(roc);
  return mean;
}

// How large a square at the good corner shows where the curves turn, their turns at a third of its side at the most; 1:
// all. Of a model that is nearly always right the whole would be an empty square.
//   bad_x, bad_y: of a point how far it is from that corner
template <class BadX, class BadY>
double corner_of(const Chart& chart, BadX bad_x, BadY bad_y) {
  double turn = 0;
  for (const auto& series : chart.series) {
    double nearest = 1;
    for (const auto& p : series.points) nearest = std::min(nearest, std::max(bad_x(p), bad_y(p)));
    turn = std::max(turn, nearest);
  }
  for (const auto& mark : chart.marks) turn = std::max({turn, 0.5 * bad_x(mark), 0.5 * bad_y(mark)});
  for (const double side : {0.02, 0.05, 0.1, 0.2, 0.5})
    if (3 * turn <= side) return side;
  return 1;
}

// The part of a curve, x rising, in low..high, with points at both ends.
std::vector<ChartPoint> cut(const std::vector<ChartPoint>& points, double low, double high) {
  std::vector<ChartPoint> kept;
  const auto add_crossing = [&](const ChartPoint& a, const ChartPoint& b, double x) {
    if (a.x < x && x < b.x) kept.push_back({x, a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x)});
  };
  for (size_t i = 0; i < points.size(); ++i) {
    if (i > 0) add_crossing(points[i - 1], points[i], low);
    if (i > 0) add_crossing(points[i - 1], points[i], high);
    if (points[i].x >= low && points[i].x <= high) kept.push_back(points[i]);
  }
  return kept;
}

void zoom(Chart& chart, double low_x, double side) {
  if (side == 1) return;
  chart.x.low = low_x;
  chart.x.high = low_x + side;
  chart.y.low = 1 - side;
  chart.title += ", the corner";
  for (auto& series : chart.series) series.points = cut(series.points, chart.x.low, chart.x.high);
  chart.guide.clear();  // far outside
  chart.guide_name.clear();
}

// Where the two-class answer is taken from the curves: at a probability of one half.
void mark_decision(const Evaluation& e, Chart& roc, Chart& precision_recall) {
  const auto& m = e.confusion;
  const auto negatives = static_cast<double>(m[0][0] + m[0][1]), positives = static_cast<double>(m[1][0] + m[1][1]);
  const auto hits = static_cast<double>(m[1][1]), alarms = static_cast<double>(m[0][1]);
  if (negatives > 0) roc.marks.push_back({alarms / negatives, hits / positives, "at 50 %"});
  if (hits + alarms > 0) precision_recall.marks.push_back({hits / positives, hits / (hits + alarms), "at 50 %"});
}

void add_curve(Chart& chart, const NamedCurve& curve, const std::vector<CurvePoint>& points, const std::string& area) {
  chart.series.push_back({curve.name + ", " + area, chart_points(points), Spread::kNone, false});
  chart.words += curve.name + ": " + area + ". ";
}

Html roc_figure(const std::vector<NamedCurve>& curves, const std::string& which, const Chart& marked) {
  Chart roc = square_chart("ROC" + which, "false positive rate", "true positive rate");
  for (const auto& curve : curves) add_curve(roc, curve, curve.roc, "AUC " + number(curve.auc, 4));
  roc.marks = marked.marks;
  roc.guide = {{0, 0, 0, 0}, {1, 1, 0, 0}};
  roc.guide_name = "guessing, AUC 0.5";
  zoom(roc, 0,
       corner_of(
           roc, [](const auto& p) { return p.x; }, [](const auto& p) { return 1 - p.y; }));
  return chart_figure(roc);
}

Html recall_figure(const std::vector<NamedCurve>& curves, const std::string& which, const Chart& marked) {
  Chart recall = square_chart("Precision and recall" + which, "recall", "precision");
  for (const auto& curve : curves)
    add_curve(recall, curve, curve.precision_recall, "average precision " + number(curve.average_precision, 4));
  recall.marks = marked.marks;
  const auto bad = [](double good) { return 1 - good; };
  const double side = corner_of(
      recall, [&](const auto& p) { return bad(p.x); }, [&](const auto& p) { return bad(p.y); });
  zoom(recall, 1 - side, side);
  return chart_figure(recall);
}

// Of many classes, whose curves together would be a saw.
Html precision_table(std::vector<NamedCurve> curves, const NamedCurve& mean) {
  std::stable_sort(curves.begin(), curves.end(),
                   [](const auto& a, const auto& b) { return a.average_precision < b.average_precision; });
  const size_t shown = std::min(curves.size(), kMaxRows);
  Html rows;
  for (size_t i = 0; i < shown; ++i)
    rows += element("tr", element("td", curves[i].name), number_cell(number(curves[i].average_precision, 3)),
                    number_cell(number(curves[i].auc, 3)));
  const Html foot = element("th", {{"scope", "row"}}, mean.name) + number_cell(number(mean.average_precision, 3)) +
                    number_cell(number(mean.auc, 3));
  const Html head = column("class") + number_column("average precision") + number_column("AUC");
  const std::string title = "Average precision" + std::string(shown < curves.size() ? ", the worst" : "");
  return element("div", element("h3", title),
                 scrolled(title, element("table", element("thead", element("tr", head)), element("tbody", rows),
                                         element("tfoot", element("tr", foot)))));
}

Html discrimination_words(const std::string& name, bool two) {
  const Html how = two ? "The more sure it has to be before it says " + element("b", name) + ", the fewer of the " +
                             name + " it finds, and the less it takes for " + name +
                             " what is not. A curve that hugs the corner loses little either way. "
                       : Html(
                             "Each class against the rest: how many of it are found, and how much is taken for it "
                             "that is not. ");
  return element("p", how,
                 "AUC is the chance that a photo of the class gets a higher probability than one that is not of it. "
                 "Average precision is the area under precision and recall.");
}

}  // namespace

Html discrimination_section(const TrainingReport& report, const ScoredPhotos& photos) {
  const char* title = "ROC and precision-recall curves: how well it tells the classes apart";
  const auto curves = curves_of(report, photos);
  if (curves.empty()) return section(title, element("p", "It takes photos of two classes at least to draw this."));
  const bool two = report.measured.class_names.size() == 2;
  const std::string which = two ? ": " + curves[0].name : "";
  Chart roc, recall;
  if (two) mark_decision(report.measured.evaluation, roc, recall);
  Html figures;
  if (report.measured.class_names.size() <= kMaxCurves) {
    figures = roc_figure(curves, which, roc) + recall_figure(curves, which, recall);
  } else {
    const NamedCurve mean = mean_of(curves);
    figures = roc_figure({mean}, which, roc) + precision_table(curves, mean);
  }
  return section(title, discrimination_words(curves[0].name, two) + element("div.charts", figures));
}

}  // namespace pawprint
