#include "app/data/labeled_images.h"

#include <gtest/gtest.h>

#include <map>

#include "models/base/error.h"
#include "tests/support/labeled.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::labels_of;
using testing::message_of;
using testing::TemporaryFolder;
namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using Labels = std::vector<int64_t>;

// A folder with empty files of these names: only what is named as an image matters here.
struct Photos : TemporaryFolder {
  explicit Photos(const Names& names) {
    for (const auto& name : names) write(name, "");
  }
  std::string quoted(const std::string& name = "") const {
    return in_quotes((name.empty() ? path() : *this / name).native());
  }
  std::vector<fs::path> paths(const Names& names) const {
    std::vector<fs::path> out;
    for (const auto& name : names) out.push_back(path() / name);
    return out;
  }
  std::string refusal(const DatasetOptions& options = {}) const {
    return message_of<Error>([&] { load_dataset(path(), options); });
  }
  std::string refusal_behind_name() const { return refusal().substr(quoted().size()); }
};

const DatasetOptions kFromName{std::nullopt, true};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(FolderPerClass, ClassesAndPathsAreSortedBytewise) {
  const Photos photos({"dog/1.jpg", "Zebra/1.jpg", "cat/b.jpg", "cat/B.jpg", "cat/sub/a.jpg", "dog/10.jpg"});
  const auto dataset = load_dataset(photos.path(), {});
  EXPECT_FALSE(dataset.validation);
  EXPECT_EQ(dataset.training.class_names, (Names{"Zebra", "cat", "dog"}));
  EXPECT_EQ(labels_of(dataset.training), (Labels{0, 1, 1, 1, 2, 2}));
  EXPECT_EQ(paths_of(dataset.training.photos),
            photos.paths({"Zebra/1.jpg", "cat/B.jpg", "cat/b.jpg", "cat/sub/a.jpg", "dog/1.jpg", "dog/10.jpg"}));
}

TEST(FolderPerClass, CountsFilesThatAreNoPhotosAndNotHiddenOnes) {
  const Photos photos({"cat/1.jpg", "cat/Thumbs.db", "dog/1.jpg", "readme.txt", ".DS_Store", ".git/x", "cat/.x"});
  const auto images = load_dataset(photos.path(), {}).training;
  EXPECT_EQ(images.class_names, (Names{"cat", "dog"}));
  EXPECT_EQ(images.ignored, 2);
}

TEST(FolderPerClass, AnEmptyClassIsRefused) {
  const Photos photos({"cat/1.jpg", "dog/notes.txt"});
  EXPECT_EQ(photos.refusal(),
            photos.quoted("dog") + ": expected photos of class 'dog', got none; add photos or remove the folder");
}

TEST(FolderPerClass, WithoutFoldersItSaysWhatElseThereIs) {
  EXPECT_TRUE(contains(Photos({"cat.0.jpg"}).refusal(), "--labels-from-name"));
}

TEST(FolderPerClass, RefusesANameThatCannotBeAColumn) {
  EXPECT_TRUE(contains(Photos({"cat/1.jpg", "a\nb/1.jpg"}).refusal(), R"(got 'a\x0ab')"));
  EXPECT_TRUE(contains(Photos({"cat/1.jpg", "\xff/1.jpg"}).refusal(), "expected a class name in UTF-8"));
}

TEST(FolderPerClass, RefusesAFileAndAMissingFolder) {
  const Photos photos({"file"});
  EXPECT_EQ(message_of<Error>([&] { load_dataset(photos / "file", {}); }),
            photos.quoted("file") + ": expected a folder of photos, got a file");
  EXPECT_EQ(message_of<Error>([&] { load_dataset(photos / "no", {}); }),
            photos.quoted("no") + ": expected a folder of photos, got nothing by that name");
}

TEST(FolderPerClass, ALinkThatLeadsToItselfBesideTheClassesIsPassedOver) {
  const Photos photos({"cat/1.jpg", "dog/1.jpg"});
  fs::create_symlink("loop", photos / "loop");
  EXPECT_EQ(load_dataset(photos.path(), {}).training.class_names, (Names{"cat", "dog"}));
}

