#include "app/cli/generate.h"

#include <gtest/gtest.h>

namespace pawprint {
namespace {

using Words = std::vector<std::string>;

const std::vector<CommandSpec> kSpecs = {
    {"sort",
     "PATH... --by WHAT",
     "Sorts photos.",
     {{"by", "age|size", "what\nage: the date"}, {"into", "DIR", "a folder [new]"}, {"dry", "", "it's a try"}},
     "One\\two 'three'.\n\n  .column   `x`\n"},
    {"sort again", "", "Sorts once more.", {}, ""},
    {"zoo feed", "FILE|animals", "Feeds.", {{"table", "CSV", "who: what"}}, "example: pawprint zoo feed a\n"},
    {"zoo close", "now|later", "Closes.", {}, ""}};

TEST(Generate, PlaceholdersSayWhatCompletesThem) {
  EXPECT_EQ(completable("csv|jsonl").words, (Words{"csv", "jsonl"}));
  EXPECT_FALSE(completable("csv|jsonl").files);
  for (const auto* file : {"FILE", "FILE.csv", "CSV"}) EXPECT_TRUE(completable(file).files) << file;
  EXPECT_TRUE(completable("DIR").folders);
  EXPECT_EQ(completable("FILE|tiny").words, Words{"tiny"});
  EXPECT_TRUE(completable("FILE|tiny").files);
  for (const auto* free : {"N", "X,Y,SIDE", "FROM=TO,...", ""}) {
    EXPECT_TRUE(completable(free).words.empty()) << free;
    EXPECT_FALSE(completable(free).files || completable(free).folders) << free;
  }
}

TEST(Generate, OperandsAreFilesUnlessTheSynopsisNamesWords) {
  EXPECT_TRUE(operands(kSpecs[0]).files);
  EXPECT_EQ(operands(kSpecs[3]).words, (Words{"now", "later"}));
  EXPECT_FALSE(operands(kSpecs[3]).files);
}

TEST(Generate, AFamilyIsNamedOnce) { EXPECT_EQ(families(kSpecs), (Words{"sort", "zoo"})); }

TEST(Generate, ManualPageEscapesWhatRoffReads) {
  const auto page = manual_page(kSpecs, "2026-11-24");
  EXPECT_NE(page.find("\n.SS sort\n.B pawprint sort\nPATH... \\-\\-by WHAT\n"), std::string::npos) << page;
  EXPECT_NE(page.find("\n.B \\-\\-by \\fIage|size\\fR\nwhat\n.br\nage: the date\n"), std::string::npos) << page;
  EXPECT_NE(page.find("\nOne\\etwo \\(aqthree\\(aq.\n.PP\n.nf\n  .column   \\(gax\\(ga\n.fi\n"), std::string::npos)
      << page;
}

TEST(Generate, ManualPageKeepsADotAtTheStartOfALine) {
  const auto page = manual_page({{"x", "A", "Says.", {}, ".hidden files count\n"}}, "2026-11-24");
  EXPECT_NE(page.find("\n\\&.hidden files count\n"), std::string::npos) << page;
}

TEST(Generate, ZshDescriptionsAreEscaped) {
  const auto script = zsh_completion(kSpecs);
  EXPECT_NE(script.find("'--into=[a folder \\[new\\]]:DIR:_files -/'"), std::string::npos) << script;
  EXPECT_NE(script.find("'--dry[it'\\''s a try]'"), std::string::npos) << script;
  EXPECT_NE(script.find("'--table=[who\\: what]:CSV:_files'"), std::string::npos) << script;
  EXPECT_NE(script.find("'*:argument:(now later)'"), std::string::npos) << script;
}

}  // namespace
}  // namespace pawprint
