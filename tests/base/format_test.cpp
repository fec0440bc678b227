#include "app/base/format.h"

#include <gtest/gtest.h>

namespace pawprint {
namespace {

TEST(Format, NumbersAsPeopleReadThem) {
  EXPECT_EQ(whole_number(999), "999");
  EXPECT_EQ(whole_number(25'000), "25,000");
  EXPECT_EQ(whole_number(-1'234'567), "-1,234,567");
  EXPECT_EQ(short_number(1600), "1,600");
  EXPECT_EQ(short_number(0.0316228), "0.0316");
  EXPECT_EQ(number(-0.04, 1), "0.0");
  EXPECT_EQ(counted(1, "photo"), "1 photo");
  EXPECT_EQ(counted(2000, "photo"), "2,000 photos");
}

TEST(Format, NearlyAllIsNotAll) {
  EXPECT_EQ(percent(1, 1), "100.0\u00a0%");
  EXPECT_EQ(percent(0.983, 1), "98.3\u00a0%");
  EXPECT_EQ(percent(0.9999, 1), "99.99\u00a0%");
  EXPECT_EQ(percent(0.999999, 1), "99.9999\u00a0%");
}

}  // namespace
}  // namespace pawprint
