#include "app/data/class_names.h"

#include <gtest/gtest.h>

#include "app/data/unicode_text.h"
#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

TEST(ClassName, IsKeptInNfcWithoutBlanksAtTheEnds) {
  EXPECT_EQ(class_name_of("cafe\xcc\x81"), "caf\xc3\xa9");
  EXPECT_EQ(class_name_of(" \t cat\xc2\xa0\xe3\x80\x80"), "cat");        // no-break and ideographic space
  EXPECT_EQ(class_name_of("\xe1\x84\x80\xe1\x85\xa1"), "\xea\xb0\x80");  // Hangul
  EXPECT_EQ(class_name_of("a b"), "a b");
  EXPECT_EQ(class_name_of("  "), "");
  EXPECT_EQ(class_name_of("\xff"), "\xff");  // no UTF-8: refused elsewhere
}

TEST(ClassName, SpellingsThatDifferInCaseOrBlanksAreNamed) {
  EXPECT_NO_THROW(check_spellings({"cat", "cats", "dog", "cat"}, "x"));
  EXPECT_EQ(
      testing::message_of<Error>([] {
        check_spellings({"dog", "Cat", "cat"}, "x");
      }),
      "x: expected one spelling of each class, got 'Cat' and 'cat', which differ in case or blanks only; give one "
      "name to both");
  EXPECT_NE(testing::message_of<Error>([] { check_spellings({"\xc3\x89", "\xc3\xa9"}, "x"); }), "");
}

TEST(UnicodeText, RunsOfBlanksBecomeOne) {
  EXPECT_EQ(with_single_blanks("  a \t\xc2\xa0 b "), "a b");
  EXPECT_EQ(folded("Stra\xc3\x9f"
                   "E"),
            "strasse");
}

}  // namespace
}  // namespace pawprint
