#include "app/report/prediction_format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::message_of;

const std::vector<std::string> kThree = {"bird", "cat", "dog"};
const Prediction kSure{"a/1.jpg", {0.05, 0.2, 0.75}};
const Prediction kBroken{"b.jpg", {}, "JPEG cut short"};

PredictionFormat style(RowFormat format, int64_t top_k = 0) { return {format, kThree, top_k}; }
PredictionFormat pets(RowFormat format) { return {format, {"cat", "dog"}, 0}; }

TEST(ProbabilityText, HasSixDecimals) {
  EXPECT_EQ(probability_text(0.9834021), "0.983402");
  EXPECT_EQ(probability_text(1), "1.000000");
  EXPECT_EQ(probability_text(1e-9), "0.000000");
}

TEST(CsvRows, HaveAColumnAClass) {
  EXPECT_EQ(header_line(style(RowFormat::kCsv)), "path,class,probability,bird,cat,dog,status\n");
  EXPECT_EQ(prediction_line(kSure, style(RowFormat::kCsv)), "a/1.jpg,dog,0.750000,0.050000,0.200000,0.750000,ok\n");
}

TEST(CsvRows, AnUnreadablePhotoKeepsItsColumnsEmpty) {
  EXPECT_EQ(prediction_line(kBroken, style(RowFormat::kCsv)), "b.jpg,,,,,,JPEG cut short\n");
  EXPECT_EQ(prediction_line(kBroken, style(RowFormat::kCsv, 2)), "b.jpg,,,,,JPEG cut short\n");
}

TEST(CsvRows, TopKAreTheMostProbableBestFirst) {
  EXPECT_EQ(header_line(style(RowFormat::kCsv, 2)), "path,class,probability,class_2,probability_2,status\n");
  EXPECT_EQ(prediction_line(kSure, style(RowFormat::kCsv, 2)), "a/1.jpg,dog,0.750000,cat,0.200000,ok\n");
  EXPECT_EQ(header_line(style(RowFormat::kCsv, 1)), "path,class,probability,status\n");
  EXPECT_EQ(prediction_line(kSure, style(RowFormat::kCsv, 1)), "a/1.jpg,dog,0.750000,ok\n");
}

TEST(CsvRows, TopKBeyondTheClassesIsAllOfThem) {
  EXPECT_EQ(header_line(style(RowFormat::kCsv, 9)),
            "path,class,probability,class_2,probability_2,class_3,probability_3,status\n");
  EXPECT_EQ(prediction_line(kSure, style(RowFormat::kCsv, 9)), "a/1.jpg,dog,0.750000,cat,0.200000,bird,0.050000,ok\n");
}

TEST(CsvRows, EqualProbabilitiesStandInTheModelsOrder) {
  const Prediction even{"1", {0.25, 0.5, 0.25}};
  EXPECT_EQ(prediction_line(even, style(RowFormat::kCsv, 3)), "1,cat,0.500000,bird,0.250000,dog,0.250000,ok\n");
  EXPECT_EQ(prediction_line({"1", {0.5, 0.5}}, pets(RowFormat::kCsv)), "1,cat,0.500000,0.500000,0.500000,ok\n");
}

TEST(CsvRows, QuoteAndDisarmPathsClassesAndReasons) {
  const PredictionFormat odd{RowFormat::kCsv, {"=cat", "big, dog"}, 0};
  EXPECT_EQ(header_line(odd), "path,class,probability,'=cat,\"big, dog\",status\n");
  EXPECT_EQ(prediction_line({"=1,2.jpg", {1, 0}, "say \"ok\""}, odd),
            "\"'=1,2.jpg\",'=cat,1.000000,1.000000,0.000000,\"say \"\"ok\"\"\"\n");
}

TEST(CsvRows, AClassNamedAsAnotherColumnIsRenamed) {
  const PredictionFormat odd{
      RowFormat::kCsv, {"cat", "class", "label", "note", "p(path)", "path", "probability", "status"}, 0, true};
  EXPECT_EQ(
      header_line(odd),
      "path,class,probability,cat,p(class),p(label),p(note),p(path),p(p(path)),p(probability),p(status),note,status\n");
  EXPECT_EQ(prediction_line({"1.jpg", {0, 0.5, 0, 0, 0.25, 0.125, 0.125, 0}, "", "unsure"}, odd),
            "1.jpg,class,0.500000,0.000000,0.500000,0.000000,0.000000,0.250000,0.125000,0.125000,0.000000,unsure,ok\n");
}

// csv_cell() writes '=cat for the first: no two columns may read alike.
TEST(CsvRows, AClassThatReadsLikeAnotherOnceDisarmedIsRenamed) {
  EXPECT_EQ(class_columns({"'=cat", "=cat"}), (std::vector<std::string>{"'=cat", "p(=cat)"}));
  EXPECT_EQ(class_columns({"Path", "class_2", "probability_2"}),
            (std::vector<std::string>{"Path", "class_2", "probability_2"}));
}

TEST(CsvRows, HaveTheNoteAndNotWhatThePhotoLooksLike) {
  const PredictionFormat noted{RowFormat::kCsv, {"cat", "dog"}, 0, true};
  EXPECT_EQ(prediction_line({"1.jpg", {0.25, 0.75}, "", "unfamiliar", "wig"}, noted),
            "1.jpg,dog,0.750000,0.250000,0.750000,unfamiliar,ok\n");
}

