#include "app/report/report_sections.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/made_report.h"

namespace pawprint {
namespace {

using testing::count_of;
using testing::made_report;

TEST(TrainingReport, UpToAHundredClassesHaveAMap) {
  const TrainingReport report = made_report(400, 21);
  const auto page = training_report(report);
  size_t cells = 0;
  for (const auto& row : report.measured.evaluation.confusion)
    cells += 21 - static_cast<size_t>(std::count(row.begin(), row.end(), 0));
  const size_t begin = page.find("class=\"confusion-map\""), end = page.find("</svg>", begin);
  ASSERT_NE(begin, std::string::npos);
  EXPECT_EQ(count_of(page.substr(begin, end - begin), "<title>"), cells);
  EXPECT_NE(page.find("<title>class &lt;0&gt;, named right: "), std::string::npos);
  EXPECT_NE(training_report(made_report(400, 100)).find("confusion-map\""), std::string::npos);
  EXPECT_EQ(training_report(made_report(404, 101)).find("confusion-map\""), std::string::npos);
}

TEST(TrainingReport, ContentsLeadToEverySection) {
  const auto page = training_report(made_report(400, 2));
  const size_t begin = page.find("<nav"), end = page.find("</nav>");
  ASSERT_NE(begin, std::string::npos);
  const std::string contents = page.substr(begin, end - begin);
  EXPECT_EQ(count_of(contents, "<li>"), count_of(page, "<section"));
  for (size_t at = contents.find("href=\"#"); at != std::string::npos; at = contents.find("href=\"#", at + 1)) {
    const std::string id = contents.substr(at + 7, contents.find('"', at + 7) - at - 7);
    EXPECT_EQ(count_of(page, "<div id=\"" + id + "\"><section"), 1U) << id;
  }
  EXPECT_EQ(contents.find("#test"), std::string::npos);  // there is none
}

TEST(TrainingReport, SaysWhichRunItIsOfAndWhatComesNext) {
  TrainingReport report = made_report(60, 2);
  EXPECT_EQ(training_report(report).find("<h2>Next"), std::string::npos);
  report.run = "run <7>";
  report.date = "2026-11-27 09:30";
  report.model_sha256 = std::string(60, 'a') + "beef";
  report.csv = "validation.csv";
  report.next = {{"Sort", "pawprint classify 'a <b>'"}};
  const auto page = training_report(report);
  EXPECT_NE(page.find("<title>Telling &lt;apart&gt; \u00b7 run &lt;7&gt;</title>"), std::string::npos);
  EXPECT_NE(page.find("folder <b>run &lt;7&gt;</b> \u00b7 2026-11-27 09:30 \u00b7 model <code"), std::string::npos);
  EXPECT_NE(page.find("<td><code>" + report.model_sha256), std::string::npos);
  EXPECT_NE(page.find("<a href=\"validation.csv\">"), std::string::npos);
  EXPECT_LT(page.find("<h3>Sort</h3>\n<pre>pawprint classify &#39;a &lt;b&gt;&#39;</pre>"), page.find("<h2>Facts"));
}

// The names below the pictures of a section.
std::vector<std::string> names_in(const std::string& page, const std::string& id) {
  const size_t begin = page.find("<div id=\"" + id + "\">"), end = page.find("</section>", begin);
  const std::string part = page.substr(begin, end - begin);
  std::vector<std::string> names;
  for (size_t at = part.find("class=\"name\">"); at != std::string::npos; at = part.find("class=\"name\">", at + 1))
    names.push_back(part.substr(at + 13, part.find('<', at) - at - 13));
  return names;
}

TEST(TrainingReport, TheLeastCertainAreNotTheWorstMistakesAgain) {
  const auto page = training_report(made_report(400, 2));
  const auto mistakes = names_in(page, "mistakes"), unsure = names_in(page, "unsure");
  EXPECT_FALSE(mistakes.empty());
  EXPECT_EQ(unsure.size(), 12U);
  for (const auto& name : unsure) EXPECT_EQ(std::count(mistakes.begin(), mistakes.end(), name), 0) << name;
}

// Whether the ROC of 400 photos is drawn as its corner alone, if each `of` of them has one that is wrong.
bool is_cut(int64_t of) {
  TrainingReport report = made_report(400, 2);
  std::vector<double> all;
  std::vector<int64_t> labels;
  for (size_t i = 0; i < report.rows.size(); ++i) {
    auto& [prediction, label] = report.rows[i];
    const double sure = 0.55 + 0.001 * static_cast<double>(i),
                 wrong = static_cast<int64_t>(i) % of == 0 ? 1 - sure : sure;
    prediction.probabilities = label == 0 ? std::vector{wrong, 1 - wrong} : std::vector{1 - wrong, wrong};
    all.insert(all.end(), prediction.probabilities.begin(), prediction.probabilities.end());
    labels.push_back(label);
  }
  report.measured.evaluation = evaluate_predictions(all, labels, 2, 1);
  const auto page = training_report(report);
  return page.find("<h3>ROC: class &lt;1&gt;, the corner</h3>") != std::string::npos;
}

TEST(TrainingReport, CurvesAtTheCornerAreDrawnLarge) {
  EXPECT_TRUE(is_cut(300));
  EXPECT_FALSE(is_cut(3));
}

TEST(TrainingReport, BinsSayHowManyPhotosTheyHold) {
  const auto page = training_report(made_report(400, 2));
  const size_t begin = page.find("<h3>After: ECE"), end = page.find("</svg>", begin);
  const std::string drawing = page.substr(begin, end - begin);
  int64_t total = 0;
  for (size_t at = drawing.find("class=\"count\""); at != std::string::npos;
       at = drawing.find("class=\"count\"", at + 1))
    total += std::stoll(drawing.substr(drawing.find('>', at) + 1));
  EXPECT_EQ(total, 400);
}

}  // namespace
}  // namespace pawprint
