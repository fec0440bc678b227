#include "app/data/photo_paths.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::TemporaryFolder;
namespace fs = std::filesystem;
using Names = std::vector<std::string>;

constexpr char kJpeg[] = "\xff\xd8\xff\xe0 and so on";

// What is found below `root`, relative to it, in the order found.
Names names_in(FolderWalk& walk, const fs::path& root) {
  Names names;
  while (const auto found = walk.next())
    names.push_back(found->path.lexically_relative(root).native() + found->problem);
  return names;
}

Names names_in(const fs::path& root) {
  FolderWalk walk(root);
  return names_in(walk, root);
}

TEST(FolderWalk, FindsPhotosDepthFirstAndBytewise) {
  const TemporaryFolder folder;
  for (const auto* name : {"b.jpg", "a/2.jpg", "a/10.jpg", "a/x/1.jpg", "Z.jpg", "c/1.jpg"}) folder.write(name, kJpeg);
  EXPECT_EQ(names_in(folder.path()), (Names{"Z.jpg", "a/10.jpg", "a/2.jpg", "a/x/1.jpg", "b.jpg", "c/1.jpg"}));
}

TEST(FolderWalk, PassesOverHiddenEntriesWithoutCounting) {
  const TemporaryFolder folder;
  for (const auto* name : {".hidden.jpg", ".thumbnails/1.jpg", "a/.b/2.jpg", "1.jpg"}) folder.write(name, kJpeg);
  FolderWalk walk(folder.path());
  EXPECT_EQ(names_in(walk, folder.path()), Names{"1.jpg"});
  EXPECT_EQ(walk.ignored(), 0);
}

TEST(FolderWalk, PassesOverAndCountsSystemFoldersInAnyCase) {
  const TemporaryFolder folder;
  const Names system = {"@eaDir",
                        "@EADIR",
                        "#recycle",
                        "lost+found",
                        "@Recycle",
                        "$RECYCLE.BIN",
                        "$Recycle.Bin",
                        "System Volume Information",
                        "__MACOSX",
                        ".thumbnails",
                        ".Trash",
                        ".Trash-1000",
                        ".AppleDouble",
                        "@Recently-Snapshot",
                        ".ipynb_checkpoints",
                        "#snapshot",
                        ".@__thumb",
                        "FOUND.000",
                        ".recycle",
                        ".Spotlight-V100",
                        "LOST.DIR"};
  for (const auto& name : system) folder.write("cats/" + name + "/x/1.jpg", kJpeg);
  for (const auto* name : {"cats/1.jpg", "cats/thumbs_up/2.jpg", "cats/.other/3.jpg"}) folder.write(name, kJpeg);
  FolderWalk walk(folder.path());
  EXPECT_EQ(names_in(walk, folder.path()), (Names{"cats/1.jpg", "cats/thumbs_up/2.jpg"}));
  EXPECT_EQ(walk.system_folders(), static_cast<int64_t>(system.size()));
  EXPECT_EQ(walk.ignored(), 0);
  EXPECT_EQ(names_in(folder / "cats" / "@eaDir"), Names{"x/1.jpg"});  // named by the user
}

TEST(FolderWalk, ARawFileBesideItsPhotoIsOnePhotoWithIt) {
  const TemporaryFolder folder;
  for (const auto* name : {"1.NEF", "2.cr3", "2.HEIC", "3.dng", "3.txt", "4.jpg", "a/1.jpg", "a/4.raf"})
    folder.write(name, "II*\0 and so on");
  FolderWalk walk(folder.path());
  EXPECT_EQ(names_in(walk, folder.path()), (Names{"1.NEF", "2.HEIC", "3.dng", "4.jpg", "a/1.jpg", "a/4.raf"}));
  EXPECT_EQ(walk.raw_beside(), 1);
  EXPECT_EQ(walk.ignored(), 1);
}

TEST(FolderWalk, CountsWhatIsNoPhoto) {
  const TemporaryFolder folder;
  for (const auto* name : {"Thumbs.db", "a/notes.txt", "a/empty"})
    folder.write(name, std::string(name) == "a/empty" ? "" : "text");
  folder.write("1.jpg", kJpeg);
  ASSERT_EQ(mkfifo((folder / "fifo.jpg").c_str(), 0600), 0);  // never opened: that would wait
  FolderWalk walk(folder.path());
  EXPECT_EQ(names_in(walk, folder.path()), Names{"1.jpg"});
  EXPECT_EQ(walk.ignored(), 4);
}

TEST(FolderWalk, FindsAJpegWithoutExtensionByItsContent) {
  const TemporaryFolder folder;
  folder.write("scan", kJpeg);
  folder.write("broken.jpg", "");  // what it is shows when it is read
  EXPECT_EQ(names_in(folder.path()), (Names{"broken.jpg", "scan"}));
}

