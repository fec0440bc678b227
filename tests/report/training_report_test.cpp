#include "app/report/training_report.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <random>

#include "app/report/picture_file.h"
#include "app/report/report_photos.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

// Answers of a classifier that is right on most; photos that do not exist.
TrainingReport made_report(int64_t photos, int64_t classes) {
  TrainingReport report;
  report.title = "Telling <apart>";
  for (int64_t c = 0; c < classes; ++c) report.measured.class_names.push_back("class <" + std::to_string(c) + ">");
  std::mt19937_64 random(7);
  std::normal_distribution<double> noise(0, 1);
  std::vector<double> all;
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < photos; ++i) {
    const int64_t label = i % classes;
    std::vector<double> p(classes);
    double sum = 0;
    for (int64_t c = 0; c < classes; ++c) sum += p[c] = std::exp(noise(random) + (c == label ? 4 : 0));
    for (double& value : p) value /= sum;
    all.insert(all.end(), p.begin(), p.end());
    labels.push_back(label);
    report.rows.push_back({{"data/<img src=x onerror=alert(1)>" + std::to_string(i) + ".jpg", p}, label});
  }
  report.measured.evaluation = evaluate_predictions(all, labels, classes, 1);
  report.measured.temperature = 1.5;
  report.measured.skipped = {{"data/<bad>.jpg", "JPEG cut short"}};
  report.training.n_train = 400;
  report.training.head = {.l2 = 0.1, .path = {{1, 0.5, 0.1}, {0.1, 1.5, 0.1}, {0.01, 2.5, 0.1}}};
  report.training.learning_curve = {
      .points = {{200, 0.8, 0.7, 0.9}, {400, 0.9, 0.9, 0.9}}, .gain = 0.1, .gain_low = 0.05, .gain_high = 0.15};
  report.command = "pawprint finetune 'a <b>'";
  report.data = "data";
  return report;
}

