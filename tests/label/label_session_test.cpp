#include "app/label/label_session.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::TemporaryFolder;

constexpr int64_t kPhotos = 400, kDim = 16;

// Photos of two kinds, cats and dogs in turn, whose features overlap a little.
at::Tensor made_features(uint64_t seed = 1) {
  auto random = at::make_generator<at::CPUGeneratorImpl>(seed);
  auto x = at::empty({kPhotos, kDim}).normal_(0, 1, random);
  for (int64_t i = 0; i < kPhotos; ++i) x[i][0] += i % 2 == 0 ? 3.0 : -3.0;
  return x;
}

std::string truth(int64_t photo) { return photo % 2 == 0 ? "cat" : "dog"; }

// Files that are there; nobody opens them.
const TemporaryFolder& data() {
  static const TemporaryFolder folder;
  return folder;
}

std::vector<PoolPhoto> made_photos(bool given = false) {
  std::vector<PoolPhoto> photos;
  for (int64_t i = 0; i < kPhotos; ++i) {
    const std::string name = std::to_string(i) + ".jpg";
    photos.push_back({data().write(name, ""), sha256(name), given ? truth(i) : ""});
  }
  return photos;
}

struct Taught {
  explicit Taught(const std::filesystem::path& journal, std::vector<std::string> classes = {"cat", "dog"},
                  bool given = false)
      : session({data().path(), std::move(classes), journal, 1}) {
    session.add_photos(made_photos(given), made_features());
    while (session.improve([] {})) {
    }
  }

  // Answers `rows` rows rightly.
  std::vector<ShownPhoto> answer_rows(int rows, bool measure = false) {
    std::vector<ShownPhoto> all;
    for (int i = 0; i < rows; ++i) {
      const auto row = session.next_row("page", measure);
      std::vector<Saying> sayings;
      for (const auto& photo : row) sayings.push_back({photo.id, AnswerKind::kClass, truth(photo.id)});
      session.answer(sayings);
      session.improve([] {});
      all.insert(all.end(), row.begin(), row.end());
    }
    return all;
  }

  // Of the photos without an answer.
  double accuracy() const {
    int64_t right = 0, count = 0;
    for (const auto& [name, _] : session.overview().classes) {
      for (const auto& photo : session.review(name, 0, kPhotos)) {
        if (photo.answer) continue;
        ++count;
        right += truth(photo.id) == photo.guess->class_name;
      }
    }
    return static_cast<double>(right) / static_cast<double>(count);
  }

  LabelSession session;
};

TEST(LabelSession, LearnsFromTwoRows) {
  const TemporaryFolder folder;
  Taught taught(folder / "journal");
  EXPECT_EQ(taught.session.next_row("page").size(), 12u);
  taught.answer_rows(2);
  EXPECT_GT(taught.accuracy(), 0.9);
}

TEST(LabelSession, BeforeAnythingIsKnownEveryPhotoMayBeOfAnyClass) {
  const TemporaryFolder folder;
  const Taught taught(folder / "journal");
  for (const char* name : {"cat", "dog"}) EXPECT_EQ(taught.session.review(name, 0, 1000).size(), size_t{kPhotos});
}

TEST(LabelSession, SuggestsOnceItIsBetterThanChance) {
  const TemporaryFolder folder;
  Taught taught(folder / "journal");
  for (const auto& photo : taught.session.next_row("page")) EXPECT_FALSE(photo.guess);
  taught.answer_rows(2);
  for (const auto& photo : taught.session.next_row("page")) EXPECT_TRUE(photo.guess);
}

TEST(LabelSession, PagesAreShownDifferentPhotos) {
  const TemporaryFolder folder;
  Taught taught(folder / "journal");
  std::set<int64_t> seen;
  for (const char* page : {"a", "b", "c"})
    for (const auto& photo : taught.session.next_row(page)) EXPECT_TRUE(seen.insert(photo.id).second);
  const auto again = taught.session.next_row("b");
  EXPECT_TRUE(std::all_of(again.begin(), again.end(), [&](const auto& photo) { return seen.contains(photo.id); }));
}

TEST(LabelSession, OneInTenIsDrawnAtRandomAndNotLearnedFrom) {
  const TemporaryFolder folder;
  Taught taught(folder / "journal");
  taught.answer_rows(10);
  const auto overview = taught.session.overview();
  EXPECT_EQ(overview.answered, 120);
  ASSERT_TRUE(overview.sample);
  EXPECT_NEAR(static_cast<double>(overview.sample->count), 12, 2);
  const std::string csv = taught.session.labels_csv().csv;
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 121);
  int64_t validation = 0;
  for (size_t at = csv.find(",val\n"); at != csv.npos; at = csv.find(",val\n", at + 1)) ++validation;
  EXPECT_EQ(validation, overview.sample->count);
}

