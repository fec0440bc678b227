#include "models/base/file_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

const Names kNames = {"model", "report", "test"};

void write_set(const fs::path& folder, const std::string& text, const Names& names) {
  FileSet files(folder, kNames);
  for (const auto& name : names) files.add(name, text);
  files.commit();
}

// What a folder holds, as `name: text`.
Names held(const fs::path& folder) {
  Names out;
  for (const auto& entry : fs::directory_iterator(folder))
    out.push_back(entry.path().filename().native() + ": " + testing::read_all(entry.path()));
  std::sort(out.begin(), out.end());
  return out;
}

TEST(FileSet, LeavesNothingOfTheSetBefore) {
  const testing::TemporaryFolder folder;
  folder.write("other", "kept");
  write_set(folder.path(), "old", kNames);
  write_set(folder.path(), "new", {"model", "report"});
  EXPECT_EQ(held(folder.path()), (Names{"model: new", "other: kept", "report: new"}));
}

TEST(FileSet, WithoutCommitAllIsAsItWas) {
  const testing::TemporaryFolder folder;
  write_set(folder.path(), "old", kNames);
  FileSet files(folder.path(), kNames);
  files.add("model", "new");
  files.add("report", "new");
  EXPECT_EQ(held(folder.path()), (Names{"model: old", "report: old", "test: old"}));
}

TEST(FileSet, FollowsALinkAndRemovesWhatItLeadsTo) {
  const testing::TemporaryFolder folder;
  folder.write("elsewhere/report", "old");
  fs::create_symlink("elsewhere/report", folder / "report");
  write_set(folder.path(), "new", {"model", "report"});
  EXPECT_EQ(testing::read_all(folder / "elsewhere" / "report"), "new");
  EXPECT_TRUE(fs::is_symlink(folder / "report"));
}

TEST(FileSet, AFolderInTheWayIsToldBeforeAnythingIsPutInPlace) {
  const testing::TemporaryFolder folder;
  folder.write("report/x", "x");
  FileSet files(folder.path(), kNames);
  files.add("model", "new");
  EXPECT_THROW(files.add("report", "new"), Error);
  EXPECT_FALSE(fs::exists(folder / "model"));
}

}  // namespace
}  // namespace pawprint