size_t count_of(const std::string& text, const std::string& what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST(TrainingReport, HasItsPartsInOrder) {
  const auto page = training_report(made_report(400, 2));
  size_t last = 0;
  for (const char* part : {"95\u00a0% confidence", "Some of its answers", "Confusion matrix: what it takes for what",
                           "Each class, the worst first", "The worst mistakes", "Where it is least certain",
                           "ROC and precision-recall curves: how well it tells the classes apart",
                           "Reliability diagram: whether its probabilities can be believed",
                           "Selective prediction: accuracy against coverage", "Learning curve: would more photos help?",
                           "Regularization path: how strongly the head is held back", "<h2>Facts", "Skipped files",
                           "How to do it again"}) {
    const size_t at = page.find(part);
    ASSERT_NE(at, std::string::npos) << part;
    EXPECT_GT(at, last) << part;
    last = at;
  }
  EXPECT_NE(page.find("<b>Probably yes.</b> The last doubling of the training photos changed the accuracy by +10.0"),
            std::string::npos);
  EXPECT_EQ(page.find("nan"), std::string::npos);
}

TEST(TrainingReport, CautionsAndGroupsAreBesideTheVerdict) {
  TrainingReport report = made_report(400, 2);
  EXPECT_EQ(training_report(report).find("class=\"cautions\""), std::string::npos);
  report.measured.cautions = {"few <photos>"};
  report.training.excluded_validation = 4;
  report.training.accuracy_without_excluded = 0.99;
  report.training.groups = {.groups = 1,
                            .photos = 3,
                            .alike = 3,
                            .largest = {{"data/a.jpg", "data/b.jpg", "data/c.jpg"}},
                            .accuracy_ungrouped = 0.995};
  const auto page = training_report(report);
  EXPECT_NE(page.find("<li>few &lt;photos&gt;</li>"), std::string::npos);
  EXPECT_NE(page.find("Without the 4 photos among them that the list excludes from training: 99.0"), std::string::npos);
  EXPECT_NE(page.find("3 photos in 1 group show the same"), std::string::npos);
  EXPECT_NE(page.find("<b>99.5\u00a0%</b> instead of"), std::string::npos);
}

TEST(TrainingReport, TheTestIsBesideTheVerdict) {
  TrainingReport report = made_report(400, 2);
  EXPECT_EQ(training_report(report).find("<h2>The test"), std::string::npos);
  report.training.test =
      TestFigures{evaluate_predictions({0.9, 0.1, 0.9, 0.1, 0.2, 0.8, 0.3, 0.7, 0.4, 0.6}, {0, 0, 1, 1, 0}, 2, 1), 0.8};
  auto page = training_report(report);
  EXPECT_LT(page.find("<h2>The test"), page.find("<h2>Some of its answers"));
  EXPECT_NE(page.find("<b>80.0\u00a0%</b> of 5 photos held out from all of the training were named right"),
            std::string::npos);
  EXPECT_NE(page.find("<th scope=\"row\">test photos</th><td>5</td>"), std::string::npos);
  report.training.test = TestFigures{evaluate_predictions({0.9, 0.1}, {0}, 2, 1), 1};
  page = training_report(report);
  EXPECT_NE(page.find("<b>1 of 1</b> right: too few photos for a figure"), std::string::npos);
  EXPECT_EQ(page.find("figures of the test"), std::string::npos);
}

TEST(TrainingReport, FewPhotosHaveNoFigure) {
  TrainingReport report = made_report(4, 2);
  const auto page = training_report(report);
  EXPECT_NE(page.find("too few photos for a figure"), std::string::npos);
  EXPECT_EQ(page.find("the true accuracy lies between"), std::string::npos);
}

TEST(TrainingReport, NamesStayText) {
  const auto page = training_report(made_report(60, 3));
  EXPECT_EQ(page.find("<img src=x"), std::string::npos);
  EXPECT_NE(page.find("&lt;img src=x onerror=alert(1)&gt;"), std::string::npos);
  for (const char* raw : {"class <", "<bad>", "Telling <apart>", "a <b>"})
    EXPECT_EQ(page.find(raw), std::string::npos) << raw;
}

TEST(TrainingReport, TenThousandPhotosAreASmallPage) {
  const auto page = training_report(made_report(10'000, 2));
  EXPECT_LT(page.size(), 200'000U);  // no pictures here: about three dozen of them add 15 kB each
  EXPECT_EQ(count_of(page, "<figcaption>"), 36U);
}

TEST(TrainingReport, ManyClassesAreListedByTheirMistakes) {
  const auto twenty = training_report(made_report(400, 20)), more = training_report(made_report(400, 21));
  EXPECT_NE(twenty.find("class=\"confusion many\""), std::string::npos);
  EXPECT_NE(twenty.find("mean of 20 classes, AUC"), std::string::npos);
  EXPECT_EQ(more.find("class=\"confusion"), std::string::npos);
  EXPECT_NE(more.find("predicted</th>"), std::string::npos);
}

TEST(TrainingReport, SaysWhereNothingIsToBeSaid) {
  TrainingReport report = made_report(5, 2);
  for (auto& [prediction, label] : report.rows)
    label = 0, prediction.probabilities = {0.9, 0.1};  // one class, no mistakes
  report.measured.evaluation =
      evaluate_predictions({0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1}, {0, 0, 0, 0, 0}, 2, 1);
  report.training = {};  // of a model that says nothing of its training
  const auto page = training_report(report);
  EXPECT_NE(page.find("It made none on these photos"), std::string::npos);
  EXPECT_NE(page.find("It takes photos of two classes at least"), std::string::npos);
  EXPECT_NE(page.find("too few training photos"), std::string::npos);
  EXPECT_EQ(page.find("nan"), std::string::npos);
}

TEST(TrainingReport, FactsOfAnotherFormAreLeftOut) {
  TrainingReport report = made_report(40, 2);
  nlohmann::json training = {{"learning_curve", {{"points", "many"}}},
                             {"head", {{"kind", "mlp"}, {"training_loss", {1, "x"}}}},
                             {"freeze", 3},
                             {"n_train", "lots"},
                             {"versions", nlohmann::json::array()}};
  report.training = training_run_from_json(training);
  EXPECT_EQ(training_report(report).find("How the perceptron learned"), std::string::npos);
  training["head"] = {
      {"kind", "mlp"}, {"training_loss", {1, 0.5, 0.2}}, {"stopping_loss", {1, 0.6, 0.7}}, {"epochs", 2}};
  report.training = training_run_from_json(training);
  const auto page = training_report(report);
  EXPECT_NE(page.find("Of 3 epochs number 2 was kept, with a loss of 0.6000."), std::string::npos);
  EXPECT_EQ(page.find("Regularization path:"), std::string::npos);
}

class TrainingReportPhotos : public ::testing::Test {
 protected:
  void SetUp() override {
    report_ = made_report(40, 2);
    report_.data = folder_.path();
    for (size_t i = 0; i < report_.rows.size(); ++i) {
      const auto path = folder_ / (std::to_string(i) + ".jpg");
      report_.rows[i].prediction.path = path.native();
      if (i % 10 != 0) write_picture(cv::Mat(90, 160, CV_8UC3, cv::Scalar(200, 30, 40)), path);
    }
    report_.rows[4].label = 1;  // a mistake for certain, of a photo that is there
    --report_.measured.evaluation.correct;
  }

  testing::TemporaryFolder folder_;
  TrainingReport report_;
};

TEST_F(TrainingReportPhotos, StandInThePageAndThoseThatAreGoneAreNamed) {
  const auto page = training_report(report_);
  EXPECT_GT(count_of(page, "src=\"data:image/jpeg;base64,"), 10U);
  EXPECT_NE(page.find("this photo cannot be read any more"), std::string::npos);
  EXPECT_EQ(page.find("class=\"pair\""), std::string::npos);
  EXPECT_EQ(page.find(folder_.path().native()), std::string::npos);  // shown below the data's folder
}

TEST_F(TrainingReportPhotos, MistakesGetASecondPictureWhereThereIsOne) {
  int64_t asked = 0;
  report_.threads = 3;
  report_.explain = [&](const std::vector<cv::Mat>& photos, const std::vector<int64_t>& said,
                        const std::vector<int64_t>& is) {
    ++asked;
    std::vector<cv::Mat> pictures(photos.size());
    for (size_t i = 0; i < photos.size(); ++i) {
      EXPECT_EQ(photos[i].size(), cv::Size(160, 90));
      EXPECT_NE(said[i], is[i]);  // of the mistakes only
      if (said[i] == 0) pictures[i] = cv::Mat(photos[i].size(), CV_8UC3, cv::Scalar(0, 0, 200));
    }
    return pictures;
  };
  const auto page = training_report(report_);
  EXPECT_EQ(asked, 1);
  EXPECT_GE(count_of(page, "class=\"pair\""), 1U);
  EXPECT_NE(page.find("orange places speak for the class it named, blue ones for the class the photo is filed as"),
            std::string::npos);
  EXPECT_EQ(count_of(page, "class=\"key\""), 2 * count_of(page, "class=\"pair\""));
}

TEST(WorstMistakes, AreThoseWithTheLeastProbabilityOfTheTruth) {
  TrainingReport report = made_report(4, 2);
  const std::vector<double> first = {0.9, 0.4, 0.2, 0.45};
  for (size_t i = 0; i < 4; ++i) report.rows[i] = {{std::to_string(i), {first[i], 1 - first[i]}}, 0};
  const auto photos = score_photos(report);
  EXPECT_EQ(worst_mistakes(photos, 2, 2), (std::vector<size_t>{2, 1}));
  EXPECT_EQ(least_certain(photos, 2, 9), (std::vector<size_t>{3, 1, 2, 0}));
  EXPECT_EQ(examples(report, photos, 3).size(), 3U);
}

TEST(ScoredPhotos, PassesOverPhotosThatCouldNotBeRead) {
  TrainingReport report = made_report(3, 2);
  report.rows[1].prediction = {"bad.jpg", {}, "JPEG cut short"};
  const auto photos = score_photos(report);
  EXPECT_EQ(photos.row, (std::vector<size_t>{0, 2}));
  EXPECT_EQ(photos.probabilities.size(), 4U);
}

}  // namespace
}  // namespace pawprint