TEST(LabelSession, InTheEndEveryPhotoWasShown) {
  const TemporaryFolder folder;
  Taught taught(folder / "journal");
  std::set<int64_t> seen;
  for (const auto& photo : taught.answer_rows(kPhotos / 12 + 3)) EXPECT_TRUE(seen.insert(photo.id).second);
  EXPECT_EQ(seen.size(), static_cast<size_t>(kPhotos));
}

// What the labels of the sample are, the head does not know.
TEST(LabelSession, TheSampleTeachesNothing) {
  const TemporaryFolder folder;
  Taught right(folder / "right"), wrong(folder / "wrong");
  right.answer_rows(3), wrong.answer_rows(3);
  for (auto* taught : {&right, &wrong}) {
    const auto row = taught->session.next_row("page", true);
    std::vector<Saying> sayings;
    for (const auto& photo : row)
      sayings.push_back({photo.id, AnswerKind::kClass, truth(photo.id + (taught == &wrong ? 1 : 0))});
    taught->session.answer(sayings);
  }
  EXPECT_EQ(right.accuracy(), wrong.accuracy());
  EXPECT_GT(right.session.overview().sample->low, wrong.session.overview().sample->high);
}

TEST(LabelSession, GoesOnWhereItEnded) {
  const TemporaryFolder folder;
  std::string csv;
  {
    Taught taught(folder / "journal");
    taught.answer_rows(3);
    csv = taught.session.labels_csv().csv;
  }
  Taught taught(folder / "journal");
  EXPECT_EQ(taught.session.labels_csv().csv, csv);
  EXPECT_GT(taught.accuracy(), 0.97);
  for (const auto& photo : taught.session.next_row("page")) EXPECT_FALSE(photo.answer);
}

TEST(LabelSession, ClassesAreAddedRenamedAndMerged) {
  const TemporaryFolder folder;
  Taught taught(folder / "journal");
  taught.answer_rows(2);
  taught.session.add_class("bird");
  taught.session.answer({{7, AnswerKind::kClass, "bird"}});
  taught.session.rename_class("bird", "owl");
  EXPECT_EQ(taught.session.overview().classes.back(), (std::pair<std::string, int64_t>("owl", 1)));
  taught.session.rename_class("owl", "dog");
  EXPECT_EQ(taught.session.overview().classes.size(), 2u);
  EXPECT_GT(taught.accuracy(), 0.9);
  EXPECT_THROW(taught.session.add_class("dog"), Error);
  EXPECT_THROW(taught.session.add_class(" dog"), Error);
  EXPECT_THROW(taught.session.add_class("Dog"), Error) << "differs in case only";
  EXPECT_THROW(taught.session.add_class("a/b"), Error);
  EXPECT_THROW(taught.session.rename_class("fox", "wolf"), Error);
  EXPECT_THROW(taught.session.rename_class("dog", "cat"), Error) << "one class alone is none";
}

// Of names that the data gave, too, when the journal is read again.
TEST(LabelSession, NamesAreSwappedForGood) {
  const TemporaryFolder folder;
  const auto counts = [](const Taught& taught) {
    std::map<std::string, int64_t> count;
    for (const auto& photo : taught.session.review("cat", 0, kPhotos))
      count[truth(photo.id)] += photo.answer.has_value();
    return count;
  };
  {
    Taught taught(folder / "journal", {}, true);
    taught.session.rename_class("cat", "other");
    taught.session.rename_class("dog", "cat");
    taught.session.rename_class("other", "dog");
    EXPECT_EQ(counts(taught), (std::map<std::string, int64_t>{{"dog", kPhotos / 2}}));
  }
  EXPECT_EQ(counts(Taught(folder / "journal", {}, true)), (std::map<std::string, int64_t>{{"dog", kPhotos / 2}}));
}

TEST(LabelSession, CopiesAreAskedAboutOnceAndLabeledAll) {
  const TemporaryFolder folder;
  LabelSession session({data().path(), {"cat", "dog"}, folder / "journal", 1});
  auto photos = made_photos();
  for (int64_t i = 200; i < kPhotos; ++i) photos[i].content = photos[i - 200].content;
  session.add_photos(photos, made_features());
  while (session.improve([] {})) {
  }
  std::set<Sha256> seen;
  for (auto row = session.next_row("page"); !row.empty(); row = session.next_row("page")) {
    std::vector<Saying> sayings;
    for (const auto& photo : row) {
      EXPECT_TRUE(seen.insert(photos[photo.id].content).second);
      sayings.push_back({photo.id, AnswerKind::kClass, truth(photo.id)});
    }
    session.answer(sayings);
  }
  EXPECT_EQ(seen.size(), 200u);
  EXPECT_EQ(session.overview().answered, kPhotos);
}