TEST(JsonRows, SayWhatAnUnfamiliarPhotoLooksLike) {
  const PredictionFormat noted{RowFormat::kJsonl, {"cat", "dog"}, 1, true};
  const auto json = nlohmann::json::parse(prediction_line({"1.jpg", {0.25, 0.75}, "", "unfamiliar", "wig"}, noted));
  EXPECT_EQ(json["note"], "unfamiliar");
  EXPECT_EQ(json["looks_like"], "wig");
  EXPECT_TRUE(nlohmann::json::parse(prediction_line({"1.jpg", {0.25, 0.75}}, noted))["looks_like"].is_null());
}

TEST(JsonRows, AreOneObjectALine) {
  EXPECT_EQ(header_line(style(RowFormat::kJsonl)), "");
  EXPECT_EQ(prediction_line(kSure, style(RowFormat::kJsonl)),
            R"({"path":"a/1.jpg","class":"dog","probability":0.75,)"
            R"("probabilities":{"bird":0.05,"cat":0.2,"dog":0.75},"status":"ok"})"
            "\n");
}

TEST(JsonRows, ListTopK) {
  EXPECT_EQ(prediction_line(kSure, style(RowFormat::kJsonl, 2)),
            R"({"path":"a/1.jpg","class":"dog","probability":0.75,"top":[{"class":"dog","probability":0.75},)"
            R"({"class":"cat","probability":0.2}],"status":"ok"})"
            "\n");
}

TEST(JsonRows, AnUnreadablePhotoHasNulls) {
  for (const int64_t top_k : {0, 2})
    EXPECT_EQ(prediction_line(kBroken, style(RowFormat::kJsonl, top_k)),
              R"({"path":"b.jpg","class":null,"probability":null,"status":"JPEG cut short"})"
              "\n");
}

TEST(JsonRows, AreJsonWhateverThePathHolds) {
  const auto line = prediction_line({"a\"\\\n\t\x01.jpg", {0.1, 0.9}}, {RowFormat::kJsonl, {"c\"at", "d\xc3\xa4g"}, 0});
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["path"], "a\"\\\n\t\x01.jpg");
  EXPECT_EQ(json["class"], "d\xc3\xa4g");
  EXPECT_EQ(json["probabilities"]["c\"at"], 0.1);
}

TEST(JsonRows, APathThatIsNotUtf8IsSurrogateEscaped) {
  EXPECT_TRUE(prediction_line({"\xff.jpg", {}, "x"}, style(RowFormat::kJsonl)).starts_with(R"({"path":"\udcff.jpg",)"));
}

TEST(KaggleRows, GiveTheLikelierClassOf2014) {
  EXPECT_EQ(header_line(pets(RowFormat::kKaggle)), "id,label\n");
  EXPECT_EQ(prediction_line({"test/17.jpg", {0.3, 0.7}}, pets(RowFormat::kKaggle)), "17,1\n");
  EXPECT_EQ(prediction_line({"test/18.jpg", {0.7, 0.3}}, pets(RowFormat::kKaggle)), "18,0\n");
  EXPECT_EQ(prediction_line({"19.jpg", {0.5, 0.5}}, pets(RowFormat::kKaggle)), "19,0\n");
}

TEST(KaggleRows, GiveTheProbabilityOfTheSecondClassOf2016) {
  EXPECT_EQ(header_line(pets(RowFormat::kKaggleRedux)), "id,label\n");
  EXPECT_EQ(prediction_line({"17.jpg", {0.25, 0.75}}, pets(RowFormat::kKaggleRedux)), "17,0.75\n");
  EXPECT_EQ(prediction_line({"17.jpg", {1, 1.25e-7}}, pets(RowFormat::kKaggleRedux)), "17,1.25e-07\n");
}

TEST(KaggleRows, AnUnreadablePhotoHasNoLabel) {
  for (const auto format : {RowFormat::kKaggle, RowFormat::kKaggleRedux})
    EXPECT_EQ(prediction_line(kBroken, pets(format)), "b,\n");
}

TEST(PredictionFormat, KaggleNeedsTwoClasses) {
  for (const auto format : {RowFormat::kKaggle, RowFormat::kKaggleRedux}) {
    EXPECT_NO_THROW(pets(format).validate());
    EXPECT_EQ(message_of<UsageError>([&] { style(format).validate(); }),
              "--format kaggle: expected a model of 2 classes, got one of 3");
  }
  EXPECT_NO_THROW(style(RowFormat::kCsv, 2).validate());
}

TEST(Rows, SetsStandBeforeTheNote) {
  PredictionFormat style{RowFormat::kCsv, {"a", "b|c", "set"}, 1, true, true};
  EXPECT_EQ(header_line(style), "path,class,probability,set,note,status\n");
  Prediction prediction{"1.jpg", {0.2, 0.5, 0.3}};
  prediction.set = {1, 2};
  EXPECT_EQ(prediction_line(prediction, style), "1.jpg,b|c,0.500000,b||c|set,,ok\n");
  EXPECT_EQ(class_columns(style.class_names).back(), "p(set)");
  style.rows = RowFormat::kJsonl;
  EXPECT_NE(prediction_line(prediction, style).find("\"set\":[\"b|c\",\"set\"],\"note\""), std::string::npos);
}

}  // namespace
}  // namespace pawprint
