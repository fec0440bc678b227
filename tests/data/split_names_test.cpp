#include "app/data/split_names.h"

#include <gtest/gtest.h>

namespace pawprint {
namespace {

TEST(PartOfName, KnowsTheUsualSpellingsInAnyCase) {
  for (const auto* name :
       {"train", "Train", "TRAIN", "training", "training_set", "training-set", "Training Set", "trainset", "trn",
        "train1", "train2017", "train_images", "images_train", "trainImages", "01_train", "train_data", "TrainingData"})
    EXPECT_EQ(part_of_name(name).value().part, Part::kTraining) << name;
  for (const auto* name : {"val", "Val", "valid", "VALID", "validation", "validation_set", "dev", "eval", "val2017",
                           "valset", "valid_images", "Validation Data"})
    EXPECT_EQ(part_of_name(name).value().part, Part::kValidation) << name;
  for (const auto* name :
       {"test", "Test", "testing", "test_set", "testset", "test1", "tst", "test_images", "Testing Set"})
    EXPECT_EQ(part_of_name(name).value().part, Part::kTest) << name;
  EXPECT_EQ(part_of_name("pred").value().part, Part::kUnlabeled);
}

TEST(PartOfName, SaysWhatElseANameTells) {
  EXPECT_EQ(part_of_name("train_images").value().rest, "");
  EXPECT_EQ(part_of_name("seg_train").value().rest, "seg");
  EXPECT_EQ(part_of_name("train_station").value().rest, "station");
}

TEST(PartOfName, OtherNamesAreNone) {
  for (const auto* name : {"cats", "trains", "contest", "valley", "device", "images", "", "1", "latest", "restrain",
                           "train_test", "invalid", "\xe7\x8c\xab"})
    EXPECT_FALSE(part_of_name(name)) << name;
}

TEST(PlainName, TellsNothing) {
  for (const auto* name : {"images", "Images", "photos_jpg", "data"}) EXPECT_TRUE(is_plain_name(name)) << name;
  for (const auto* name : {"cats", "images_of_cats", "2019", ""}) EXPECT_FALSE(is_plain_name(name)) << name;
}

}  // namespace
}  // namespace pawprint
