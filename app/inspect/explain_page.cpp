#include "app/inspect/explain_page.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/data/json_text.h"
#include "app/report/charts.h"
#include "app/report/html.h"
#include "app/report/words.h"

namespace pawprint {

namespace {

// As it stands in a link: what could mean something in an address becomes %XX.
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

std::string chart(const std::string& title, const std::string& x_label, const std::vector<ChartSeries>& series) {
  Chart chart;
  chart.title = title;
  chart.words = in_words(series);
  chart.x = {x_label, 0, 1, false, true};
  chart.y = {"probability of the class", 0, 1, false, true};
  chart.series = series;
  return chart_figure(chart);
}

std::string check_section(const CoverSummary& check) {
  std::vector<double> shown;  // where covered cells are drawn at random, the others are shown at random
  for (const double share : check.share) shown.push_back(1 - share);
  std::string out = "<section id=\"check\">\n<h2>Do the maps tell the truth?</h2>\n<p><b>" +
                    html_escaped(check_sentence(check)) + "</b></p>\n";
  out +=
      "<p>Each photo was covered place by place, and the network asked again: what is hot on the map should be what "
      "the answer needs. Covered means replaced by the photo blurred beyond recognition. Lines are means over " +
      std::to_string(check.photos) + (check.photos == 1 ? " photo" : " photos") +
      ", bands their 95 % confidence intervals.</p>\n<div class=\"charts\">\n";
  out += chart(
      "Covering: the lower the better", "share of the photo covered",
      {series_of("hottest first", check.share, check.deletion), series_of("at random", check.share, check.random)});
  out += chart("Uncovering: the higher the better", "share of the photo shown",
               {series_of("hottest first", check.share, check.insertion), series_of("at random", shown, check.random)});
  out += "</div>\n";
  if (check.deletion_half > 0 && check.random_half > 0)
    out += "<p>Half of the fall is over with " + number(100 * check.deletion_half, 0) +
           " % of the photo covered hottest first, and with " + number(100 * check.random_half, 0) +
           " % at random: it falls " + number(check.random_half / check.deletion_half, 1) + " times as fast.</p>\n";
  out += "<p class=\"quiet\">Mean height of the lines: covering " + number(check.deletion_area, 3) + ", uncovering " +
         number(check.insertion_area, 3) + ", at random " + number(check.random_area, 3) + ".</p>\n</section>\n";
  return out;
}

std::string legend_section() {
  return "<section id=\"legend\">\n<h2>How to read a map</h2>\n"
         "<p><b>Orange</b> places speak for the class, <b>blue</b> ones for the class it is held against: the most "
         "probable "
         "of the others, named under each photo. Grey ones speak for neither. The stronger the colour, the more a "
         "place "
         "moves the answer between the two; each photo has its own scale. The network sees the bright square in the "
         "middle only: what is dark cannot have told it anything.</p>\n</section>\n";
}

std::string figure(const ExplainedPhoto& photo) {
  std::string classes, spoken;
  for (const auto& [map, name, against] : photo.maps) {
    classes += (classes.empty() ? "<b>" : "<br><b>") + html_escaped(name) + "</b> " +
               html_escaped(percent(map.probability)) + ", against " + html_escaped(against) + ' ' +
               html_escaped(percent(photo.probabilities[static_cast<size_t>(map.against)]));
    spoken += (spoken.empty() ? "" : ", ") + name + " rather than " + against;
  }
  return "<figure><a href=\"" + address_of(photo.file) + "\"><img src=\"" + photo.thumbnail + "\" alt=\"" +
         html_escaped(photo.path.filename().native() + " beside its map of what speaks for " + spoken) +
         "\"></a><figcaption>" + classes + "<br>" + html_escaped(photo.path.native()) + "</figcaption></figure>\n";
}

std::string unreadable_section(const Explanations& explanations) {
  std::string rows;
  for (const auto& photo : explanations.photos) {
    if (!photo.problem.empty())
      rows += "<tr><td><code>" + html_escaped(photo.path.native()) + "</code></td><td>" + html_escaped(photo.problem) +
              "</td></tr>\n";
  }
  return "<section id=\"unreadable\">\n<h2>Could not be read</h2>\n<div class=\"wide\"><table>\n<tr><th>file</th><th>"
         "reason</th></tr>\n" +
         rows + "</table></div>\n</section>\n";
}

nlohmann::json to_json(const CoverSummary& check) {
  const auto curve = [](const MeanCurve& c) { return nlohmann::json{{"mean", c.mean}, {"margin_95", c.margin}}; };
  return {{"photos", check.photos},
          {"share", check.share},
          {"deletion", curve(check.deletion)},
          {"insertion", curve(check.insertion)},
          {"random", curve(check.random)},
          {"deletion_area", check.deletion_area},
          {"insertion_area", check.insertion_area},
          {"random_area", check.random_area},
          {"deletion_drop", check.deletion_drop},
          {"random_drop", check.random_drop},
          {"deletion_half", check.deletion_half},
          {"random_half", check.random_half}};
}

// One line; the path stands in front, because it may hold bytes that are no text.
std::string json_line(const ExplainedPhoto& photo, const std::vector<std::string>& class_names) {
  const std::string path = "{\"path\": " + json_string(photo.path.native()) + ", ";
  if (!photo.problem.empty()) return path + "\"reason\": " + json_string(photo.problem) + '}';
  nlohmann::json json = {{"class", class_names[photo.predicted]},
                         {"probability", photo.probabilities[photo.predicted]}};
  for (const auto& [map, name, against] : photo.maps)
    json["maps"].push_back(
        {{"class", name}, {"against", against}, {"probability", map.probability}, {"log_odds", map.log_odds}});
  if (photo.curves) {
    json["deletion_area"] = photo.curves->deletion_area();
    json["insertion_area"] = photo.curves->insertion_area();
    json["random_area"] = photo.curves->random_area();
    json["deletion_drop"] = photo.curves->deletion_drop();
    json["random_drop"] = photo.curves->random_drop();
  }
  return path + "\"file\": " + json_string(photo.file.native()) + ", " + json.dump().substr(1);
}

}  // namespace

std::string check_sentence(const CoverSummary& check) {
  std::string out = "Covering the hottest tenth of a photo lowers the probability of its class by " +
                    number(100 * check.deletion_drop, 1) + " points on average, covering a random tenth by " +
                    number(100 * check.random_drop, 1);
  if (check.random_drop > 0 && check.deletion_drop > 0)
    out += ": " + number(check.deletion_drop / check.random_drop, 1) + " times as much";
  return out + '.';
}

std::string explain_page(const Explanations& explanations) {
  const int64_t explained = static_cast<int64_t>(explanations.photos.size()) - explanations.unreadable;
  std::string body = "<h1>What the model looks at</h1>\n<p class=\"quiet\">" + std::to_string(explained) +
                     (explained == 1 ? " photo" : " photos") +
                     ", each beside a map of what speaks for its class rather than for the next.</p>\n";
  body += legend_section();
  if (explanations.check) body += check_section(*explanations.check);
  if (explained > 0) {
    body +=
        "<section id=\"photos\">\n<h2>Photos</h2>\n<div class=\"gallery\" style=\"grid-template-columns: "
        "repeat(auto-fill, minmax(min(100%, 300px), 1fr))\">\n";
    for (const auto& photo : explanations.photos) {
      if (photo.problem.empty()) body += figure(photo);
    }
    body += "</div>\n</section>\n";
  }
  if (explanations.unreadable > 0) body += unreadable_section(explanations);
  return html_page("What the model looks at", body, kChartStyle);
}

std::string explain_json(const Explanations& explanations, const ExplainOptions& options) {
  std::string out = "{\n\"model\": " + json_string(options.model.native()) +
                    ",\n\"classes\": " + nlohmann::json(explanations.class_names).dump() +
                    ",\n\"seed\": " + std::to_string(options.seed) +
                    ",\n\"check\": " + (explanations.check ? to_json(*explanations.check).dump() : std::string("null"));
  const auto list = [&](const std::string& name, bool readable) {
    std::string lines;
    for (const auto& photo : explanations.photos) {
      if (photo.problem.empty() == readable)
        lines += (lines.empty() ? "" : ",\n") + json_line(photo, explanations.class_names);
    }
    return ",\n\"" + name + "\": [\n" + lines + (lines.empty() ? "]" : "\n]");
  };
  return out + list("photos", true) + list("unreadable", false) + "\n}\n";
}

}  // namespace pawprint
