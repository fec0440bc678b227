#include "app/commands/arguments.h"

#include <gtest/gtest.h>

#include <limits>

#include "models/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::message_of;
using Words = std::vector<std::string>;

const CommandSpec kSpec{"train",
                        "DATA --out DIR",
                        "Trains.",
                        {{"out", "DIR", "where to"},
                         {"epochs", "N", "how often"},
                         {"rate", "R", "how fast\n(really)"},
                         {"seed", "N", "draws"},
                         {"format", "F", "csv or jsonl"},
                         {"a-very-long-option-name", "FILE", "long"},
                         {"fast", "", "a flag"}},
                        "example: pawprint train pets --out run\n"};

Arguments parse(const Words& words) {
  std::vector<const char*> argv = {"train"};
  for (const auto& word : words) argv.push_back(word.c_str());
  return Arguments(kSpec, static_cast<int>(argv.size()), argv.data());
}

std::string refusal(const Words& words) {
  return message_of<UsageError>([&] { parse(words); });
}

TEST(Arguments, SplitsOptionsFlagsAndWords) {
  const auto args = parse({"pets", "--out", "run", "--fast", "--epochs=3", "more"});
  EXPECT_EQ(args.positional(), (Words{"pets", "more"}));  // a flag takes no word
  EXPECT_EQ(args.text("out"), "run");
  EXPECT_EQ(args.required("out"), "run");
  EXPECT_EQ(args.integer("epochs", 1, 1, 10), 3);
  EXPECT_TRUE(args.flag("fast"));
}

TEST(Arguments, WhatIsNotGivenIsAbsent) {
  const auto args = parse({});
  EXPECT_TRUE(args.positional().empty());
  EXPECT_FALSE(args.text("out"));
  EXPECT_FALSE(args.flag("fast"));
  EXPECT_EQ(args.integer("epochs", 7, 1, 10), 7);
  EXPECT_EQ(args.number("rate", 0.5, 0), 0.5);
  EXPECT_EQ(args.seed(), 1u);
  EXPECT_EQ(args.choice("format", {"csv", "jsonl"}), "csv");
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
  for (const auto* word : {"--outt", "--outt=1", "-z", "--ou"})
    EXPECT_TRUE(refusal({word}).starts_with("expected one of the options of `pawprint train`: ")) << word;
  EXPECT_NE(refusal({"--outt"}).find("outt"), std::string::npos);
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

TEST(Arguments, OnlyPositionalIsExactlyOne) {
  EXPECT_EQ(parse({"pets"}).only_positional("DATA"), "pets");
  EXPECT_EQ(message_of<UsageError>([] { parse({}).only_positional("DATA"); }), "expected DATA, got nothing");
  EXPECT_EQ(message_of<UsageError>([] {
              parse({"pets", "stray"}).only_positional("DATA");
            }),
            "expected one DATA, got 'stray' too");
}

TEST(Arguments, RequiredIsRequired) {
  EXPECT_EQ(message_of<UsageError>([] { parse({}).required("out"); }), "--out: expected a value, got nothing");
}

TEST(Arguments, IntegersAreWholeAndInRange) {
  const auto epochs = [](const std::string& text, int64_t most = 10) {
    return parse({"--epochs", text}).integer("epochs", 5, 1, most);
  };
  EXPECT_EQ(epochs("1"), 1);
  EXPECT_EQ(epochs("10"), 10);
  for (const auto* text : {"0", "11", "1x", "1.5", "1e1", "x", " 1", "+1", "0x1", "-1", "99999999999999999999"})
    EXPECT_TRUE(
        message_of<UsageError>([&] { epochs(text); }).starts_with("--epochs: expected a whole number of 1 to 10, got "))
        << text;
  EXPECT_TRUE(message_of<UsageError>([&] {
                epochs("0", std::numeric_limits<int64_t>::max());
              }).starts_with("--epochs: expected a whole number of 1 or more, got "));
}

TEST(Arguments, NumbersAreWholeTextsAndFinite) {
  const auto rate = [](const std::string& text) { return parse({"--rate", text}).number("rate", 1, 0); };
  EXPECT_EQ(rate("0.1"), 0.1);
  EXPECT_EQ(rate("1e-3"), 0.001);
  EXPECT_EQ(rate("0"), 0);
  for (const auto* text : {"0.1x", "0,1", "-0.1", "inf", "nan", "1e999", "x", "0x1p3", "1 "})
    EXPECT_TRUE(message_of<UsageError>([&] { rate(text); }).starts_with("--rate: expected a number of 0 or more, got "))
        << text;
}

TEST(Arguments, SeedsAreUnsigned) {
  EXPECT_EQ(parse({"--seed", "0"}).seed(), 0u);
  EXPECT_EQ(parse({"--seed", "18446744073709551615"}).seed(), std::numeric_limits<uint64_t>::max());
  for (const auto* text : {"-1", "18446744073709551616", "1.0"})
    EXPECT_EQ(message_of<UsageError>([&] {
                parse({"--seed", text}).seed();
              }),
              "--seed: expected a whole number of 0 or more, got " + in_quotes(text));
}

TEST(Arguments, ChoicesAreTheListedOnes) {
  EXPECT_EQ(parse({"--format", "jsonl"}).choice("format", {"csv", "jsonl"}), "jsonl");
  EXPECT_EQ(message_of<UsageError>([] {
              parse({"--format", "CSV"}).choice("format", {"csv", "jsonl", "xml"});
            }),
            "--format: expected csv, jsonl or xml, got 'CSV'");
}

TEST(Arguments, CommandLineCanBeTypedAgain) {
  EXPECT_EQ(parse({"my pets", "--out=run", "--fast", "--quiet"}).command_line(),
            "pawprint train 'my pets' --fast --out run");
  EXPECT_EQ(parse({"--out", "it's", "--", "--odd"}).command_line(), "pawprint train --out 'it'\\''s' -- --odd");
  EXPECT_EQ(parse({"a;b", "-", "$x"}).command_line(), "pawprint train 'a;b' - '$x'");
}

TEST(Help, ListsEveryOptionInAColumn) {
  EXPECT_EQ(help_text(kSpec),
            "Trains.\n\nusage: pawprint train DATA --out DIR\n\noptions:\n"
            "  --out DIR                 where to\n"
            "  --epochs N                how often\n"
            "  --rate R                  how fast\n"
            "                            (really)\n"
            "  --seed N                  draws\n"
            "  --format F                csv or jsonl\n"
            "  --a-very-long-option-name FILE\n"
            "                            long\n"
            "  --fast                    a flag\n"
            "  --quiet                   nothing on stderr but errors\n"
            "  --help                    this help\n"
            "\nexample: pawprint train pets --out run\n");
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
