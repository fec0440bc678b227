// Tables of labels, through load_dataset as users meet them.
#include "app/data/label_table.h"

#include <gtest/gtest.h>

#include "app/data/labeled_images.h"
#include "models/base/error.h"
#include "tests/support/labeled.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::groups_of;
using testing::labels_of;
using testing::message_of;
using testing::TemporaryFolder;
namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using Labels = std::vector<int64_t>;

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// `text` as the table labels.csv of a folder with empty files of these names.
struct Table : TemporaryFolder {
  explicit Table(const std::string& text, const Names& photos = {"1.jpg", "sub/2.jpg"}) {
    for (const auto& name : photos) write(name, "");
    write("labels.csv", text);
  }
  DatasetOptions options() const { return {*this / "labels.csv", false}; }
  Dataset dataset() const { return load_dataset(path(), options()); }
  LabeledImages images() const { return dataset().training; }
  std::string refusal() const {
    const auto message = message_of<Error>([&] { load_dataset(path(), options()); });
    const auto subject = in_quotes((*this / "labels.csv").native());
    EXPECT_TRUE(message.starts_with(subject)) << message;
    return message.substr(std::min(subject.size(), message.size()));
  }
  std::string quoted() const { return in_quotes(path().native()); }
  std::vector<fs::path> paths(const Names& names) const {
    std::vector<fs::path> out;
    for (const auto& name : names) out.push_back(path() / name);
    return out;
  }
};

void expect_dog_and_cat(const std::string& text) {
  const Table table(text);
  const auto images = table.images();
  EXPECT_EQ(images.class_names, (Names{"cat", "dog"})) << text;
  EXPECT_EQ(paths_of(images.photos), table.paths({"sub/2.jpg", "1.jpg"})) << text;
  EXPECT_EQ(labels_of(images), (Labels{0, 1})) << text;
}

TEST(LabelTable, IsReadWithOrWithoutHeading) {
  for (const auto* text :
       {"path,label\n1.jpg,dog\nsub/2.jpg,cat\n", "1.jpg,dog\nsub/2.jpg,cat", "label,path\ndog,1.jpg\ncat,sub/2.jpg\n",
        "\xef\xbb\xbfpath,label\r\n1.jpg,dog\r\n\r\nsub/2.jpg,cat\r\n",
        "id,label,path\n7,dog,1.jpg\n8,cat,sub/2.jpg\n"})
    expect_dog_and_cat(text);
}

TEST(LabelTable, KnowsTheUsualHeadings) {
  for (const auto* heading :
       {"filename,label", "image_id,class", "id,breed", "Path,Label", "path, label", "file_name,category",
        "image,target", "FILE,CLASS", "Image Path,Class Name", "img,species", "photo,y", "ImageId,Category_Name",
        "filepath,labels", "image_name,diagnosis", "id_code,diagnosis", "file-name,category_id", " PATH ,\tlabel "})
    expect_dog_and_cat(std::string(heading) + "\n1.jpg,dog\nsub/2.jpg,cat\n");
}

TEST(LabelTable, KnowsCommasSemicolonsAndTabs) {
  expect_dog_and_cat("path;label\n1.jpg;dog\nsub/2.jpg;cat\n");
  expect_dog_and_cat("path\tlabel\r\n1.jpg\tdog\r\nsub/2.jpg\tcat\r\n");
  expect_dog_and_cat("sep=;\npath;label\n1.jpg;dog\nsub/2.jpg;cat\n");
  expect_dog_and_cat("\"path\";\"label\";\"size\"\n\"1.jpg\";\"dog\";\"1,5\"\n\"sub/2.jpg\";\"cat\";\"2,5\"\n");
  expect_dog_and_cat("1.jpg\tdog\nsub/2.jpg\tcat\n");
}

TEST(LabelTable, BlanksAroundCellsSayNothing) {
  expect_dog_and_cat("path , label\n 1.jpg, dog\nsub/2.jpg ,cat \n , \n");
  expect_dog_and_cat("path,label\n1.jpg,dog\xc2\xa0\nsub/2.jpg,\"cat\"\n");
  const Table table("path,label\n1.jpg,cat\nsub/2.jpg,cat \n");
  EXPECT_EQ(table.images().class_names, Names{"cat"});
}

TEST(LabelTable, ReadsAColumnPerClass) {
  expect_dog_and_cat("path,cat,dog\n1.jpg,0,1\nsub/2.jpg,1,0\n");
  expect_dog_and_cat("image_id,cat , dog,width\n1.jpg,0.0,1.0,640\nsub/2.jpg,1.0,0.000,480\n");
  expect_dog_and_cat("path,cat,dog\n1.jpg,False,True\nsub/2.jpg,True,False\n");
  expect_dog_and_cat("filename;cat;cow;dog\n1;0;0;1\n2;1;0;0\n");
}

