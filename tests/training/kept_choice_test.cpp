#include "app/training/kept_choice.h"

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

namespace fs = std::filesystem;

const nlohmann::json kConditions = {{"processor", "this one"}};

bool is_text(const nlohmann::json& choice) { return choice.is_string(); }

KeptChoice choose(const fs::path& folder, const std::function<nlohmann::json()>& make) {
  return kept_choice(folder, kConditions, is_text, make);
}

fs::path file_in(const fs::path& folder) { return fs::directory_iterator(folder / "recipes")->path(); }

TEST(KeptChoice, IsMadeOnce) {
  const testing::TemporaryFolder folder;
  EXPECT_EQ(choose(folder.path(), [] { return "first"; }).choice, "first");
  const auto again = choose(folder.path(), []() -> nlohmann::json { throw std::logic_error("made again"); });
  EXPECT_EQ(again.choice, "first");
  EXPECT_EQ(again.problem, "");
  EXPECT_EQ(kept_choice(folder.path(), {{"processor", "another"}}, is_text, [] { return "other"; }).choice, "other");
}

TEST(KeptChoice, IsOnDiskBeforeItIsUsed) {
  const testing::TemporaryFolder folder;
  const pid_t child = testing::start_process([&] {
    choose(folder.path(), [] { return "of the one that is killed"; });
    return raise(SIGKILL);
  });
  EXPECT_EQ(testing::end_of_process(child), -SIGKILL);
  EXPECT_EQ(choose(folder.path(), [] { return "another"; }).choice, "of the one that is killed");
}

TEST(KeptChoice, OfTwoAtOnceTheFirstDecidesForBoth) {
  const testing::TemporaryFolder folder;
  const auto slower = choose(folder.path(), [&] {
    EXPECT_EQ(choose(folder.path(), [] { return "faster"; }).choice, "faster");
    return "slower";
  });
  EXPECT_EQ(slower.choice, "faster");
  EXPECT_EQ(choose(folder.path(), [] { return "third"; }).choice, "faster");
}

TEST(KeptChoice, ThatCannotBeReadIsMadeAnewAndKept) {
  const testing::TemporaryFolder folder;
  choose(folder.path(), [] { return "first"; });
  const auto file = file_in(folder.path());
  const std::string whole = testing::read_all(file);
  const std::vector<std::string> all = {"",
                                        "{",
                                        whole.substr(0, whole.size() / 2),
                                        "[1]",
                                        "null",
                                        R"({"valid_for":{"processor":"this one"}})",
                                        R"({"valid_for":{"processor":"this one"},"facts":7})",
                                        R"({"valid_for":7,"facts":"first"})",
                                        std::string(1000, '\0')};
  for (const auto& damaged : all) {
    folder.write(file.lexically_relative(folder.path()).native(), damaged);
    EXPECT_EQ(choose(folder.path(), [] { return "anew"; }).choice, "anew") << damaged;
    EXPECT_EQ(choose(folder.path(), [] { return "third"; }).choice, "anew") << damaged;
  }
}

TEST(KeptChoice, AFolderInItsPlaceIsTold) {
  const testing::TemporaryFolder folder;
  choose(folder.path(), [] { return "first"; });
  const auto file = file_in(folder.path());
  fs::remove(file);
  fs::create_directory(file);
  const auto choice = choose(folder.path(), [] { return "anew"; });
  EXPECT_EQ(choice.choice, "anew");
  EXPECT_NE(choice.problem.find("got a folder"), std::string::npos) << choice.problem;
}

TEST(KeptChoice, NullAndWithoutAFolderNothingIsKept) {
  const testing::TemporaryFolder folder;
  EXPECT_TRUE(choose(folder.path(), [] { return nlohmann::json(); }).choice.is_null());
  EXPECT_FALSE(fs::exists(folder / "recipes"));
  EXPECT_EQ(choose({}, [] { return "own"; }).choice, "own");
}

}  // namespace
}  // namespace pawprint
