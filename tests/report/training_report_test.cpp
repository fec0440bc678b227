#include "app/report/training_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <random>

#include "app/report/picture_file.h"
#include "app/report/report_photos.h"
#include "tests/support/made_report.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::count_of;
using testing::made_report;

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
  EXPECT_NE(page.find("<b>80.0\u00a0%</b> accuracy on 5 test photos; the true accuracy lies between"),
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
  const auto report = made_report(10'000, 10, 2);
  ASSERT_GT(report.measured.evaluation.count - report.measured.evaluation.correct, 300);
  const auto page = training_report(report);
  EXPECT_LT(page.size(), 400'000U);  // no pictures here: three dozen of them add 15 kB each, the mistakes 6
  EXPECT_EQ(count_of(page, "<figcaption>"), 36U + 240U);
  EXPECT_NE(page.find("<h3>240 of the other "), std::string::npos);
}

TEST(TrainingReport, HasEveryMistakeOfFew) {
  const auto report = made_report(400, 3, 2);
  const auto wrong = report.measured.evaluation.count - report.measured.evaluation.correct;
  ASSERT_GT(wrong, 13);
  const auto page = training_report(report);
  const size_t begin = page.find("<div id=\"mistakes\">"), end = page.find("</section>", begin);
  EXPECT_EQ(count_of(page.substr(begin, end - begin), "<figure "), static_cast<size_t>(wrong));
  EXPECT_NE(page.find("<h3>The other " + std::to_string(wrong - 12) + "</h3>"), std::string::npos);
}

TEST(TrainingReport, CellsOfTheConfusionMatrixNameTheirPhotos) {
  const auto report = made_report(400, 3, 2);
  const auto page = training_report(report);
  for (int64_t is = 0; is < 3; ++is) {
    for (int64_t said = 0; said < 3; ++said) {
      const std::string cell = std::to_string(is) + ' ' + std::to_string(said);
      EXPECT_EQ(count_of(page, "data-cell=\"" + cell + "\""),
                is != said && report.measured.evaluation.confusion[is][said] > 0 ? 1U : 0U)
          << cell;
    }
  }
  EXPECT_NE(training_report(made_report(400, 21)).find("<td class=\"number\" data-cell="), std::string::npos);
}

TEST(TrainingReport, SaysOfEachPhotoWhatItWouldBeCorrectedTo) {
  TrainingReport report = made_report(4, 2);
  for (size_t i = 0; i < 4; ++i) report.rows[i] = {{"data/" + std::to_string(i) + ".jpg", {0.9, 0.1}}, i == 3};
  const auto page = training_report(report);
  EXPECT_NE(page.find("data-path=\"0.jpg\" data-class=\"0\">"), std::string::npos);
  EXPECT_NE(page.find("data-path=\"3.jpg\" data-class=\"1\" data-suggested=\"0\">"), std::string::npos);
}

TEST(TrainingReport, TellsTheAccuracyByTheLabelsOfTheData) {
  TrainingReport report = made_report(400, 2);
  report.training.relabeled_validation = 7;
  report.training.accuracy_original_labels = 0.955;
  EXPECT_NE(
      training_report(report).find("With the labels as the data has them, 7 of which were corrected: 95.5\u00a0%."),
      std::string::npos);
}

TEST(TrainingReport, ManyClassesAreListedByTheirMistakes) {
  const auto twenty = training_report(made_report(400, 20)), more = training_report(made_report(400, 21));
  EXPECT_NE(twenty.find("class=\"confusion many\""), std::string::npos);
  EXPECT_NE(twenty.find("mean of 20 classes, AUC"), std::string::npos);
  EXPECT_EQ(more.find("class=\"confusion many\""), std::string::npos);
  EXPECT_NE(more.find("predicted</th>"), std::string::npos);
  EXPECT_NE(twenty.find("Average precision, the worst</h3>"), std::string::npos);
  EXPECT_EQ(twenty.find("Precision and recall"), std::string::npos);
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

TEST(MistakesOfEachKind, LeaveNoneOutWhileThereIsRoom) {
  TrainingReport report = made_report(4, 2);
  const std::vector<double> first = {0.1, 0.2, 0.3, 0.9};  // three of one kind, and the least wrong of another
  for (size_t i = 0; i < 4; ++i) report.rows[i] = {{std::to_string(i), {first[i], 1 - first[i]}}, i == 3};
  report.rows[3].prediction.probabilities = {0.6, 0.4};
  const auto photos = score_photos(report);
  EXPECT_EQ(mistakes_of_each_kind(photos, 2, 2), (std::vector<size_t>{0, 3}));
  EXPECT_EQ(mistakes_of_each_kind(photos, 2, 9), (std::vector<size_t>{0, 1, 2, 3}));
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
