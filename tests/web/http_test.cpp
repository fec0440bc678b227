#include "app/web/http.h"

#include <gtest/gtest.h>

#include <new>
#include <nlohmann/json.hpp>
#include <string>

#include "models/base/error.h"

namespace pawprint {
namespace {

template <class Problem>
HttpResponse response_to(Problem problem) {
  const HttpService service{[](const HttpRequest&) { return size_t{0}; },
                            [&](const HttpRequest&) -> HttpResponse { throw problem; }};
  return respond(service, {});
}

TEST(AnswerOrExplain, GivesEveryKindOfProblemItsStatus) {
  EXPECT_EQ(response_to(HttpProblem(413, "too large")).status, 413);
  EXPECT_EQ(response_to(Error("no such attribute")).status, 400);
  EXPECT_EQ(response_to(std::bad_alloc()).status, 503);
  EXPECT_EQ(response_to(std::runtime_error("oops")).status, 500);
}

TEST(AnswerOrExplain, SaysWhyInJsonWhateverBytesTheMessageHolds) {
  const auto json = nlohmann::json::parse(response_to(HttpProblem(422, "\"quoted\" \xff", "no_face")).body);
  EXPECT_EQ(json["error"], "\"quoted\" \xEF\xBF\xBD");
  EXPECT_EQ(json["kind"], "no_face");
}

}  // namespace
}  // namespace pawprint
