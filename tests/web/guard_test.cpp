#include "app/web/guard.h"

#include <gtest/gtest.h>

namespace pawprint {
namespace {

TEST(Guard, ATokenIs32HexadecimalDigitsAndNeverTheSame) {
  const auto token = random_token();
  EXPECT_EQ(token.size(), 32u);
  EXPECT_EQ(token.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(token, random_token());
}

TEST(Guard, ASecretIsTheSameOnlyAsAWhole) {
  EXPECT_TRUE(same_secret("0123abcd", "0123abcd"));
  EXPECT_FALSE(same_secret("1123abcd", "0123abcd"));  // the first
  EXPECT_FALSE(same_secret("0123abce", "0123abcd"));  // the last
  EXPECT_FALSE(same_secret("0123abc", "0123abcd"));
  EXPECT_FALSE(same_secret("0123abcd0", "0123abcd"));
  EXPECT_FALSE(same_secret("", "0123abcd"));
}

TEST(Guard, OnlyNamesOfThisMachineAreHosts) {
  for (const char* host :
       {"127.0.0.1:8080", "localhost:8080", "localhost", "127.0.0.1", "LocalHost:1", "127.0.0.1:65535"})
    EXPECT_TRUE(is_local_host(host)) << host;
  for (const char* host : {"", "evil.example", "evil.example:8080", "localhost.evil.example:8080",
                           "127.0.0.1.evil:8080", "127.0.0.1:", "127.0.0.1:80a", "127.0.0.1:8080:1", "localhost:123456",
                           "user@localhost", "[::1]:8080", "0.0.0.0:8080"})
    EXPECT_FALSE(is_local_host(host)) << host;
}

TEST(Guard, AnOriginIsTheHostsOwnOrNone) {
  EXPECT_TRUE(is_same_origin("", "127.0.0.1:8080"));
  EXPECT_TRUE(is_same_origin("http://127.0.0.1:8080", "127.0.0.1:8080"));
  EXPECT_TRUE(is_same_origin("http://localhost:8080", "LOCALHOST:8080"));
  for (const char* origin : {"null", "http://localhost:8080", "http://127.0.0.1:3000", "http://127.0.0.1",
                             "https://127.0.0.1:8080", "http://evil.example", "http://127.0.0.1:8080.evil.example"})
    EXPECT_FALSE(is_same_origin(origin, "127.0.0.1:8080")) << origin;
}

}  // namespace
}  // namespace pawprint