TEST(FolderWalk, FollowsLinksToFoldersAndFiles) {
  const TemporaryFolder folder;
  folder.write("elsewhere/1.jpg", kJpeg);
  fs::create_directories(folder / "root");
  fs::create_symlink("../elsewhere", folder / "root" / "link");
  fs::create_symlink("../elsewhere/1.jpg", folder / "root" / "one");
  EXPECT_EQ(names_in(folder / "root"), (Names{"link/1.jpg", "one"}));
}

TEST(FolderWalk, LinksThatLeadBackEnd) {
  const TemporaryFolder folder;
  folder.write("a/1.jpg", kJpeg);
  folder.write("b/2.jpg", kJpeg);
  fs::create_symlink("..", folder / "a" / "up");
  fs::create_symlink("../b", folder / "a" / "to_b");
  fs::create_symlink("../a", folder / "b" / "to_a");
  EXPECT_EQ(names_in(folder.path()), (Names{"a/1.jpg", "a/to_b/2.jpg", "b/2.jpg", "b/to_a/1.jpg"}));
}

TEST(FolderWalk, LinksThatLeadNowhereAreLeftToWhoReadsThem) {
  const TemporaryFolder folder;
  fs::create_symlink("missing", folder / "gone.jpg");
  fs::create_symlink("loop.jpg", folder / "loop.jpg");
  fs::create_symlink("missing", folder / "gone.txt");
  FolderWalk walk(folder.path());
  EXPECT_EQ(names_in(walk, folder.path()), (Names{"gone.jpg", "loop.jpg"}));
  EXPECT_EQ(walk.ignored(), 1);
}

TEST(FolderWalk, LeavesOneFolderOutByWhateverName) {
  const TemporaryFolder folder;
  folder.write("in/1.jpg", kJpeg);
  folder.write("out/2.jpg", kJpeg);
  fs::create_symlink("out", folder / "alias");
  FolderWalk walk(folder.path(), {.leave_out = folder / "in" / ".." / "out"});
  EXPECT_EQ(names_in(walk, folder.path()), Names{"in/1.jpg"});
}

TEST(FolderWalk, TellsWhenAFolderCannotBeListed) {
  const TemporaryFolder folder;
  EXPECT_EQ(names_in(folder / "missing"), Names{".cannot be listed: No such file or directory"});
  const auto file = folder.write("file", "x");
  EXPECT_EQ(names_in(file), Names{".cannot be listed: Not a directory"});
}

// Made step by step: longer than PATH_MAX.
TEST(FolderWalk, TellsOfWhatItsPathIsTooLongToLookAt) {
  const TemporaryFolder folder;
  const std::string name(250, 'd');
  int inside = open(folder.path().c_str(), O_RDONLY | O_DIRECTORY);
  for (int level = 0; level < 17; ++level) {
    ASSERT_EQ(mkdirat(inside, name.c_str(), 0700), 0);
    const int below = openat(inside, name.c_str(), O_RDONLY | O_DIRECTORY);
    close(inside);
    inside = below;
  }
  close(inside);
  const auto names = names_in(folder.path());
  ASSERT_EQ(names.size(), 1u);
  EXPECT_TRUE(names[0].ends_with("File name too long")) << names[0];
}

TEST(FolderWalk, TellsOfAFileThatCannotBeOpened) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to become another user";
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::all);
  folder.write("listed/1.jpg", kJpeg);
  folder.write("listed/inner/1.jpg", kJpeg);
  folder.write("scan", kJpeg);
  fs::permissions(folder / "listed", fs::perms::owner_all | fs::perms::group_read | fs::perms::others_read);
  fs::permissions(folder / "scan", fs::perms::owner_all);
  ASSERT_EQ(seteuid(65534), 0);
  const auto names = names_in(folder.path());
  const auto folders = testing::message_of<Error>([&] { sub_folders(folder / "listed"); });
  ASSERT_EQ(seteuid(0), 0);
  EXPECT_EQ(names, (Names{"listed/1.jpgPermission denied", "listed/innerPermission denied", "scanPermission denied"}));
  EXPECT_EQ(folders, in_quotes((folder / "listed/1.jpg").native()) + ": Permission denied");
}

TEST(FolderWalk, TakesNamesThatAreNotUtf8) {
  const TemporaryFolder folder;
  folder.write("\xff\xfe.jpg", kJpeg);
  EXPECT_EQ(names_in(folder.path()), Names{"\xff\xfe.jpg"});
}

TEST(SubFolders, AreTheVisibleOnesBytewise) {
  const TemporaryFolder folder;
  for (const auto* name : {"dogs/1", "Cats/1", ".git/1", "@eaDir/1", "file"}) folder.write(name, "x");
  fs::create_symlink("dogs", folder / "link");
  EXPECT_EQ(sub_folders(folder.path()), (std::vector<fs::path>{folder / "Cats", folder / "dogs", folder / "link"}));
}

TEST(SubFolders, OfWhatIsNoFolderIsAnError) {
  const TemporaryFolder folder;
  EXPECT_EQ(testing::message_of<Error>([&] { sub_folders(folder / "missing"); }),
            in_quotes((folder / "missing").native()) + ": expected a folder, got: No such file or directory");
}

}  // namespace
}  // namespace pawprint
