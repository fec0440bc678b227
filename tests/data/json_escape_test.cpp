#include "app/data/json_escape.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace pawprint {
namespace {

using namespace std::string_literals;

const std::vector<std::string> kBroken = {
    "\x80",              // a continuation alone
    "\xc3",              // cut short
    "\xc3(",             // a lead without its continuation
    "\xc0\xaf",          // '/' in two bytes
    "\xe0\x80\xaf",      // and in three
    "\xed\xa0\x80",      // a surrogate
    "\xf4\x90\x80\x80",  // beyond U+10FFFF
    "\xff",
};

TEST(Utf8, AcceptsTheFirstAndLastOfEveryLength) {
  EXPECT_TRUE(is_utf8(""));
  for (const auto& text : {"\0"s, "\x7f"s, "\xc2\x80"s, "\xdf\xbf"s, "\xe0\xa0\x80"s, "\xed\x9f\xbf"s, "\xee\x80\x80"s,
                           "\xef\xbf\xbf"s, "\xf0\x90\x80\x80"s, "\xf4\x8f\xbf\xbf"s})
    EXPECT_TRUE(is_utf8("a" + text + "b")) << json_string(text);
}

TEST(Utf8, RefusesWhatIsNotWellFormed) {
  for (const auto& text : kBroken) EXPECT_FALSE(is_utf8("a" + text)) << json_string(text);
}

TEST(JsonString, EscapesQuotesBackslashesAndControls) {
  EXPECT_EQ(json_string("say \"hi\" \\ now"), R"("say \"hi\" \\ now")");
  EXPECT_EQ(json_string("a\n\t\0"s), R"("a\n\t\u0000")");
}

TEST(JsonString, KeepsUtf8) {
  EXPECT_EQ(json_string("K\xc3\xa4tzchen \xf0\x9f\x90\xb1"), "\"K\xc3\xa4tzchen \xf0\x9f\x90\xb1\"");
}

// Python: json.dumps(os.fsdecode(b'a\xff\xc3'))
TEST(JsonString, BytesThatAreNotUtf8AreSurrogateEscapes) {
  EXPECT_EQ(json_string("a\xff\xc3"), R"("a\udcff\udcc3")");
  EXPECT_EQ(json_string("\xed\xa0\x80"), R"("\udced\udca0\udc80")");
  EXPECT_EQ(json_string("\xc3\xa4\xc3"), "\"\xc3\xa4\\udcc3\"");
}

TEST(JsonString, IsReadBackByAJsonParser) {
  std::string text;
  for (int c = 0; c < 128; ++c) text += static_cast<char>(c);
  text += "\xc3\xa4\xf0\x9f\x90\xb1";
  EXPECT_EQ(nlohmann::json::parse(json_string(text)).get<std::string>(), text);
}

TEST(JsonStringBytes, GivesBackAnyBytes) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(json_string_bytes(json_string(all)), all);
  EXPECT_EQ(json_string_bytes(json_string("K\xc3\xa4tzchen \xf0\x9f\x90\xb1")), "K\xc3\xa4tzchen \xf0\x9f\x90\xb1");
}

TEST(JsonStringBytes, TakesEveryEscape) {
  EXPECT_EQ(json_string_bytes(R"("\"\\\/\b\f\n\r\t\u0041\u00e4\u20AC\ud83d\udc31")"),
            "\"\\/\b\f\n\r\tA\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xb1");
}

TEST(JsonStringBytes, TellsAByteFromHalfAPair) {
  EXPECT_EQ(json_string_bytes(R"("\ud83d\udc80\udc80\\udc80")"), "\xf0\x9f\x92\x80\x80\\udc80");
  EXPECT_EQ(json_string_bytes("\"a\xff z\""), "a\xff z");
}

TEST(JsonStringBytes, IsEmptyForWhatIsNoJsonString) {
  for (const char* text : {"", "\"", "a", "\"a", "a\"", "\"a\"b\"", R"("\")", R"("\x")", R"("\u12")", R"("\u12g4")",
                           R"("\ud83d")", R"("\ud83dx")", R"("\ud83d\u0041")", R"("\udc10")", "\"\n\""})
    EXPECT_FALSE(json_string_bytes(text)) << text;
}

TEST(JsonText, IsWhatNlohmannWritesButOfAnyBytes) {
  nlohmann::ordered_json json = {{"z", {1, 0.5, nullptr, true}}, {"a", {{"b", "c"}}}, {"e", nlohmann::json::array()}};
  EXPECT_EQ(json_text(json), json.dump());
  EXPECT_EQ(json_text({{"a\xff", "\xfe"}}), R"({"a\udcff":"\udcfe"})");
}

TEST(JsonText, HasAnItemALineWhereItIsOpen) {
  EXPECT_EQ(json_text({{"a", {{{"b", 1}}, {{"b", 2}}}}, {"c", nlohmann::json::object()}}, 2),
            "{\n \"a\": [\n  {\"b\":1},\n  {\"b\":2}\n ],\n \"c\": {}\n}");
}

}  // namespace
}  // namespace pawprint
