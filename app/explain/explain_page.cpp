#include "app/explain/explain_page.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/base/format.h"
#include "app/data/json_escape.h"
#include "app/report/charts.h"
#include "app/report/html.h"

namespace pawprint {

namespace {

// As written in a link: what could mean something in an address becomes %XX.
std::string address_of(const std::filesystem::path& path) {
  std::string out;
  for (const char c : path.native()) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '-' || c == '_' || c == '.';
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += plain ? std::string(1, c) : code;
  }
  return out;
}

ChartSeries series_of(const std::string& name, const std::vector<double>& x, const MeanCurve& curve) {
  ChartSeries series{name, {}, Spread::kBand};
  for (size_t i = 0; i < x.size(); ++i)
    series.points.push_back({x[i], curve.mean[i], curve.mean[i] - curve.margin[i], curve.mean[i] + curve.margin[i]});
  return series;
}

// The points of a chart in words.
std::string in_words(const std::vector<ChartSeries>& all) {
  std::string out;
  for (const auto& series : all) {
    out += (out.empty() ? "" : " ") + series.name + ", in percent: ";
    for (const auto& point : series.points)
      out +=
          (&point == &series.points.front() ? "" : "; ") + number(100 * point.y, 0) + " at " + number(100 * point.x, 0);
    out += '.';
  }
  return out;
}

Html chart(const std::string& title, const std::string& x_label, const std::vector<ChartSeries>& series) {
  Chart chart;
  chart.title = title;
  chart.words = in_words(series);
  chart.x = {x_label, 0, 1, false, true};
  chart.y = {"probability of the class", 0, 1, false, true};
  chart.series = series;
  return chart_figure(chart);
}

// How fast the answer goes, in words.
Html pace(const FaithfulnessSummary& check) {
  if (check.deletion_half <= 0 || check.random_half <= 0) return {};
  return element("p", "Half of the fall is over with " + number(100 * check.deletion_half, 0) +
                          " % of the photo covered most salient first, and with " + number(100 * check.random_half, 0) +
                          " % at random: it falls " + number(check.random_half / check.deletion_half, 1) +
                          " times as fast.");
}

Html faithfulness_section(const FaithfulnessSummary& check) {
  std::vector<double> shown;  // where covered cells are drawn at random, the others are shown at random
  for (const double share : check.share) shown.push_back(1 - share);
  const Html charts = chart("Covering: the lower the better", "share of the photo covered",
                            {series_of("most salient first", check.share, check.deletion),
                             series_of("at random", check.share, check.random)}) +
                      chart("Uncovering: the higher the better", "share of the photo shown",
                            {series_of("most salient first", check.share, check.insertion),
                             series_of("at random", shown, check.random)});
  const std::string how =
      "Each photo was covered place by place, and the network asked again: what is salient should be what the "
      "answer needs. Covered means replaced by the photo blurred beyond recognition. Lines are means over " +
      counted(check.photos, "photo") + ", bands their 95 % confidence intervals.";
  return section(
      "Faithfulness: do the maps tell the truth?",
      element("p", element("b", faithfulness_sentence(check))) + element("p", how) + element("div.charts", charts) +
          pace(check) +
          element("p.quiet", "Mean height of the lines: covering " + number(check.deletion_area, 3) + ", uncovering " +
                                 number(check.insertion_area, 3) + ", at random " + number(check.random_area, 3) + "."),
      "check");
}

Html legend_section() {
  return section(
      "How to read a map",
      element("p", element("b", "Orange"), " places speak for the class, ", element("b", "blue"),
              " ones for the class it is held against: the most probable of the others, named under each "
              "photo. Gray ones speak for neither. The stronger the color, the more a place moves the answer "
              "between the two; each photo has its own scale. The network sees the bright part only: what is dark "
              "cannot have told it anything. Where there are several networks, each one's share is said: what it "
              "adds to the log-odds of an average photo."),
      "legend");
}

// What each of several networks adds, in log-odds.
std::string shares_text(const HeatMap& map) {
  std::string text;
  for (const auto& share : map.shares)
    text += (text.empty() ? ": " : ", ") + share.network + (share.log_odds < 0 ? " \u2212" : " +") +
            number(std::abs(share.log_odds), 1);
  return text;
}

Html figure(const ExplainedPhoto& photo) {
  Html classes;
  std::string spoken;
  for (const auto& [map, name, against] : photo.maps) {
    classes += element("b", name) + " " + percent_label(map.probability) + ", against " + against + " " +
               percent_label(photo.probabilities[static_cast<size_t>(map.against)]) + shares_text(map) + element("br");
    spoken += (spoken.empty() ? "" : ", ") + name + " rather than " + against;
  }
  const Attributes picture = {{"src", photo.thumbnail},
                              {"alt", photo.path.filename().native() + " beside its map of what speaks for " + spoken}};
  return element("figure", element("a", {{"href", address_of(photo.file)}}, element("img", picture)),
                 element("figcaption", classes, photo.path.native()));
}

// The probability of what a photo is said to be.
double certainty(const ExplainedPhoto& photo) { return photo.probabilities[static_cast<size_t>(photo.predicted)]; }

using Json = nlohmann::ordered_json;

Json to_json(const FaithfulnessSummary& check) {
  const auto curve = [](const MeanCurve& c) { return Json{{"mean", c.mean}, {"margin_95", c.margin}}; };
  return {{"photos", check.photos},
          {"share", check.share},
          {"deletion", curve(check.deletion)},
          {"insertion", curve(check.insertion)},
          {"random", curve(check.random)},
          {"deletion_area", check.deletion_area},
          {"insertion_area", check.insertion_area},
          {"random_area", check.random_area},
          {"salient_drop", check.salient_drop},
          {"random_drop", check.random_drop},
          {"deletion_half", check.deletion_half},
          {"random_half", check.random_half}};
}

Json to_json(const ExplainedPhoto& photo, const std::vector<std::string>& class_names) {
  if (!photo.problem.empty()) return {{"path", photo.path.native()}, {"reason", photo.problem}};
  Json json = {{"path", photo.path.native()},
               {"file", photo.file.native()},
               {"class", class_names[static_cast<size_t>(photo.predicted)]},
               {"probability", certainty(photo)}};
  for (const auto& [map, name, against] : photo.maps) {
    json["maps"].push_back(
        {{"class", name}, {"against", against}, {"probability", map.probability}, {"log_odds", map.log_odds}});
    for (const auto& share : map.shares)
      json["maps"].back()["networks"].push_back({{"name", share.network}, {"log_odds", share.log_odds}});
  }
  if (photo.curves) {
    json["deletion_area"] = photo.curves->deletion_area();
    json["insertion_area"] = photo.curves->insertion_area();
    json["random_area"] = photo.curves->random_area();
    json["salient_drop"] = photo.curves->salient_drop();
    json["random_drop"] = photo.curves->random_drop();
  }
  return json;
}

}  // namespace