TEST(LabelsFromName, TakeWhatStandsBeforeTheFirstDot) {
  const Photos photos({"dog.0.jpg", "cat.1.jpg", "sub/cat.0.jpg", "notes.txt"});
  const auto images = load_dataset(photos.path(), kFromName).training;
  EXPECT_EQ(images.class_names, (Names{"cat", "dog"}));
  EXPECT_EQ(paths_of(images.photos), photos.paths({"cat.1.jpg", "sub/cat.0.jpg", "dog.0.jpg"}));
  EXPECT_EQ(labels_of(images), (Labels{0, 0, 1}));
  EXPECT_EQ(images.ignored, 1);
}

TEST(LabelsFromName, RefusesANameWithoutAClass) {
  const Photos photos({"cat.0.jpg", "dog.jpg"});
  EXPECT_EQ(photos.refusal(kFromName),
            photos.quoted("dog.jpg") + ": expected a name such as cat.0.jpg with --labels-from-name");
  EXPECT_NE(Photos({}).refusal(kFromName), "");
}

TEST(Trainable, NeedsTwoClassesOfTwoPhotos) {
  EXPECT_NO_THROW(check_trainable({{{"1", 0}, {"2", 0}, {"3", 1}, {"4", 1}}, {"a", "b"}}, "x"));
  EXPECT_TRUE(contains(message_of<Error>([] {
                         check_trainable({{{"1", 0}, {"2", 0}}, {"a"}}, "x");
                       }),
                       "x: expected at least 2 classes, got 1 ('a')"));
  EXPECT_EQ(message_of<Error>([] {
              check_trainable({{{"1", 0}, {"2", 0}, {"3", 1}}, {"a", "b"}}, "x");
            }),
            "x: expected at least 2 readable photos in class 'b', got 1; add photos or remove the class");
}

TEST(FolderPerClass, NamesThatAreEqualInNfcOrButForBlanksAreOneClass) {
  const Photos photos({"cha\xcc\x82t/1.jpg", "ch\xc3\xa2t/2.jpg", "loup /1.jpg", "loup/2.jpg"});
  const auto images = load_dataset(photos.path(), {}).training;
  EXPECT_EQ(images.class_names, (Names{"ch\xc3\xa2t", "loup"}));
  EXPECT_EQ(labels_of(images), (Labels{0, 0, 1, 1}));
}

TEST(FolderPerClass, NamesThatDifferInCaseOrBlanksOnlyAreRefusedWithBoth) {
  EXPECT_EQ(Photos({"Cat/1.jpg", "cat/2.jpg", "dog/1.jpg"}).refusal_behind_name(),
            ": expected one spelling of each class, got 'Cat' and 'cat', which differ in case or blanks only; give one "
            "name to both");
  EXPECT_TRUE(contains(Photos({"a  b/1.jpg", "a b/2.jpg"}).refusal(), "got 'a  b' and 'a b'"));
  EXPECT_TRUE(contains(Photos({"STRASSE/1.jpg",
                               "stra\xc3\x9f"
                               "e/2.jpg"})
                           .refusal(),
                       "expected one spelling"));
}

const LabeledImages kTwo{{{"1", 0}, {"2", 1}, {"3", 1}}, {"cats", "dogs"}, 5};

TEST(WithClasses, TakesTheModelsOrder) {
  const auto images = with_classes(kTwo, {"dogs", "birds", "cats"}, {}, "x");
  EXPECT_EQ(images.class_names, (Names{"dogs", "birds", "cats"}));
  EXPECT_EQ(labels_of(images), (Labels{2, 0, 0}));
  EXPECT_EQ(paths_of(images.photos), paths_of(kTwo.photos));
  EXPECT_EQ(images.ignored, 5);
}

TEST(WithClasses, MapsNames) {
  EXPECT_EQ(labels_of(with_classes(kTwo, {"cat", "dog"}, {{"dogs", "dog"}, {"cats", "cat"}}, "x")), (Labels{0, 1, 1}));
  EXPECT_EQ(labels_of(with_classes(kTwo, {"cats", "dogs"}, {{"dogs", "cats"}}, "x")),
            (Labels{0, 0, 0}));  // two into one
}

TEST(WithClasses, ComparesInNfcAndWithoutBlanksAtTheEnds) {
  const LabeledImages nfd{{{"1", 0}, {"2", 1}}, {"cha\xcc\x82t", "loup"}};
  const auto images = with_classes(nfd, {"loup ", "ch\xc3\xa2t"}, {}, "x");
  EXPECT_EQ(labels_of(images), (Labels{1, 0}));
  EXPECT_EQ(images.class_names, (Names{"loup ", "ch\xc3\xa2t"}));  // the model's, as it has them
  EXPECT_EQ(labels_of(with_classes(nfd, {"chat", "loup"}, {{"ch\xc3\xa2t", "chat"}}, "x")), (Labels{0, 1}));
}

