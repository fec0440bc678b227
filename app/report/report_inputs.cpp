// What the networks were shown in trials before the training, and what came of it.
#include <algorithm>
#include <map>

#include "app/base/format.h"
#include "app/report/charts.h"
#include "app/report/inputs_page.h"
#include "app/report/report_sections.h"

namespace pawprint {

namespace {

// What a candidate is listed under in the chart: its fit, or its network where there are several.
std::string series_of(const TriedInput& tried, bool several) {
  if (tried.inputs.size() > 1) return "together";
  return several ? tried.inputs.front().network : word(tried.inputs.front().fit);
}

Chart inputs_chart(const InputChoice& choice, const std::string& title) {
  constexpr size_t kMostSeries = 6;
  const auto& first = choice.tried.front().inputs.front().network;
  const bool several = std::any_of(choice.tried.begin(), choice.tried.end(),
                                   [&](const TriedInput& tried) { return tried.inputs.front().network != first; });
  Chart chart;
  chart.title = title + ": accuracy by photos a second";
  std::vector<double> rates, accuracies;
  std::map<std::string, std::vector<ChartPoint>> series;
  for (const auto& tried : choice.tried) {
    rates.push_back(tried.photos_per_second);
    accuracies.push_back(tried.accuracy);
    series[series_of(tried, several)].push_back({tried.photos_per_second, tried.accuracy, 0, 0});
    chart.words += tried.text() + ": " + percent(tried.accuracy, 1) + ". ";
  }
  chart.x = axis_around("photos a second, the networks alone", rates, 0, 1e9);
  chart.y = axis_around("accuracy, cross-validated", accuracies, 0, 1);
  chart.y.percent = true;
  for (auto& [name, points] : series) {
    std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
    if (chart.series.size() < kMostSeries) chart.series.push_back({name, points, Spread::kNone, true});
  }
  const auto& chosen = choice.tried[static_cast<size_t>(choice.chosen)];
  chart.marks.push_back({chosen.photos_per_second, chosen.accuracy, "chosen"});
  return chart;
}

Html inputs_table(const InputChoice& choice) {
  Html rows = element("tr", column("what the network saw"), number_column("photos/s"), number_column("accuracy"),
                      number_column("log loss"), number_column("above the least"));
  for (size_t i = 0; i < choice.tried.size(); ++i) {
    const auto& tried = choice.tried[i];
    const bool chosen = static_cast<int64_t>(i) == choice.chosen;
    rows += element("tr", element("td", chosen ? element("b", tried.text() + ", chosen") : Html() + tried.text()),
                    number_cell(whole_number(std::lround(tried.photos_per_second))),
                    number_cell(percent(tried.accuracy, 1)), number_cell(number(tried.log_loss, 4)),
                    number_cell(tried.excess > 0 ? number(tried.excess, 4) + " \u00b1 " + number(tried.excess_error, 4)
                                                 : "\u2013"));
  }
  return scrolled("What was tried", element("table", rows));
}

Html choice_part(const InputChoice& choice, const std::string& title) {
  const auto& chosen = choice.tried[static_cast<size_t>(choice.chosen)];
  const auto words =
      element("b", chosen.text()) + ", chosen on " + counted(choice.photos, "training photo") +
      ". Choosing flatters what is chosen: each part of the photos seen as the other parts would have chosen, " +
      percent(choice.outer_accuracy, 1) + " are right (log loss " + number(choice.outer_log_loss, 4) + ")." +
      (choice.of_networks.empty()
           ? ""
           : " What each network is shown was chosen by all of them, which flatters these figures still.");
  return beside(chart_figure(inputs_chart(choice, title)), element("p", words)) + inputs_table(choice);
}

}  // namespace

Html inputs_section(const InputChoice& choice) {
  Html parts =
      element("p",
              "Heads on training photos, measured by cross-validation. Chosen is the fastest whose log loss is "
              "within one standard error of the least, the error being that of the difference, photo by photo.");
  for (const auto& each : choice.of_networks) parts += choice_part(each, each.tried.front().inputs.front().network);
  const bool several = !choice.of_networks.empty();
  return section(
      "What the network sees best",
      parts + choice_part(choice, several ? "Alone and together" : choice.tried.front().inputs.front().network));
}

std::string inputs_page(const InputChoice& choice) {
  const char* title = "Which network, shown how";
  return html_page(title, element("h1", title) + inputs_section(choice), {"report.css", "chart.css"});
}

}  // namespace pawprint