TEST(LabelTable, OfAColumnPerClassEachRowHasOneOne) {
  EXPECT_EQ(Table("path,cat,dog\n1.jpg,0,1\nsub/2.jpg,1,1\n").refusal(),
            ":3: expected one 1 in the columns 'cat', 'dog', got it for 'cat', 'dog'; a photo has one class");
  EXPECT_EQ(Table("path,cat,dog\n1.jpg,0,1\nsub/2.jpg,0,0\n").refusal(),
            ":3: expected one 1 in the columns 'cat', 'dog', got none; a photo has one class");
  EXPECT_EQ(Table("path,cat,dog\n1.jpg,0,1\nsub/2.jpg,0,2\n").refusal(),
            ":3: expected 0 or 1 in the column of 'dog', got '2'");
}

TEST(LabelTable, RowNumbersAreNoClass) {
  expect_dog_and_cat(",path,cat,dog\n0,1.jpg,0,1\n1,sub/2.jpg,1,0\n");
  expect_dog_and_cat("Unnamed: 0,path,cat,dog\n0,1.jpg,0,1\n7,sub/2.jpg,1,0\n");
}

TEST(LabelTable, OfTwoColumnsForTheClassNamesAreTaken) {
  expect_dog_and_cat("path,label,class_name\n1.jpg,1,dog\nsub/2.jpg,0,cat\n");
  expect_dog_and_cat("path,class,class_id\n1.jpg,dog,1\nsub/2.jpg,cat,0\n");
  EXPECT_EQ(
      Table("path,species,breed\n1.jpg,dog,pug\nsub/2.jpg,dog,collie\n").refusal(),
      ":1: expected one column for the class, got 'breed', 'species', which do not say the same; remove or rename "
      "one");
}

TEST(LabelTable, NumbersAreClassesToo) {
  EXPECT_EQ(Table("id,label\n1,0\n2,1\n").images().class_names, (Names{"0", "1"}));
}

TEST(LabelTable, FindsPhotosWithoutExtensionAndInFoldersBelow) {
  const Table table("id,breed\ncat.0,cat\na1,dog\nA2.JPG,dog\nother/cat.1.jpg,cat\nsub\\b.png,cow\n",
                    {"images/train/cat.0.jpg", "images/train/a1.JPEG", "images/train/a2.jpg",
                     "images/x/other/cat.1.jpg", "images/y/cat.1.jpg", "sub/b.png"});
  EXPECT_EQ(table.images().class_names, (Names{"cat", "cow", "dog"}));
  EXPECT_EQ(paths_of(table.images().photos), table.paths({"images/train/cat.0.jpg", "images/x/other/cat.1.jpg",
                                                          "sub/b.png", "images/train/a1.JPEG", "images/train/a2.jpg"}));
}

TEST(LabelTable, FindsNamesWrittenInAnotherUnicodeForm) {
  const Table table("path,label\nchat-\xc3\xa9t\xc3\xa9.jpg,cat\n", {"chat-e\xcc\x81te\xcc\x81.jpg"});
  EXPECT_EQ(paths_of(table.images().photos), table.paths({"chat-e\xcc\x81te\xcc\x81.jpg"}));
}

TEST(LabelTable, PathsMayBeginAtTheTable) {
  const TemporaryFolder folder;
  folder.write("data/other.jpg", "");
  folder.write("tables/1.jpg", "");
  const auto csv = folder.write("tables/labels.csv", "path,label\n1.jpg,cat\n");
  EXPECT_EQ(paths_of(load_dataset(folder / "data", {csv, false}).training.photos),
            std::vector<fs::path>{folder / "tables/1.jpg"});
}

TEST(LabelTable, ANameOfTwoPhotosIsRefused) {
  const auto refusal = Table("id,label\n1,cat\n", {"a/1.jpg", "b/1.jpg"}).refusal();
  EXPECT_TRUE(refusal.starts_with(":2: expected one photo by the name '1', got ")) << refusal;
  EXPECT_TRUE(contains(refusal, "a/1.jpg' and ")) << refusal;
}

TEST(LabelTable, QuotedPathsMayHoldCommasAndAbsoluteOnesStay) {
  const TemporaryFolder elsewhere;
  const auto absolute = elsewhere.write("c.jpg", "");
  const Table table("\"a,b.jpg\",cat\n" + absolute.native() + ",cat\n", {"a,b.jpg"});
  auto expected = std::vector<fs::path>{absolute, table / "a,b.jpg"};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(paths_of(table.images().photos), expected);
}

TEST(LabelTable, AnUnknownHeadingIsNamed) {
  EXPECT_EQ(
      Table("foo,label\n1.jpg,cat\n").refusal(),
      ":1: expected a heading for the photo (path, filename, file, image, image_id, id ...) and one for the class "
      "(label, class, category, breed, target ...), or a photo of the data, got 'foo', 'label'; rename the column");
  EXPECT_EQ(Table("path,foo\n1.jpg,cat\n").refusal(),
            ":1: expected a heading for the class (label, class, category, breed, species, target, diagnosis ...) or a "
            "column of 0 and 1 for each class, got 'path', 'foo'; rename the column");
}

