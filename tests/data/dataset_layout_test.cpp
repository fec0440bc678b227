// What load_dataset takes folders for.
#include <gtest/gtest.h>

#include "app/data/labeled_images.h"
#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::message_of;
using testing::TemporaryFolder;
namespace fs = std::filesystem;
using Names = std::vector<std::string>;

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// A folder with empty files of these names.
struct Folder : TemporaryFolder {
  explicit Folder(const Names& names) {
    for (const auto& name : names) write(name, "");
  }
  Dataset dataset() const { return load_dataset(path(), {}); }
  std::string refusal() const {
    const std::string message = message_of<Error>([&] { load_dataset(path(), {}); });
    EXPECT_TRUE(contains(message, path().native())) << message;
    return message;
  }
  Names names(const std::optional<LabeledImages>& images) const {
    Names out;
    if (!images) return out;
    for (const auto& photo : images->photos)
      out.push_back(images->class_names[photo.label] + ": " + photo.path.lexically_relative(path()).native());
    return out;
  }
};

// Two photos of a and of b below each of these folders.
Names in_folders(const Names& folders, const Names& more = {}) {
  Names names = more;
  for (const auto& folder : folders) {
    for (const auto* name : {"a/1.jpg", "b/2.jpg"}) names.push_back(folder + '/' + name);
  }
  return names;
}

const Names kAAndB = {"a", "b"};

TEST(Layout, TrainingAndValidationInAnySpelling) {
  for (const auto& [train, other] : std::vector<std::pair<std::string, std::string>>{{"train", "val"},
                                                                                     {"train", "valid"},
                                                                                     {"train", "validation"},
                                                                                     {"Train", "Val"},
                                                                                     {"TRAIN", "VALID"},
                                                                                     {"training", "dev"},
                                                                                     {"training_set", "validation_set"},
                                                                                     {"trn", "eval"},
                                                                                     {"train_images", "val_images"},
                                                                                     {"seg_train", "seg_val"},
                                                                                     {"train2017", "val2017"}}) {
    const Folder folder(in_folders({train, other}));
    const auto dataset = folder.dataset();
    EXPECT_EQ(dataset.training.class_names, kAAndB);
    EXPECT_EQ(folder.names(dataset.training), (Names{"a: " + train + "/a/1.jpg", "b: " + train + "/b/2.jpg"}));
    EXPECT_EQ(folder.names(dataset.validation), (Names{"a: " + other + "/a/1.jpg", "b: " + other + "/b/2.jpg"}));
    EXPECT_FALSE(dataset.test);
    EXPECT_EQ(dataset.layout, train + "/ and " + other + "/ with 2 classes");
  }
}

TEST(Layout, ATestFolderIsLeftForEvaluate) {
  for (const auto& [train, other] :
       std::vector<std::pair<std::string, std::string>>{{"train", "test"},
                                                        {"training_set", "test_set"},
                                                        {"Training", "Testing"},
                                                        {"asl_alphabet_train", "asl_alphabet_test"}}) {
    const Folder folder(in_folders({train, other}));
    const auto dataset = folder.dataset();
    EXPECT_EQ(folder.names(dataset.training), (Names{"a: " + train + "/a/1.jpg", "b: " + train + "/b/2.jpg"}));
    EXPECT_FALSE(dataset.validation);
    EXPECT_EQ(folder.names(dataset.test), (Names{"a: " + other + "/a/1.jpg", "b: " + other + "/b/2.jpg"}));
    EXPECT_EQ(dataset.layout, train + "/ with 2 classes; " + other + "/ left for evaluate");
    EXPECT_STREQ(evaluation_part_name(dataset), "test");
  }
  const auto all = Folder(in_folders({"train", "valid", "test"}, {"notes/x.txt", "extra/1.jpg"})).dataset();
  EXPECT_TRUE(all.validation && all.test);
  EXPECT_EQ(all.layout, "train/ and valid/ with 2 classes; test/ left for evaluate; 'extra' left alone");
  const auto eval = Folder(in_folders({"train", "dev", "eval"})).dataset();
  EXPECT_EQ(eval.layout, "train/ and dev/ with 2 classes; eval/ left for evaluate");
}