std::string faithfulness_sentence(const FaithfulnessSummary& check) {
  std::string out = "Covering the most salient tenth of a photo lowers the probability of its class by " +
                    number(100 * check.salient_drop, 1) + " points on average, covering a random tenth by " +
                    number(100 * check.random_drop, 1);
  if (check.random_drop > 0 && check.salient_drop > 0)
    out += ": " + number(check.salient_drop / check.random_drop, 1) + " times as much";
  return out + '.';
}

std::string explain_page(const Explanations& explanations) {
  Html photos;
  std::vector<std::pair<std::string, std::string>> unreadable;
  std::vector<const ExplainedPhoto*> shown;
  for (const auto& photo : explanations.photos) {
    if (photo.problem.empty()) shown.push_back(&photo);
    if (!photo.problem.empty()) unreadable.emplace_back(photo.path.native(), photo.problem);
  }
  std::stable_sort(shown.begin(), shown.end(),
                   [](const auto* a, const auto* b) { return certainty(*a) < certainty(*b); });
  for (const auto* photo : shown) photos += figure(*photo);
  const auto explained = static_cast<int64_t>(explanations.photos.size()) - explanations.unreadable;
  Html body = element("h1", "What the model looks at") +
              element("p.quiet", counted(explained, "photo") +
                                     ", each beside a map of what speaks for its class rather than for the next; the "
                                     "least certain first.") +
              legend_section();
  if (explanations.check) body += faithfulness_section(*explanations.check);
  const size_t panels = shown.empty() ? 0 : 1 + shown.front()->maps.size();
  if (explained > 0)
    body += section("Photos", element("div.gallery.maps", {{"style", "--panels: " + std::to_string(panels)}}, photos),
                    "photos");
  if (!unreadable.empty()) body += unreadable_section(unreadable);
  return html_page("What the model looks at", body, {"chart.css", "explain.css"});
}

std::string explain_json(const Explanations& explanations, const ExplainOptions& options) {
  Json json = {{"model", options.model.native()},
               {"classes", explanations.class_names},
               {"seed", options.seed},
               {"check", explanations.check ? to_json(*explanations.check) : Json()},
               {"photos", Json::array()},
               {"unreadable", Json::array()}};
  for (const auto& photo : explanations.photos)
    json[photo.problem.empty() ? "photos" : "unreadable"].push_back(to_json(photo, explanations.class_names));
  return json_text(json, 2) + '\n';
}

}  // namespace pawprint
