#include "app/data/labeled_images.h"

#include <gtest/gtest.h>

#include "models/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

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
};

const DatasetOptions kFromName{std::nullopt, true};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(FolderPerClass, ClassesAndPathsAreSortedBytewise) {
  const Photos photos({"dog/1.jpg", "Zebra/1.jpg", "cat/b.jpg", "cat/B.jpg", "cat/sub/a.jpg", "dog/10.jpg"});
  const auto dataset = load_dataset(photos.path(), {});
  EXPECT_FALSE(dataset.validation);
  EXPECT_EQ(dataset.training.class_names, (Names{"Zebra", "cat", "dog"}));
  EXPECT_EQ(dataset.training.labels, (Labels{0, 1, 1, 1, 2, 2}));
  EXPECT_EQ(dataset.training.paths,
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

TEST(TrainAndVal, AreReadAsTheUsersSplit) {
  const Photos photos({"train/dog/1.jpg", "train/cat/2.jpg", "val/dog/3.jpg", "val/cat/4.jpg"});
  const auto dataset = load_dataset(photos.path(), {});
  EXPECT_EQ(dataset.training.paths, photos.paths({"train/cat/2.jpg", "train/dog/1.jpg"}));
  ASSERT_TRUE(dataset.validation);
  EXPECT_EQ(dataset.validation->paths, photos.paths({"val/cat/4.jpg", "val/dog/3.jpg"}));
  EXPECT_EQ(dataset.validation->class_names, (Names{"cat", "dog"}));
}

TEST(TrainAndVal, TrainAloneIsAClass) {
  const Photos photos({"train/1.jpg", "plane/1.jpg"});
  EXPECT_EQ(load_dataset(photos.path(), {}).training.class_names, (Names{"plane", "train"}));
}

TEST(TrainAndVal, ClassesThatDifferAreRefused) {
  EXPECT_TRUE(contains(Photos({"train/a/1.jpg", "train/b/1.jpg", "val/a/1.jpg", "val/c/1.jpg"}).refusal(),
                       "expected the classes 'a', 'b', got 'a', 'c'"));
  EXPECT_NE(Photos({"train/a/1.jpg", "train/b/1.jpg", "val/a/1.jpg"}).refusal(), "");
}

TEST(LabelsFromName, TakeWhatStandsBeforeTheFirstDot) {
  const Photos photos({"dog.0.jpg", "cat.1.jpg", "sub/cat.0.jpg", "notes.txt"});
  const auto images = load_dataset(photos.path(), kFromName).training;
  EXPECT_EQ(images.class_names, (Names{"cat", "dog"}));
  EXPECT_EQ(images.paths, photos.paths({"cat.1.jpg", "sub/cat.0.jpg", "dog.0.jpg"}));
  EXPECT_EQ(images.labels, (Labels{0, 0, 1}));
  EXPECT_EQ(images.ignored, 1);
}

TEST(LabelsFromName, RefusesANameWithoutAClass) {
  const Photos photos({"cat.0.jpg", "dog.jpg"});
  EXPECT_EQ(photos.refusal(kFromName),
            photos.quoted("dog.jpg") + ": expected a name such as cat.0.jpg with --labels-from-name");
  EXPECT_NE(Photos({}).refusal(kFromName), "");
}

// `text` as the table of a folder of photos that need not exist yet.
struct Table : Photos {
  explicit Table(const std::string& text) : Photos({}) { write("labels.csv", text); }
  LabeledImages images() const { return load_dataset(path(), {*this / "labels.csv", false}).training; }
  std::string refusal() const { return Photos::refusal({*this / "labels.csv", false}); }
};

TEST(LabelsTable, IsReadWithOrWithoutHeader) {
  for (const auto* text :
       {"path,label\n1.jpg,dog\nsub/2.jpg,cat\n", "1.jpg,dog\nsub/2.jpg,cat", "label,path\ndog,1.jpg\ncat,sub/2.jpg\n",
        "\xef\xbb\xbfpath,label\r\n1.jpg,dog\r\n\r\nsub/2.jpg,cat\r\n",
        "id,label,path\n7,dog,1.jpg\n8,cat,sub/2.jpg\n"}) {
    const Table table(text);
    EXPECT_EQ(table.images().class_names, (Names{"cat", "dog"})) << text;
    EXPECT_EQ(table.images().paths, table.paths({"sub/2.jpg", "1.jpg"})) << text;
    EXPECT_EQ(table.images().labels, (Labels{0, 1})) << text;
  }
}

TEST(LabelsTable, QuotedPathsMayHoldCommasAndAbsoluteOnesStay) {
  const Table table("\"a,b.jpg\",cat\n/data/c.jpg,cat\n");
  EXPECT_EQ(table.images().paths, (std::vector<fs::path>{"/data/c.jpg", table / "a,b.jpg"}));
}

TEST(LabelsTable, RefusalsNameTheLine) {
  const auto refusal = [](const std::string& text) {
    const Table table(text);
    const auto message = table.refusal();
    const auto subject = table.quoted("labels.csv");
    EXPECT_TRUE(message.starts_with(subject)) << message;
    return message.substr(subject.size());
  };
  EXPECT_EQ(refusal("path,label\n1.jpg,cat\n1.jpg,dog\n"), ":3: expected each photo once, got '1.jpg' again (line 2)");
  EXPECT_EQ(refusal("1.jpg,cat\n\n2.jpg\n"), ":3: expected path,label, got 1 cell");
  EXPECT_EQ(refusal("1.jpg,\n"), ":1: expected a class name in UTF-8 without '/' and control characters, got ''");
  EXPECT_EQ(refusal("1.jpg,a/b\n"), ":1: expected a class name in UTF-8 without '/' and control characters, got 'a/b'");
  EXPECT_EQ(refusal("\"1.jpg,cat\n"), ":1: expected a closing quote, got the end of the file");
  EXPECT_EQ(refusal("path,label\n"), ": expected rows of path,label, got none");
  EXPECT_EQ(refusal(""), ": expected rows of path,label, got none");
}

TEST(LabelsTable, AMissingTableIsRefused) {
  const Photos photos({});
  EXPECT_TRUE(contains(photos.refusal({photos / "no.csv", false}),
                       "expected a CSV file with path,label, got none that can be read"));
}

TEST(Trainable, NeedsTwoClassesOfTwoPhotos) {
  EXPECT_NO_THROW(check_trainable({{"1", "2", "3", "4"}, {0, 0, 1, 1}, {"a", "b"}, 0}, "x"));
  EXPECT_TRUE(contains(message_of<Error>([] {
                         check_trainable({{"1", "2"}, {0, 0}, {"a"}, 0}, "x");
                       }),
                       "x: expected at least 2 classes, got 1 ('a')"));
  EXPECT_EQ(message_of<Error>([] {
              check_trainable({{"1", "2", "3"}, {0, 0, 1}, {"a", "b"}, 0}, "x");
            }),
            "x: expected at least 2 readable photos in class 'b', got 1; add photos or remove the class");
}

const LabeledImages kTwo{{"1", "2", "3"}, {0, 1, 1}, {"cats", "dogs"}, 5};

TEST(WithClasses, TakesTheModelsOrder) {
  const auto images = with_classes(kTwo, {"dogs", "birds", "cats"}, {}, "x");
  EXPECT_EQ(images.class_names, (Names{"dogs", "birds", "cats"}));
  EXPECT_EQ(images.labels, (Labels{2, 0, 0}));
  EXPECT_EQ(images.paths, kTwo.paths);
  EXPECT_EQ(images.ignored, 5);
}

TEST(WithClasses, MapsNames) {
  EXPECT_EQ(with_classes(kTwo, {"cat", "dog"}, {{"dogs", "dog"}, {"cats", "cat"}}, "x").labels, (Labels{0, 1, 1}));
  EXPECT_EQ(with_classes(kTwo, {"cats", "dogs"}, {{"dogs", "cats"}}, "x").labels, (Labels{0, 0, 0}));  // two into one
}

TEST(WithClasses, RefusesUnknownNames) {
  const auto refusal = [](const std::vector<std::pair<std::string, std::string>>& renames) {
    return message_of<Error>([&] { with_classes(kTwo, {"cat", "dog"}, renames, "x"); });
  };
  EXPECT_EQ(
      refusal({}),
      "x: expected the classes 'cat', 'dog', got 'cats', 'dogs'; rename the folders, or map them: --map cats=cat");
  EXPECT_EQ(refusal({{"cow", "cat"}}), "x: --map: expected one of the dataset's classes 'cats', 'dogs', got 'cow'");
  EXPECT_EQ(refusal({{"cats", "cow"}}), "x: --map: expected one of the model's classes 'cat', 'dog', got 'cow'");
}

TEST(Listed, CutsLongLists) {
  EXPECT_EQ(listed({"a", "b"}), "'a', 'b'");
  EXPECT_TRUE(listed(Names(15, "x")).ends_with("'x' and 3 more"));
}

}  // namespace
}  // namespace pawprint