TEST(Layout, OnePartAlone) {
  const auto train = Folder(in_folders({"train"})).dataset();
  EXPECT_EQ(train.training.class_names, kAAndB);
  EXPECT_EQ(train.layout, "train/ with 2 classes");
  for (const auto* name : {"val", "test"}) {
    const Folder folder(in_folders({name}));
    const auto other = folder.dataset();
    EXPECT_TRUE(other.training.class_names.empty());
    EXPECT_EQ(evaluation_part(other).class_names, kAAndB);
    EXPECT_EQ(message_of<Error>([&] { load_training(folder.path(), {}, {}); }),
              in_quotes(folder.path().native()) + ": expected photos to train on, got " + std::string(name) +
                  "/ with 2 classes; name that folder itself to train on it");
  }
  EXPECT_EQ(Folder(in_folders({"val", "test"})).dataset().layout, "val/ with 2 classes; test/ left for evaluate");
}

TEST(Layout, KagglesFlatFilesInParts) {
  const Folder folder({"train/cat.0.jpg", "train/dog.0.jpg", "test1/1.jpg", "test1/2.jpg", "sampleSubmission.csv"});
  const auto dataset = folder.dataset();
  EXPECT_EQ(folder.names(dataset.training), (Names{"cat: train/cat.0.jpg", "dog: train/dog.0.jpg"}));
  EXPECT_FALSE(dataset.test);
  EXPECT_EQ(dataset.layout, "train/ with 2 classes; test1/ has no labels, left for classify");
  const auto labeled = Folder({"train/cat.0.jpg", "train/dog.0.jpg", "valid/cat.1.jpg", "test/dog.7.jpg"}).dataset();
  EXPECT_EQ(labeled.validation->class_names, (Names{"cat", "dog"}));
  EXPECT_EQ(labeled.test->class_names, Names{"dog"});
  EXPECT_EQ(load_dataset(folder.path(), {std::nullopt, true}).layout, dataset.layout);
}

TEST(Layout, FoldersThatHoldAFolderOfTheirOwnName) {
  const Folder folder(in_folders({"seg_train/seg_train", "seg_test/seg_test"}, {"seg_pred/seg_pred/1.jpg"}));
  const auto dataset = folder.dataset();
  EXPECT_EQ(folder.names(dataset.training),
            (Names{"a: seg_train/seg_train/a/1.jpg", "b: seg_train/seg_train/b/2.jpg"}));
  EXPECT_EQ(dataset.layout, "seg_train/ with 2 classes; seg_test/ left for evaluate");
  EXPECT_EQ(Folder(in_folders({"train/images", "val/images"})).dataset().training.class_names, kAAndB);
}

TEST(Layout, TestPhotosInOneUnknownFolderHaveNoLabels) {
  const auto dataset = Folder(in_folders({"train"}, {"test/unknown/1.jpg"})).dataset();
  EXPECT_EQ(dataset.layout, "train/ with 2 classes; test/ has no labels, left for classify");
}

TEST(Layout, PartsBelowAFolderOfImages) {
  const auto dataset = Folder(in_folders({"images/train", "images/val"}, {"labels/1.xml"})).dataset();
  EXPECT_EQ(dataset.validation->class_names, kAAndB);
  EXPECT_EQ(dataset.layout, "in images/: train/ and val/ with 2 classes");
}

TEST(Layout, TablesInParts) {
  Folder folder({"train/1.jpg", "train/2.jpg", "valid/3.jpg", "valid/4.jpg", "test/5.jpg"});
  folder.write("train/_classes.csv", "filename, a, b\n1.jpg, 1, 0\n2.jpg, 0, 1\n");
  folder.write("valid/_classes.csv", "filename, a, b\n3.jpg, 1, 0\n4.jpg, 0, 1\n");
  const auto dataset = folder.dataset();
  EXPECT_EQ(folder.names(dataset.training), (Names{"a: train/1.jpg", "b: train/2.jpg"}));
  EXPECT_EQ(folder.names(dataset.validation), (Names{"a: valid/3.jpg", "b: valid/4.jpg"}));
  EXPECT_EQ(dataset.layout, "train/ and valid/ with 2 classes; test/ has no labels, left for classify");
}