// Who corrects what is wrong does not change the sample: it would hold the wrong ones.
TEST(LabelSession, CorrectionsOfOthersAreNoPartOfTheSample) {
  const TemporaryFolder folder;
  Taught taught(folder / "journal");
  taught.answer_rows(3);
  taught.answer_rows(1, true);
  const auto before = taught.session.overview().sample->count;
  for (const auto& photo : taught.session.review("cat", 0, 60))
    taught.session.answer({{photo.id, AnswerKind::kClass, truth(photo.id)}});
  EXPECT_EQ(taught.session.overview().sample->count, before);
}

TEST(LabelSession, AWrongAnswerAnswersNothing) {
  const TemporaryFolder folder;
  Taught taught(folder / "journal");
  EXPECT_THROW(taught.session.answer({{0, AnswerKind::kClass, "cat"}, {kPhotos, AnswerKind::kClass, "cat"}}), Error);
  EXPECT_THROW(taught.session.answer({{0, AnswerKind::kClass, "cat"}, {1, AnswerKind::kClass, "fox"}}), Error);
  EXPECT_EQ(taught.session.overview().answered, 0);
  EXPECT_FALSE(std::filesystem::exists(folder / "journal"));
}

TEST(LabelSession, NoneAndUnknownAreAnswersThatTeachNothing) {
  const TemporaryFolder folder;
  Taught taught(folder / "journal");
  taught.session.answer({{0, AnswerKind::kNone}, {1, AnswerKind::kUnknown}, {2, AnswerKind::kClass, "cat"}});
  const auto overview = taught.session.overview();
  EXPECT_EQ(overview.answered, 3);
  EXPECT_EQ(overview.of_no_class, 1);
  EXPECT_EQ(overview.unknown, 1);
  EXPECT_EQ(overview.classes[0], (std::pair<std::string, int64_t>("cat", 1)));
  taught.session.answer({{2, AnswerKind::kTakenBack}});
  EXPECT_EQ(taught.session.overview().classes[0].second, 0);
}

// Of a dataset the labels that the others make doubtful come first.
TEST(LabelSession, WrongLabelsOfTheDataAreFoundAndCorrected) {
  const TemporaryFolder folder;
  LabelSession session({data().path(), {}, folder / "journal", 1});
  auto photos = made_photos(true);
  std::set<int64_t> wrong;
  for (int64_t i = 5; i < kPhotos; i += 40) photos[i].given = truth(i + 1), wrong.insert(i);
  session.add_photos(photos, made_features());
  while (session.improve([] {})) {
  }
  std::set<int64_t> found;
  for (const auto& photo : session.review("", 0, kPhotos)) {
    found.insert(photo.id);
    session.answer({{photo.id, AnswerKind::kClass, truth(photo.id)}});
  }
  EXPECT_TRUE(std::includes(found.begin(), found.end(), wrong.begin(), wrong.end()) || found.size() >= wrong.size());
  EXPECT_EQ(session.overview().doubtful, 0);
  EXPECT_TRUE(session.next_row("page").empty()) << "every photo has a label";
}

TEST(LabelSession, PhotosMayComeWhileItIsTaught) {
  const TemporaryFolder folder;
  LabelSession session({data().path(), {"cat", "dog"}, folder / "journal", 1});
  EXPECT_TRUE(session.next_row("page").empty());
  const auto photos = made_photos();
  const auto features = made_features();
  for (int64_t begin = 0; begin < kPhotos; begin += 100) {
    session.add_photos({photos.begin() + begin, photos.begin() + begin + 100}, features.narrow(0, begin, 100));
    while (session.improve([] {})) {
    }
    std::vector<Saying> sayings;
    for (const auto& photo : session.next_row("page"))
      sayings.push_back({photo.id, AnswerKind::kClass, truth(photo.id)});
    EXPECT_EQ(sayings.size(), 12u);
    session.answer(sayings);
  }
  EXPECT_EQ(session.overview().photos, kPhotos);
  int64_t right = 0;
  for (const char* name : {"cat", "dog"})
    for (const auto& photo : session.review(name, 0, kPhotos)) right += photo.guess->class_name == truth(photo.id);
  EXPECT_GT(right, kPhotos * 97 / 100);
}

}  // namespace
}  // namespace pawprint
