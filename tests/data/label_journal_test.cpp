#include "app/data/label_journal.h"

#include <gtest/gtest.h>

#include <fstream>
#include <initializer_list>

#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::TemporaryFolder;

Answer said(const std::string& photo, const std::string& class_name) {
  return {sha256(photo), photo + ".jpg", AnswerKind::kClass, class_name, "typical", 1'700'000'000};
}

std::string class_of(const LabelJournal& journal, const std::string& photo) {
  const auto found = journal.answers().find(sha256(photo));
  return found == journal.answers().end() ? "" : found->second.class_name;
}

// As another run would read it, once this one has ended.
LabelJournal read_anew(const TemporaryFolder& folder) {
  std::filesystem::copy_file(folder / "labels", folder / "copy", std::filesystem::copy_options::overwrite_existing);
  return LabelJournal(folder / "copy");
}

TEST(LabelJournal, TheLastAnswerCounts) {
  const TemporaryFolder folder;
  {
    LabelJournal journal(folder / "labels");
    journal.add({said("a", "cat"), said("b", "dog")});
    journal.add({said("a", "dog")});
    EXPECT_EQ(class_of(journal, "a"), "dog");
  }
  LabelJournal journal(folder / "labels");
  EXPECT_EQ(class_of(journal, "a"), "dog");
  EXPECT_EQ(class_of(journal, "b"), "dog");
  EXPECT_EQ(journal.answers().at(sha256("b")).path, "b.jpg");
}

TEST(LabelJournal, TakenBackThereIsNone) {
  const TemporaryFolder folder;
  LabelJournal journal(folder / "labels");
  Answer answer = said("a", "cat");
  journal.add({answer});
  answer.kind = AnswerKind::kTakenBack;
  journal.add({answer});
  EXPECT_TRUE(journal.answers().empty());
  EXPECT_TRUE(read_anew(folder).answers().empty());
}

TEST(LabelJournal, ClassesAreRenamedAndMerged) {
  const TemporaryFolder folder;
  LabelJournal journal(folder / "labels");
  journal.add({said("a", "cat"), said("b", "kitten")});
  journal.rename_class("kitten", "cat");
  journal.add({said("c", "kitten")});  // a new one of that name
  const LabelJournal again = read_anew(folder);
  for (const LabelJournal* each : std::initializer_list<const LabelJournal*>{&journal, &again}) {
    EXPECT_EQ(class_of(*each, "b"), "cat");
    EXPECT_EQ(class_of(*each, "c"), "kitten");
  }
}

TEST(LabelJournal, ClassesComeInTheOrderTheyCameUp) {
  const TemporaryFolder folder;
  LabelJournal journal(folder / "labels");
  journal.add_class("dog");
  journal.add({said("a", "cat")});
  journal.add_class("bird");
  journal.rename_class("cat", "kitten");
  journal.rename_class("bird", "dog");
  const LabelJournal read = read_anew(folder);
  for (const LabelJournal* each : std::initializer_list<const LabelJournal*>{&journal, &read}) {
    EXPECT_EQ(each->classes(), (std::vector<std::string>{"dog", "kitten"}));
    EXPECT_EQ(each->today("cat"), "kitten");
    EXPECT_EQ(each->today("bird"), "dog");
  }
  journal.rename_class("kitten", "cat");  // and back
  EXPECT_EQ(journal.today("kitten"), "cat");
  EXPECT_EQ(journal.today("cat"), "cat");
  EXPECT_EQ(journal.classes(), (std::vector<std::string>{"dog", "cat"}));
}

// All lines before are there, and what is added later is, too. A line that lacks its end only is whole.
TEST(LabelJournal, CutOffAnywhereItKeepsWhatWasAcknowledged) {
  const TemporaryFolder folder;
  {
    LabelJournal journal(folder / "whole");
    journal.add({said("a", "cat")});
    journal.add({said("b", "dog")});
  }
  const std::string whole = testing::read_all(folder / "whole");
  const size_t first = whole.find('\n') + 1;
  for (size_t size = 0; size <= whole.size(); ++size) {
    std::ofstream(folder / "cut", std::ios::binary) << whole.substr(0, size);
    LabelJournal(folder / "cut").add({said("c", "cat")});
    const LabelJournal journal(folder / "cut");
    EXPECT_EQ(class_of(journal, "a"), size + 1 >= first ? "cat" : "") << size;
    EXPECT_EQ(class_of(journal, "b"), size + 1 >= whole.size() ? "dog" : "") << size;
    EXPECT_EQ(class_of(journal, "c"), "cat") << size;
  }
}

TEST(LabelJournal, DamagedLinesDoNotCount) {
  const TemporaryFolder folder;
  {
    LabelJournal journal(folder / "labels");
    journal.add({said("a", "cat")});
  }
  std::ofstream(folder / "labels", std::ios::app) << "{}\n[]\nnull\n{\"rename\": 1}\n\xff\n{\"add\": \"a/b\"}\n"
                                                  << R"({"photo":"0","answer":"class","path":"","class":"x"})" << '\n';
  EXPECT_EQ(LabelJournal(folder / "labels").answers().size(), 1u);
}

TEST(LabelJournal, OneRunAtATimeHasIt) {
  const TemporaryFolder folder;
  LabelJournal journal(folder / "labels");
  LabelJournal other(folder / "labels");  // there is no file yet
  journal.add({said("a", "cat")});
  EXPECT_THROW(LabelJournal(folder / "labels"), Error);
  EXPECT_THROW(other.add({said("b", "dog")}), Error);
  EXPECT_THROW(other.add({said("b", "dog")}), Error) << "nor at the second try";
  EXPECT_EQ(read_anew(folder).answers().size(), 1u);
}

TEST(LabelJournal, WhereItCannotBeWrittenNothingIsAcknowledged) {
  LabelJournal journal("/nowhere/labels");
  EXPECT_THROW(journal.add({said("a", "cat")}), Error);
  EXPECT_TRUE(journal.answers().empty());
}

}  // namespace
}  // namespace pawprint