TEST(Layout, TablesBesideParts) {
  Folder folder({"train/1.jpg", "train/2.jpg", "test/1.jpg"});
  folder.write("labels.csv", "id,breed\n1,a\n2,b\n");
  folder.write("sample_submission.csv", "id,label\n1,0.5\n");
  const auto dataset = folder.dataset();
  EXPECT_EQ(folder.names(dataset.training), (Names{"a: train/1.jpg", "b: train/2.jpg"}));
  EXPECT_FALSE(dataset.test);
  EXPECT_EQ(dataset.layout, "train/ with 2 classes; test/ has no labels, left for classify");
}

TEST(Layout, TablesOfTheirOwnForEachPart) {
  for (const auto& [train, test] : std::vector<std::pair<std::string, std::string>>{
           {"train.csv", "test.csv"}, {"train_labels.csv", "test_labels.csv"}}) {
    Folder folder({"images/1.jpg", "images/2.jpg", "images/3.jpg", "images/4.jpg"});
    folder.write(train, "image_id,label\n1,a\n2,b\n");
    folder.write(test, "image_id,label\n3,a\n");
    folder.write("valid.csv", "image_id,label\n4,b\n");
    const auto dataset = folder.dataset();
    EXPECT_EQ(folder.names(dataset.training), (Names{"a: images/1.jpg", "b: images/2.jpg"}));
    EXPECT_EQ(folder.names(dataset.validation), Names{"b: images/4.jpg"});
    EXPECT_EQ(dataset.validation->class_names, kAAndB);
    EXPECT_EQ(folder.names(dataset.test), Names{"a: images/3.jpg"});
    EXPECT_EQ(dataset.layout,
              "'" + train + "' with 2 classes, validated on 'valid.csv'; '" + test + "' left for evaluate");
  }
  Folder folder({"images/1.jpg", "images/2.jpg", "images/3.jpg"});
  folder.write("train.csv", "image_id,label\n1,a\n2,b\n");
  folder.write("test.csv", "image_id\n3\n");
  EXPECT_EQ(folder.dataset().layout, "'train.csv' with 2 classes");
}

TEST(Layout, ATableOfAllParts) {
  Folder folder({"train/1.jpg", "train/2.jpg", "valid/3.jpg", "valid/4.jpg"});
  folder.write("labels.csv", "path,label\nvalid/3.jpg,a\nvalid/4.jpg,b\ntrain/1.jpg,a\ntrain/2.jpg,b\n");
  const auto dataset = folder.dataset();
  EXPECT_EQ(folder.names(dataset.training), (Names{"a: train/1.jpg", "b: train/2.jpg"}));
  EXPECT_EQ(folder.names(dataset.validation), (Names{"a: valid/3.jpg", "b: valid/4.jpg"}));
}

TEST(Layout, FoldersAndATableThatSayDifferentThingsAreRefused) {
  Folder folder({"part_1/1.jpg", "part_2/2.jpg"});
  folder.write("metadata.csv", "image_id,dx\n1,nv\n2,mel\n");
  EXPECT_TRUE(contains(folder.refusal(),
                       "got the folders 'part_1', 'part_2' and the table 'metadata.csv', which says "
                       "otherwise; take the table with --labels "));
  Folder same(in_folders({"."}));
  same.write("labels.csv", "path,label\na/1.jpg,a\nb/2.jpg,b\n");
  EXPECT_EQ(same.dataset().layout, "2 classes, a folder each");
}

TEST(Layout, SeveralTablesAreRefused) {
  Folder folder({"1.jpg"});
  folder.write("a.csv", "path,label\n1.jpg,a\n");
  folder.write("b.csv", "path,label\n1.jpg,b\n");
  EXPECT_TRUE(contains(folder.refusal(), "expected one table of labels, got 'a.csv', 'b.csv'"));
}

TEST(Layout, AClassMayBeCalledAsAPart) {
  EXPECT_EQ(Folder({"train/1.jpg", "car/1.jpg", "bus/1.jpg"}).dataset().training.class_names,
            (Names{"bus", "car", "train"}));
  EXPECT_EQ(Folder({"train/1.jpg", "plane/1.jpg"}).dataset().training.class_names, (Names{"plane", "train"}));
  EXPECT_EQ(Folder({"train/train.1.jpg", "train/train.2.jpg", "bus/bus.1.jpg"}).dataset().training.class_names,
            (Names{"bus", "train"}));
  EXPECT_EQ(Folder({"valid/1.jpg", "invalid/1.jpg"}).dataset().training.class_names, (Names{"invalid", "valid"}));
  EXPECT_EQ(Folder({"test/1.jpg", "control/1.jpg"}).dataset().training.class_names, (Names{"control", "test"}));
  EXPECT_EQ(Folder({"train_station/1.jpg", "bus_station/1.jpg"}).dataset().training.class_names,
            (Names{"bus_station", "train_station"}));
}

