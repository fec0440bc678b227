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

TEST(Guard, ARequestIsAdmittedFromThisMachineAndWithTheTokenOnly) {
  const Allowed page{"GET", 0}, edit{"POST", 100};
  HttpRequest right;
  right.method = "POST", right.path = "/api/edit", right.host = "127.0.0.1:8080", right.token = "secret";
  EXPECT_EQ(admit(right, &edit, "secret"), 100u);
  const auto status = [&](auto change, const Allowed* there) {
    HttpRequest request = right;
    change(request);
    try {
      admit(request, there, "secret");
      return 200;
    } catch (const HttpProblem& problem) {
      return problem.status;
    }
  };
  EXPECT_EQ(status([](auto& r) { r.host = "evil.example"; }, &edit), 403);
  EXPECT_EQ(status([](auto& r) { r.origin = "http://evil.example"; }, &edit), 403);
  EXPECT_EQ(status([](auto& r) { r.token = "guessed"; }, &edit), 403);
  EXPECT_EQ(status([](auto& r) { r.token = "guessed"; }, nullptr), 403);  // who has no token learns no address
  EXPECT_EQ(status([](auto&) {}, nullptr), 404);
  EXPECT_EQ(status([](auto& r) { r.method = "GET"; }, &edit), 405);
  EXPECT_EQ(status([](auto& r) { r.method = "HEAD"; }, &edit), 405);
  const auto open_page = [](auto& r) { r.path = "/", r.token = ""; };
  EXPECT_EQ(status(open_page, &page), 405);
  EXPECT_EQ(status([&](auto& r) { open_page(r), r.method = "GET"; }, &page), 200);
  EXPECT_EQ(status([&](auto& r) { open_page(r), r.method = "HEAD"; }, &page), 200);
  EXPECT_EQ(status([&](auto& r) { open_page(r), r.host = "0.0.0.0"; }, &page), 403);
}

}  // namespace
}  // namespace pawprint
