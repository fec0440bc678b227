#include "app/web/edit_request.h"

#include <gtest/gtest.h>

#include <string>

#include "app/web/http.h"

namespace pawprint {
namespace {

int refusal(const std::string& body) {
  try {
    parse_edit(body);
  } catch (const HttpProblem& problem) {
    return problem.status;
  }
  return 0;
}

TEST(EditRequest, HoldsAFaceAndItsMoves) {
  const auto request =
      parse_edit(R"({"face": "g3", "moves": {"Smiling": 1.5, "Male": -2}, "x": "Young", "y": "Bald"})");
  EXPECT_EQ(request.face, "g3");
  EXPECT_EQ(request.moves, (std::map<std::string, double>{{"Smiling", 1.5}, {"Male", -2.}}));
  EXPECT_EQ(request.x, "Young");
  EXPECT_EQ(request.y, "Bald");
}

TEST(EditRequest, HoldsTheMovesOfOtherFaces) {
  const auto request = parse_edit(R"({"face": "p1", "others": {"p0": {"Smiling": 0.7, "Male": 0}, "p2": {}}})");
  EXPECT_TRUE(request.moves.empty());
  EXPECT_EQ(request.others,
            (std::map<std::string, std::map<std::string, double>>{{"p0", {{"Smiling", 0.7}}}, {"p2", {}}}));
  for (const char* others : {"[]", "null", "3", R"({"p0": 1})", R"({"p0": {"Smiling": 9}})"})
    EXPECT_EQ(refusal(R"({"face": "p1", "others": )" + std::string(others) + "}"), 400) << others;
}

TEST(EditRequest, NeedsNoMovesAndLeavesOutThoseOfZero) {
  EXPECT_TRUE(parse_edit(R"({"face": "g0"})").moves.empty());
  EXPECT_TRUE(parse_edit(R"({"face": "g0", "moves": {"Smiling": 0}})").moves.empty());
}

TEST(EditRequest, RefusesWhatIsNoRequest) {
  for (const char* body :
       {"", "{", "[]", "null", "3", R"({"moves": {}})", R"({"face": ""})", R"({"face": 3})",
        R"({"face": "g0", "moves": []})", R"({"face": "g0", "moves": null})",
        R"({"face": "g0", "moves": {"Smiling": "1"}})", R"({"face": "g0", "moves": {"Smiling": 1e9}})",
        R"({"face": "g0", "moves": {"Smiling": 4.01}})", R"({"face": "g0", "x": 1})", "{\"face\": \"\xff\"}"})
    EXPECT_EQ(refusal(body), 400) << body;
  EXPECT_EQ(refusal(std::string(60'000, '[')), 400);
}

TEST(EditRequest, RefusesMoreMovesThanAnyModelHas) {
  std::string moves;
  for (int i = 0; i < 257; ++i) moves += (i == 0 ? "\"a" : ", \"a") + std::to_string(i) + "\": 1";
  EXPECT_EQ(refusal("{\"face\": \"g0\", \"moves\": {" + moves + "}}"), 400);
}

TEST(EditRequest, MovesAreThoseOfWhatIsShown) {
  const auto request = parse_edit(R"({"face": "g0", "moves": {"Young": 1, "No_Beard": -0.5, "Smiling": 2}})");
  EXPECT_EQ(request.moves, (std::map<std::string, double>{{"Young", -1}, {"No_Beard", 0.5}, {"Smiling", 2}}));
}

TEST(ShownAttribute, TurnsRoundWhatIsNamedByItsLack) {
  EXPECT_EQ(shown_attribute("No_Beard").label, "Beard");
  EXPECT_EQ(shown_attribute("No_Beard").sign, -1);
  EXPECT_EQ(shown_attribute("Young").label, "Age");
  EXPECT_EQ(shown_attribute("Young").sign, -1);
  for (const auto* name : {"Smiling", "No_", "Nose"}) EXPECT_EQ(shown_attribute(name).sign, 1) << name;
}

TEST(ShownAttribute, IsAsPeopleWriteIt) {
  EXPECT_EQ(shown_attribute("Smiling").label, "Smiling");
  EXPECT_EQ(shown_attribute("Mouth_Slightly_Open").label, "Mouth slightly open");
  EXPECT_EQ(shown_attribute("5_o_Clock_Shadow").label, "5 o clock shadow");
  EXPECT_EQ(shown_attribute("").label, "");
}

}  // namespace
}  // namespace pawprint
