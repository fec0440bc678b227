#include "app/data/csv.h"

#include <gtest/gtest.h>

#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using Cells = std::vector<std::vector<std::string>>;

Cells cells(std::string_view text) {
  Cells out;
  for (const auto& row : parse_csv(text, "t.csv")) out.push_back(row.cells);
  return out;
}

TEST(Csv, ReadsCellsOfLfAndCrlfLines) {
  EXPECT_EQ(cells("a,b\nc,d\n"), (Cells{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(cells("a,b\r\nc,d\r\n"), (Cells{{"a", "b"}, {"c", "d"}}));
}

TEST(Csv, TheLastLineNeedsNoLineEnd) { EXPECT_EQ(cells("a,b\nc,d"), (Cells{{"a", "b"}, {"c", "d"}})); }

TEST(Csv, PassesOverAByteOrderMarkAndEmptyLines) {
  EXPECT_EQ(cells("\xef\xbb\xbf\r\na,b\n\n\nc,d\n\n"), (Cells{{"a", "b"}, {"c", "d"}}));
  EXPECT_TRUE(parse_csv("", "t.csv").empty());
}

TEST(Csv, KeepsEmptyCells) { EXPECT_EQ(cells("a,\n,b\n,\n"), (Cells{{"a", ""}, {"", "b"}, {"", ""}})); }

TEST(Csv, QuotedCellsHoldCommasQuotesAndLineEnds) {
  EXPECT_EQ(cells("\"a,b\",\"say \"\"hi\"\"\"\n\"two\r\nlines\",c\n"),
            (Cells{{"a,b", "say \"hi\""}, {"two\r\nlines", "c"}}));
}

TEST(Csv, AQuoteInsideAnUnquotedCellIsItself) { EXPECT_EQ(cells("5\" disk,b\n"), (Cells{{"5\" disk", "b"}})); }

TEST(Csv, ACarriageReturnAloneIsItself) { EXPECT_EQ(cells("a\rb,c\n"), (Cells{{"a\rb", "c"}})); }

TEST(Csv, RowsKnowTheLineTheyBeginOn) {
  const auto rows = parse_csv("a\n\n\"b\nb\"\nc\n", "t.csv");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].line, 1);
  EXPECT_EQ(rows[1].line, 3);  // after an empty line
  EXPECT_EQ(rows[2].line, 5);  // after a cell of two lines
}

TEST(Csv, AnUnclosedQuoteIsRefusedWithItsLine) {
  EXPECT_EQ(testing::message_of<Error>([] { parse_csv("a,b\n\"c,d\n", "'t.csv'"); }),
            "'t.csv':2: expected a closing quote, got the end of the file");
}

TEST(Csv, APlainCellStaysAsItIs) {
  for (const auto* text : {"", "a b", "it's", "0.5", "a-b", "Katze\xc3\xa4"}) EXPECT_EQ(csv_cell(text), text);
}

TEST(Csv, QuotesACellWithAComma) { EXPECT_EQ(csv_cell("a,b"), "\"a,b\""); }

TEST(Csv, QuotesACellWithQuotesOrLineEnds) {
  EXPECT_EQ(csv_cell("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(csv_cell("a\nb"), "\"a\nb\"");
  EXPECT_EQ(csv_cell("a\rb"), "\"a\rb\"");
}

TEST(Csv, DisarmsACellThatASpreadsheetWouldRun) {
  EXPECT_EQ(csv_cell("=1+2"), "'=1+2");
  EXPECT_EQ(csv_cell("+1"), "'+1");
  EXPECT_EQ(csv_cell("-1"), "'-1");
  EXPECT_EQ(csv_cell("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(csv_cell("\tx"), "'\tx");
  EXPECT_EQ(csv_cell("\rx"), "\"'\rx\"");
  EXPECT_EQ(csv_cell("=a,b"), "\"'=a,b\"");
}

TEST(Csv, ReadsBackWhatItWrites) {
  const std::vector<std::string> texts = {"plain", "a,b", "\"", "\"\"", "x\r\ny", "", "end "};
  std::string line;
  for (const auto& text : texts) line += (line.empty() ? "" : ",") + csv_cell(text);
  EXPECT_EQ(cells(line + "\n"), (Cells{texts}));
}

TEST(CsvExactCell, IsReadBackAsItWas) {
  const std::vector<std::string> texts = {"plain", "a,b", "say \"hi\"", "two\nlines", "=1+1", "-x", "\xff.jpg", ""};
  std::string line;
  for (const auto& text : texts) line += (line.empty() ? "" : ",") + csv_exact_cell(text);
  EXPECT_EQ(cells(line + "\n"), (Cells{texts}));
}

TEST(CsvSeparator, IsWhatTheFirstLineHoldsAndOthersAsOften) {
  EXPECT_EQ(csv_separator("path,label\na.jpg,cat\n"), ',');
  EXPECT_EQ(csv_separator("path;label\na,1.jpg;cat\n"), ';');
  EXPECT_EQ(csv_separator("path\tlabel\na;b,1.jpg\tcat\n"), '\t');
  EXPECT_EQ(csv_separator("a,b.jpg;cat\nc.jpg;cat\nd.jpg;cat\n"), ';');
  EXPECT_EQ(csv_separator("\"a;b\",cat\r\nc;d,cat\r\n"), ',');
  EXPECT_EQ(csv_separator("path\n"), ',');
  EXPECT_EQ(csv_separator(""), ',');
}

TEST(ParseCsv, TakesAnotherSeparator) {
  const auto rows = parse_csv("a;\"b;c\"\n1,5;2\n", "x", ';');
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].cells, (std::vector<std::string>{"a", "b;c"}));
  EXPECT_EQ(rows[1].cells, (std::vector<std::string>{"1,5", "2"}));
}

TEST(Csv, LinesMayEndInCarriageReturnsAloneAndQuotesMayFollowBlanks) {
  const auto rows = parse_csv("a,b\r1, \"x\"\r", "t");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].cells, (std::vector<std::string>{"1", "x"}));
  EXPECT_EQ(rows[1].line, 2);
}

}  // namespace
}  // namespace pawprint