TEST(Layout, FoldersThatHoldTheSameFoldersAreNeverClasses) {
  for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{
           {"train", "foo"}, {"foo", "bar"}, {"2019", "2020"}, {"train", "cats_train"}}) {
    const auto refusal = Folder(in_folders({one, other})).refusal();
    EXPECT_TRUE(contains(refusal, "'" + one + "'")) << refusal;
    EXPECT_TRUE(contains(refusal, "'" + other + "'")) << refusal;
    EXPECT_TRUE(contains(refusal, "train, val and test")) << refusal;
  }
  EXPECT_TRUE(contains(Folder({"foo/a/1.jpg", "foo/b/1.jpg", "bar/a/1.jpg"}).refusal(), "'bar', 'foo'"));
  for (const auto& names : {Names{"a/train/1.jpg", "a/val/2.jpg", "b/train/3.jpg", "b/val/4.jpg"},
                            Names{"x/Train/a/1.jpg", "x/valid/a/2.jpg", "y/training/a/3.jpg", "y/test/a/4.jpg"}})
    EXPECT_TRUE(contains(Folder(names).refusal(), "which hold parts of a split each: ")) << names[0];
  const Names tiny = {"n1/images/1.jpg", "n2/images/2.jpg"};
  EXPECT_EQ(Folder(tiny).dataset().training.class_names, (Names{"n1", "n2"}));
  EXPECT_EQ(Folder({"a/x/1.jpg", "a/y/1.jpg", "b/z/1.jpg", "b/w/1.jpg"}).dataset().training.class_names, kAAndB);
}

TEST(Layout, ClassesWithATestFolderBesideThem) {
  const Folder folder({"a/1.jpg", "b/2.jpg", "test/a/3.jpg", "test/b/4.jpg"});
  const auto dataset = folder.dataset();
  EXPECT_EQ(folder.names(dataset.training), (Names{"a: a/1.jpg", "b: b/2.jpg"}));
  EXPECT_EQ(folder.names(dataset.test), (Names{"a: test/a/3.jpg", "b: test/b/4.jpg"}));
  EXPECT_EQ(dataset.layout, "'a', 'b' with 2 classes; test/ left for evaluate");
  EXPECT_TRUE(contains(Folder({"a/1.jpg", "b/2.jpg", "test/3.jpg"}).refusal(),
                       "got 'test', which may be either, beside 'a', 'b'"));
}

TEST(Layout, PartsWithoutLabelsAreNeverClasses) {
  for (const auto& names :
       {Names{"train/1.jpg", "test/2.jpg"}, Names{"train/1.jpg", "valid/2.jpg"}, Names{"train/1.jpg"}}) {
    const auto refusal = Folder(names).refusal();
    EXPECT_TRUE(contains(refusal, "train': expected photos with labels")) << refusal;
  }
}

TEST(Layout, TwoFoldersForOnePartAreRefused) {
  EXPECT_TRUE(contains(Folder(in_folders({"train", "training", "val"})).refusal(),
                       "got 'train', 'training' for the same part"));
}

TEST(Layout, OneFolderTooHighNamesTheFolderBelow) {
  const Folder classes({"pets/a/1.jpg", "pets/b/2.jpg", "readme.txt", "docs/x.txt"});
  EXPECT_EQ(classes.refusal(), in_quotes(classes.path().native()) +
                                   ": expected a folder per class, or train/ and val/, got one "
                                   "folder, " +
                                   in_quotes((classes / "pets").native()) + ", that holds 'a', 'b'; name that folder");
  EXPECT_TRUE(contains(Folder(in_folders({"pets/train", "pets/val"})).refusal(),
                       "pets', that holds 'train', 'val'; name that"));
  EXPECT_TRUE(contains(Folder(in_folders({"x/pets"})).refusal(), "x/pets', that holds 'a', 'b'; name that"));
  EXPECT_TRUE(contains(Folder({"kaggle/train/cat.0.jpg", "kaggle/train/dog.0.jpg", "kaggle/test1/1.jpg"}).refusal(),
                       "kaggle', that holds 'test1', 'train'"));
  EXPECT_EQ(Folder({"cat/1.jpg", "cat/sub/2.jpg"}).dataset().training.class_names, Names{"cat"});  // one class
  EXPECT_EQ(Folder({"cat/sub/2.jpg"}).dataset().training.class_names, Names{"cat"});
}