TEST(LabelTable, RefusalsNameTheLine) {
  const auto refusal = [](const std::string& text) { return Table(text).refusal(); };
  EXPECT_EQ(refusal("path,label\n1.jpg,cat\n1.jpg,dog\n"), ":3: expected each photo once, got '1.jpg' again (line 2)");
  EXPECT_EQ(refusal("id,label\n1.jpg,cat\n1,dog\n"), ":3: expected each photo once, got '1' again (line 2)");
  EXPECT_EQ(refusal("1.jpg,cat\n\nsub/2.jpg\n"), ":3: expected path,label, got 1 cell");
  EXPECT_EQ(refusal("1.jpg,\n"), ":1: expected a class name in UTF-8 without '/' and control characters, got ''");
  EXPECT_EQ(refusal("1.jpg,a/b\n"), ":1: expected a class name in UTF-8 without '/' and control characters, got 'a/b'");
  EXPECT_EQ(refusal("\"1.jpg,cat\n"), ":1: expected a closing quote, got the end of the file");
  EXPECT_EQ(refusal("path,label\n"), ": expected rows of path,label, got none");
  EXPECT_EQ(refusal(""), ": expected rows of path,label, got none");
  EXPECT_EQ(refusal("\xff\xfep"), ": expected UTF-8, got UTF-16; save it as \"CSV UTF-8\"");
}

TEST(LabelTable, PhotosThatAreNotThereAreNamedOnceWithTheirLine) {
  const Table one("path,label\n1.jpg,cat\nno.jpg,cat\n");
  EXPECT_EQ(one.refusal(), ":3: expected a photo in " + one.quoted() +
                               ", got 'no.jpg', which is not there; correct the path, or remove the row");
  EXPECT_TRUE(contains(Table("no.jpg,cat\n1.jpg,cat\nno2.jpg,dog\n").refusal(), ":1: expected a photo in "));
  EXPECT_TRUE(contains(Table("no.jpg,cat\n1.jpg,cat\nno2.jpg,dog\n").refusal(), "(nor are 1 others)"));
}

TEST(LabelTable, AMissingTableIsRefused) {
  const TemporaryFolder folder;
  EXPECT_TRUE(contains(message_of<Error>([&] {
                         load_dataset(folder.path(), {folder / "no.csv", false});
                       }),
                       "expected a CSV file with path,label, got none that can be read"));
}

TEST(LabelTable, NamesThatDifferInCaseOnlyAreRefusedWithBoth) {
  EXPECT_TRUE(contains(Table("path,label\n1.jpg,Cat\nsub/2.jpg,cat\n").refusal(), "got 'Cat' and 'cat'"));
  EXPECT_EQ(Table("path,label\n1.jpg,caf\xc3\xa9\nsub/2.jpg,cafe\xcc\x81\n").images().class_names,
            Names{"caf\xc3\xa9"});
}

TEST(LabelTable, AColumnOfGroupsStaysBesideThePhotos) {
  for (const auto* heading : {"group", "Patient", "patient_id", "subject", "lesion_id"}) {
    const Table table("path,label," + std::string(heading) + "\n1.jpg,dog,p1\nsub/2.jpg,cat,p2\n3.jpg,cat,\n",
                      {"1.jpg", "sub/2.jpg", "3.jpg"});
    EXPECT_EQ(paths_of(table.images().photos), table.paths({"3.jpg", "sub/2.jpg", "1.jpg"}));
    EXPECT_EQ(groups_of(table.images()), (Names{"", "p2", "p1"})) << heading;
  }
  EXPECT_EQ(groups_of(Table("path,label\n1.jpg,dog\n").images()), Names{""});
}

TEST(LabelTable, AColumnOfPartsDividesThePhotos) {
  for (const auto* heading : {"split", "Set", "subset"}) {
    const Table table("path,label," + std::string(heading) +
                          "\n1.jpg,dog,train\n2.jpg,cat,Training\n3.jpg,cat,valid\n4.jpg,dog,test\n5.jpg,,test\n",
                      {"1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"});
    const auto dataset = table.dataset();
    EXPECT_EQ(paths_of(dataset.training.photos), table.paths({"2.jpg", "1.jpg"}));
    ASSERT_TRUE(dataset.validation && dataset.test);
    EXPECT_EQ(paths_of(dataset.validation->photos), table.paths({"3.jpg"}));
    EXPECT_EQ(dataset.validation->class_names, (Names{"cat", "dog"}));
    EXPECT_EQ(paths_of(dataset.test->photos), table.paths({"4.jpg"}));
    EXPECT_EQ(dataset.layout, "'labels.csv' with 2 classes, 1 photo of them for validation; 1 photo left for evaluate");
  }
  EXPECT_EQ(Table("path,label,split\n1.jpg,dog,train\nsub/2.jpg,cat,foo\n").refusal(),
            ":3: expected train, val or test, got 'foo'");
  EXPECT_EQ(Table("path,label,set\n1.jpg,dog,A\nsub/2.jpg,cat,B\n").images().photos.size(),
            2u);  // means something else
  EXPECT_TRUE(
      contains(Table("path,label,split\n1.jpg,dog,train\nsub/2.jpg,cow,val\n").refusal(), "expected the classes"));
}

}  // namespace
}  // namespace pawprint
