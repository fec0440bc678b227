#include "app/report/validation_csv.h"

#include <gtest/gtest.h>

namespace pawprint {
namespace {

TEST(ValidationCsv, PutsTheLabelBehindThePath) {
  EXPECT_EQ(validation_csv({{{"1.jpg", {0.25, 0.75}}, 0}, {{"2.jpg", {}, "empty file"}, 1}}, {"cat", "dog"}),
            "path,label,class,probability,cat,dog,status\n"
            "1.jpg,cat,dog,0.750000,0.250000,0.750000,ok\n"
            "2.jpg,dog,,,,,empty file\n");
}

TEST(ValidationCsv, QuotedPathsAndLabelsStayCells) {
  EXPECT_EQ(validation_csv({{{"a,\"b\".jpg", {1, 0}}, 0}}, {"big, cat", "=dog"}),
            "path,label,class,probability,\"big, cat\",'=dog,status\n"
            "\"a,\"\"b\"\".jpg\",\"big, cat\",\"big, cat\",1.000000,1.000000,0.000000,ok\n");
}

TEST(ValidationCsv, AClassNamedLabelHasAColumnOfItsOwn) {
  EXPECT_EQ(validation_csv({{{"1.jpg", {0.25, 0.75}}, 1}}, {"label", "path"}),
            "path,label,class,probability,p(label),p(path),status\n1.jpg,path,path,0.750000,0.250000,0.750000,ok\n");
}

TEST(ValidationCsv, OfNoPhotosIsTheHeader) {
  EXPECT_EQ(validation_csv({}, {"a", "b"}), "path,label,class,probability,a,b,status\n");
}

}  // namespace
}  // namespace pawprint
