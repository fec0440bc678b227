#include "models/base/version.h"

#include <gtest/gtest.h>

#include <regex>

namespace pawprint {

namespace {

TEST(Version, NamesTheReleaseAndTheCommit) {
  EXPECT_TRUE(std::regex_match(version(), std::regex(R"(\d+\.\d+\.\d+)"))) << version();
  EXPECT_TRUE(std::regex_match(revision(), std::regex("[A-Za-z0-9._/-]+"))) << revision();  // `unknown`, at least
  EXPECT_EQ(full_version(), std::string(version()) + " (" + revision() + ")");
}

}  // namespace

}  // namespace pawprint
