#include "app/data/film.h"

#include <gtest/gtest.h>

#include "app/data/image_file.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

TEST(Film, APathNamesAFrame) {
  const auto frame = film_frame("some/clip.MP4#t=12.5");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->film, "some/clip.MP4");
  EXPECT_EQ(frame->time_ms, 12'500);
  for (const char* path : {"clip.mp4", "clip.mp4#t=", "clip.mp4#t=soon", "clip.mp4#t=-1", "clip.mp4#t=1s",
                           "clip.mp4#t=nan", "photo.jpg#t=1"})
    EXPECT_FALSE(film_frame(path)) << path;
}

TEST(Film, AFileThatIsCalledSoIsThatFile) {
  const testing::TemporaryFolder folder;
  folder.write("clip.mp4#t=1.0", "a file");
  EXPECT_FALSE(film_frame(folder / "clip.mp4#t=1.0"));
}

TEST(Film, WhatCannotBeReadHasOneFrameThatSaysWhy) {
  const testing::TemporaryFolder folder;
  folder.write("broken.mp4", "no film");
  const auto frames = film_frames(folder / "broken.mp4", 1000);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(testing::message_of<Unreadable>([&] { read_photo(frames[0]); }), "not a film that can be read, or damaged");
  EXPECT_EQ(testing::message_of<Unreadable>([&] { read_photo(film_frames(folder / "gone.mp4", 1000)[0]); }),
            "no such file");
}

}  // namespace
}  // namespace pawprint