TEST(Layout, SystemFoldersAndRawFilesAreCountedApart) {
  const Folder folder({"a/1.jpg", "a/1.NEF", "a/@eaDir/1.jpg/S.jpg", "b/2.jpg", "b/@eaDir/2.jpg/S.jpg", "b/2.cr2",
                       "@eaDir/x/1.jpg", "#recycle/a/1.jpg", "lost+found/1.jpg", "notes.txt"});
  const auto dataset = folder.dataset();
  EXPECT_EQ(folder.names(dataset.training), (Names{"a: a/1.jpg", "b: b/2.jpg"}));
  EXPECT_EQ(dataset.training.raw_beside, 2);
  EXPECT_EQ(dataset.training.system_folders, 5);
  EXPECT_EQ(dataset.training.ignored, 1);
  EXPECT_EQ(dataset.layout, "2 classes, a folder each; 5 system folders skipped; 2 raw files beside their photos");
  const auto parts =
      Folder(in_folders({"train", "val"}, {"@eaDir/1.jpg", "train/@eaDir/1.jpg", "val/a/@eaDir/1.jpg", "val/a/1.dng"}));
  EXPECT_EQ(parts.dataset().layout,
            "train/ and val/ with 2 classes; 3 system folders skipped; 1 raw file beside its photo");
}

TEST(Layout, PlainWordsAreClassesThoughSystemsUseThemToo) {
  EXPECT_EQ(Folder({"recycled/1.jpg", "compost/1.jpg", "Thumbs/1.jpg"}).dataset().training.class_names,
            (Names{"Thumbs", "compost", "recycled"}));
}

TEST(Layout, FoldersOfPhotosBesideFoldersOfFoldersAreRefused) {
  EXPECT_TRUE(contains(Folder({"learn/cats/1.jpg", "learn/dogs/1.jpg", "check/1.jpg"}).refusal(), "learn'"));
  EXPECT_TRUE(contains(Folder({"a/cats/1.jpg", "a/dogs/1.jpg", "b/cats/1.jpg", "b/dogs/1.jpg", "c/1.jpg"}).refusal(),
                       "which hold the same folders"));
}

TEST(Layout, ClassesThatDifferBetweenPartsAreRefused) {
  EXPECT_TRUE(contains(Folder({"train/a/1.jpg", "train/b/1.jpg", "val/a/1.jpg", "val/c/1.jpg"}).refusal(),
                       "expected the classes 'a', 'b', got 'a', 'c'"));
  EXPECT_NE(Folder({"train/a/1.jpg", "train/b/1.jpg", "val/a/1.jpg"}).refusal(), "");
  const auto nfd =
      Folder({"train/cha\xcc\x82t/1.jpg", "train/b/1.jpg", "val/ch\xc3\xa2t/1.jpg", "val/b/1.jpg"}).dataset();
  EXPECT_EQ(nfd.validation->class_names, nfd.training.class_names);
}

TEST(Validation, IsThePartOfASplitOrAllOfAFolder) {
  const Folder folder(in_folders({"plain", "divided/train", "divided/val", "only/val"}));
  EXPECT_EQ(folder.names(load_validation(folder / "plain", {}, kAAndB)),
            (Names{"a: plain/a/1.jpg", "b: plain/b/2.jpg"}));
  EXPECT_EQ(folder.names(load_validation(folder / "divided", {}, kAAndB)),
            (Names{"a: divided/val/a/1.jpg", "b: divided/val/b/2.jpg"}));
  EXPECT_EQ(folder.names(load_validation(folder / "only", {}, kAAndB)),
            (Names{"a: only/val/a/1.jpg", "b: only/val/b/2.jpg"}));
  EXPECT_TRUE(contains(message_of<Error>([&] { load_validation(folder / "plain", {}, {"a"}); }),
                       "expected the classes 'a', got"));
}

}  // namespace
}  // namespace pawprint