TEST(WithClasses, RefusesUnknownNames) {
  const auto refusal = [](const std::vector<std::pair<std::string, std::string>>& renames) {
    return message_of<Error>([&] { with_classes(kTwo, {"cat", "dog"}, renames, "x"); });
  };
  EXPECT_EQ(refusal({}),
            "x: expected the classes 'cat', 'dog', got 'cats', 'dogs'; rename the folders, or use --rename "
            "cats=cat,dogs=dog");
  EXPECT_TRUE(refusal({{"dogs", "cat"}}).ends_with("use --rename dogs=cat,cats=dog")) << refusal({{"dogs", "cat"}});
  EXPECT_TRUE(message_of<Error>([&] { with_classes(kTwo, {"cats"}, {}, "x"); }).ends_with("use --rename FROM=TO,..."));
  EXPECT_EQ(refusal({{"cow", "cat"}}), "x: --rename: expected one of the dataset's classes 'cats', 'dogs', got 'cow'");
  EXPECT_EQ(refusal({{"cats", "cow"}}), "x: --rename: expected one of the model's classes 'cat', 'dog', got 'cow'");
}

std::vector<Photo> ten_of_each(const fs::path& folder, bool validation = false) {
  std::vector<Photo> photos;
  for (int64_t i = 0; i < 20; ++i) {
    const std::string name = (i < 10 ? "cats/" : "dogs/") + std::to_string(i) + ".jpg";
    photos.push_back(
        {.path = folder / name, .label = i / 10, .group = "of " + name, .name = name, .validation = validation});
  }
  return photos;
}

TEST(DrawPhotos, TakesOfEachClassAndPartItsShareWithAllThatIsKnown) {
  auto photos = ten_of_each("train");
  for (const auto& photo : ten_of_each("val", true)) photos.push_back(photo);
  const auto drawn = draw_photos(photos, 8, 1);
  std::map<std::pair<int64_t, bool>, int64_t> count;
  for (const auto& photo : drawn) {
    ++count[{photo.label, photo.validation}];
    EXPECT_EQ(photo.group, "of " + photo.name);
  }
  EXPECT_EQ(count, (std::map<std::pair<int64_t, bool>, int64_t>{
                       {{0, false}, 2}, {{0, true}, 2}, {{1, false}, 2}, {{1, true}, 2}}));
  EXPECT_EQ(draw_photos(photos, 0, 1).size(), 40U);
  EXPECT_EQ(draw_photos(photos, 99, 1).size(), 40U);
}

TEST(DrawPhotos, DoesNotChangeWhenTheFolderIsMoved) {
  const auto names = [](const std::vector<Photo>& photos) {
    Names out;
    for (const auto& photo : photos) out.push_back(photo.name);
    return out;
  };
  EXPECT_EQ(names(draw_photos(ten_of_each("here"), 7, 1)), names(draw_photos(ten_of_each("there"), 7, 1)));
  EXPECT_NE(names(draw_photos(ten_of_each("here"), 7, 1)), names(draw_photos(ten_of_each("here"), 7, 2)));
}

TEST(LoadTraining, PutsThePhotosOfValidationBehindTheOthers) {
  const Photos photos({"train/cat/1.jpg", "train/dog/2.jpg", "val/cat/3.jpg", "val/dog/4.jpg"});
  const auto images = load_training(photos.path(), {}, {});
  EXPECT_EQ(images.layout, "train/ and val/ with 2 classes");
  EXPECT_TRUE(images.has_validation);
  ASSERT_EQ(images.photos.size(), 4U);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(images.photos[i].validation, i >= 2);
  EXPECT_EQ(images.photos[2].name, "cat/3.jpg");
  const auto other = load_training(photos.path() / "train", {}, photos.path() / "val");
  EXPECT_EQ(paths_of(other.photos), paths_of(images.photos));
  EXPECT_TRUE(other.layout.ends_with("; validated on " + photos.quoted("val"))) << other.layout;
}

TEST(Listed, CutsLongLists) {
  EXPECT_EQ(listed({"a", "b"}), "'a', 'b'");
  EXPECT_TRUE(listed(Names(15, "x")).ends_with("'x' and 3 more"));
}

}  // namespace
}  // namespace pawprint
