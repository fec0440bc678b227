#include "app/cli/arguments.h"

#include <gtest/gtest.h>

#include <limits>

#include "app/cli/help.h"
#include "app/cli/parse.h"
#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::message_of;
using Words = std::vector<std::string>;

enum class Format { kCsv, kJsonl, kXml };

}  // namespace

template <>
inline constexpr std::array<std::string_view, 3> kWords<Format> = {"csv", "jsonl", "xml"};

namespace {

struct Options {
  std::string out;
  int64_t epochs = 7, steps = 0;
  double rate = 0.5;
  uint64_t seed = 1;
  Format format = Format::kCsv;
  std::filesystem::path file = "a file";
  bool fast = false;

  void visit(OptionVisitor& v) {
    v.row({"out", "DIR", "where to"}, out);
    v.row({"epochs", "N", "how often"}, epochs, {1, 10});
    v.row({"rate", "R", "how fast\nreally: fast"}, rate, {});
    v.group("the rest");
    v.row({"seed", "N", "draws"}, seed);
    v.row({"format", "", "of rows"}, format);
    v.row({"steps", "N", "at most"}, steps, {1});
    v.row({"a-very-long-option-name", "FILE", "long"}, file);
    v.row({"fast", "", "a flag"}, fast);
  }
};

const CommandSpec kSpec =
    command_spec("train", OptionList(Options()), "Trains.", "example: pawprint train pets --out run\n");

Arguments parse(const Words& words) {
  std::vector<const char*> argv = {"train"};
  for (const auto& said : words) argv.push_back(said.c_str());
  return Arguments(kSpec, static_cast<int>(argv.size()), argv.data());
}

std::string refusal(const Words& words) {
  return message_of<UsageError>([&] { parse(words); });
}

Options options(const Words& words) { return parse<Options>(parse(words)); }

// A struct with one row of words and a required option.
template <size_t min, size_t max>
struct Operands {
  std::vector<std::string> words;
  std::string out;
  void visit(OptionVisitor& v) {
    v.operands({"DATA", "DATA", min, max}, words);
    if (max == 2) v.row(required({"out", "DIR", "where to"}), out);
  }
};

template <class Some>
std::string option_refusal(const Words& words) {
  return message_of<UsageError>([&] { parse<Some>(parse(words)); });
}

TEST(Arguments, SplitsOptionsFlagsAndWords) {
  const auto args = parse({"pets", "--out", "run", "--fast", "--epochs=3", "more"});
  EXPECT_EQ(args.positional(), (Words{"pets", "more"}));  // a flag takes no word
  EXPECT_EQ(args.text("out"), "run");
  EXPECT_EQ(args.text("epochs"), "3");
  EXPECT_TRUE(args.flag("fast"));
}

TEST(Arguments, WhatIsNotGivenIsAbsent) {
  const auto args = parse({});
  EXPECT_TRUE(args.positional().empty());
  EXPECT_FALSE(args.text("out"));
  EXPECT_FALSE(args.flag("fast"));
  EXPECT_TRUE(args.given().empty());
}

TEST(Arguments, EveryCommandHasQuiet) { EXPECT_TRUE(parse({"--quiet"}).flag("quiet")); }

TEST(Arguments, CommasDoNotSplit) {
  EXPECT_EQ(parse({"--out", "a,b", "c,d"}).text("out"), "a,b");
  EXPECT_EQ(parse({"c,d"}).positional(), Words{"c,d"});
}

TEST(Arguments, BehindTwoDashesEverythingIsAWord) {
  const auto args = parse({"--fast", "--", "--out", "-x.jpg", "--fast=no"});
  EXPECT_EQ(args.positional(), (Words{"--out", "-x.jpg", "--fast=no"}));
  EXPECT_FALSE(args.text("out"));
}

TEST(Arguments, ADashIsAWordAndAValue) {
  EXPECT_EQ(parse({"-"}).positional(), Words{"-"});
  EXPECT_EQ(parse({"--out", "-"}).text("out"), "-");
  EXPECT_EQ(parse({"--out=-"}).text("out"), "-");
}

TEST(Arguments, ValuesMayHoldSpacesAndEqualsSigns) {
  EXPECT_EQ(parse({"--out", "my pets"}).text("out"), "my pets");
  EXPECT_EQ(parse({"--out=a=b"}).text("out"), "a=b");
}

TEST(Arguments, UnknownOptionsAreRefusedAndNamed) {
  const std::string expected = "expected one of the options of `pawprint train`, got ";
  for (const auto* word : {"--outt", "--outt=1"})
    EXPECT_EQ(refusal({word}), expected + "'--outt'; did you mean '--out'?");
  for (const auto* word : {"-z", "--nothing-like-it"}) EXPECT_EQ(refusal({word}), expected + '\'' + word + '\'');
  EXPECT_EQ(refusal({"--out", "-1", "--fast", "--ephocs", "2"}), expected + "'--ephocs'; did you mean '--epochs'?");
}

TEST(Arguments, ARepeatedOptionIsRefused) {
  EXPECT_EQ(refusal({"--out", "a", "--out", "b"}), "--out: expected once, got it 2 times");
  EXPECT_EQ(refusal({"--fast", "--fast", "--fast"}), "--fast: expected once, got it 3 times");
}

TEST(Arguments, AMissingValueIsRefused) {
  EXPECT_NE(refusal({"pets", "--out"}).find("out"), std::string::npos);
  EXPECT_EQ(refusal({"--out="}), "--out: expected DIR, got nothing");
  EXPECT_EQ(refusal({"--out", ""}), "--out: expected DIR, got nothing");
}

TEST(Arguments, AnOptionIsNotTakenForAValue) {
  EXPECT_EQ(refusal({"--out", "--fast"}), "--out: expected DIR, got '--fast'");
  EXPECT_EQ(refusal({"--out", "--", "pets"}), "--out: expected DIR, got '--'");
}

TEST(Arguments, AFlagTakesNoValue) {
  EXPECT_EQ(refusal({"--fast=no"}), "--fast: expected no value, got 'no'");
  EXPECT_EQ(refusal({"--fast="}), "--fast: expected no value, got ''");
  EXPECT_EQ(refusal({"--quiet=false"}), "--quiet: expected no value, got 'false'");
}

TEST(Parse, WhatIsNotGivenStaysAsItWas) {
  const auto fields = options({});
  EXPECT_EQ(fields.epochs, 7);
  EXPECT_EQ(fields.rate, 0.5);
  EXPECT_EQ(fields.seed, 1u);
  EXPECT_EQ(fields.format, Format::kCsv);
  EXPECT_EQ(fields.file, "a file");
  EXPECT_FALSE(fields.fast);
}

TEST(Parse, WordsAreAsManyAsTheRowSays) {
  using One = Operands<1, 1>;
  EXPECT_EQ(parse<One>(parse({"pets"})).words, Words{"pets"});
  EXPECT_EQ(option_refusal<One>({}), "expected DATA, got nothing");
  EXPECT_EQ(option_refusal<One>({"pets", "stray"}), "expected one DATA, got 'stray' too");
  EXPECT_EQ((option_refusal<Operands<2, 2>>({"a"})), "expected DATA, got 1");
  EXPECT_EQ(option_refusal<Options>({"stray"}), "expected options only, got 'stray'");
}

TEST(Parse, RequiredIsRequired) {
  EXPECT_EQ((option_refusal<Operands<2, 2>>({"a", "b"})), "--out: expected a value, got nothing");
}

TEST(Parse, IntegersAreWholeAndInRange) {
  EXPECT_EQ(options({"--epochs", "1"}).epochs, 1);
  EXPECT_EQ(options({"--epochs", "10"}).epochs, 10);
  for (const auto* text : {"0", "11", "1x", "1.5", "1e1", "x", " 1", "+1", "0x1", "-1", "99999999999999999999"})
    EXPECT_TRUE(
        option_refusal<Options>({"--epochs", text}).starts_with("--epochs: expected a whole number of 1 to 10, got "))
        << text;
  EXPECT_EQ(option_refusal<Options>({"--steps", "0"}), "--steps: expected a whole number of 1 or more, got 0");
}

TEST(Parse, NumbersAreWholeTextsAndFinite) {
  EXPECT_EQ(options({"--rate", "0.1"}).rate, 0.1);
  EXPECT_EQ(options({"--rate", "1e-3"}).rate, 0.001);
  EXPECT_EQ(options({"--rate", "0"}).rate, 0);
  for (const auto* text : {"0.1x", "0,1", "-0.1", "inf", "nan", "1e999", "x", "0x1p3", "1 "})
    EXPECT_TRUE(option_refusal<Options>({"--rate", text}).starts_with("--rate: expected a number of 0 or more, got "))
        << text;
}

TEST(Parse, SeedsAreUnsigned) {
  EXPECT_EQ(options({"--seed", "0"}).seed, 0u);
  EXPECT_EQ(options({"--seed", "18446744073709551615"}).seed, std::numeric_limits<uint64_t>::max());
  for (const auto* text : {"-1", "18446744073709551616", "1.0"})
    EXPECT_EQ(option_refusal<Options>({"--seed", text}),
              "--seed: expected a whole number of 0 or more, got " + in_quotes(text));
}

TEST(Parse, ChoicesAreTheListedOnes) {
  EXPECT_EQ(options({"--format", "jsonl"}).format, Format::kJsonl);
  EXPECT_EQ(option_refusal<Options>({"--format", "CSV"}), "--format: expected csv, jsonl or xml, got 'CSV'");
}

TEST(Ranges, SayWhatTheyHold) {
  EXPECT_EQ(kShare.text(), "more than 0 and less than 1");
  EXPECT_FALSE(kShare.has(0) || kShare.has(1) || kShare.has(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_EQ((NumberRange{-8, 8}.text()), "a number from -8 to 8");
  EXPECT_EQ((WholeRange{16, 256, 16}.text()), "a multiple of 16 from 16 to 256");
  EXPECT_TRUE((WholeRange{16, 256, 16}.has(32)));
  EXPECT_FALSE((WholeRange{16, 256, 16}.has(40)));
  EXPECT_EQ((WholeRange{.only = {32, 64, 128}}.text()), "32, 64 or 128");
}

TEST(Arguments, CommandLineCanBeTypedAgain) {
  EXPECT_EQ(parse({"my pets", "--out=run", "--fast", "--quiet"}).command_line(),
            "pawprint train 'my pets' --fast --out run");
  EXPECT_EQ(parse({"--out", "it's", "--", "--odd"}).command_line(), "pawprint train --out 'it'\\''s' -- --odd");
  EXPECT_EQ(parse({"a;b", "-", "$x"}).command_line(), "pawprint train 'a;b' - '$x'");
}

TEST(Help, ListsEveryOptionInAColumn) {
  EXPECT_EQ(help_text(kSpec),
            "Trains.\n\nusage: pawprint train [options]\n\noptions:\n"
            "  --out DIR                 where to\n"
            "  --epochs N                how often (default: 7)\n"
            "  --rate R                  how fast\n"
            "                            really: fast (default: 0.5)\n"
            "\nthe rest:\n"
            "  --seed N                  draws (default: 1)\n"
            "  --format csv|jsonl|xml    of rows (default: csv)\n"
            "  --steps N                 at most\n"
            "  --a-very-long-option-name FILE\n"
            "                            long (default: a file)\n"
            "  --fast                    a flag\n"
            "  --quiet                   nothing on stderr but errors\n"
            "  --no-sandbox              let photos and model files write, start programs and reach the network,\n"
            "                            if they can\n"
            "  --help                    this help\n"
            "\nexample: pawprint train pets --out run\n");
}

TEST(Help, FillsLinesAndKeepsBreaks) {
  EXPECT_EQ(wrapped("one two three\nfour", 8), (Words{"one two", "three", "four"}));
  EXPECT_EQ(paragraphs("\na\nb\n\n  c\n"), (Words{"a b", "  c"}));
}

TEST(Help, IsWantedBeforeTwoDashesOnly) {
  const auto wants = [](std::vector<const char*> argv) {
    argv.insert(argv.begin(), "train");
    return wants_help(static_cast<int>(argv.size()), argv.data());
  };
  EXPECT_TRUE(wants({"pets", "--help"}));
  EXPECT_TRUE(wants({"-h"}));
  EXPECT_FALSE(wants({"--", "--help"}));
  EXPECT_FALSE(wants({}));
}

}  // namespace
}  // namespace pawprint
