#include "app/faces/face_pictures.h"

#include <opencv2/imgcodecs.hpp>

#include "app/faces/sheet.h"
#include "models/base/error.h"
#include "tests/support/faces.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::message_of;
using testing::TemporaryFolder;

void picture(const TemporaryFolder& folder, const std::string& name, int gray, int width = 40, int height = 48) {
  std::filesystem::create_directories((folder / name).parent_path());
  cv::imwrite((folder / name).native(), cv::Mat(height, width, CV_8UC3, cv::Scalar::all(gray)));
}

FacePictures load(const TemporaryFolder& folder, std::optional<FaceCrop> crop = {}) {
  return load_face_pictures({folder.path(), folder / "table.csv", crop}, 32, 2, {});
}

TEST(FacePictures, ReadsTheTableAndThePictures) {
  const TemporaryFolder folder;
  picture(folder, "images/a.png", 10);
  picture(folder, "b.png", 200);
  folder.write("table.csv", "file,Smiling,Male\nb.png,1,0\na.png,-1,1\n");
  const auto pictures = load(folder);
  EXPECT_EQ(pictures.pixels.sizes(), (std::vector<int64_t>{2, 32, 32, 3}));
  EXPECT_EQ(pictures.pixels[0][5][5][0].item<int>(), 200);
  EXPECT_EQ(pictures.pixels[1][5][5][0].item<int>(), 10);
  EXPECT_TRUE(torch::equal(pictures.attributes, torch::tensor({{true, false}, {false, true}})));
  EXPECT_EQ(pictures.attribute("Male"), 1);
  EXPECT_EQ(message_of<Error>([&] { pictures.attribute("Hat"); }),
            "expected one of the attributes 'Smiling', 'Male', got 'Hat'");
}

TEST(FacePictures, CropOfTheSizeIsNotResampled) {
  const TemporaryFolder folder;
  cv::Mat rgb(40, 50, CV_8UC3);
  cv::randu(rgb, 0, 256);
  cv::imwrite((folder / "a.png").native(), rgb);
  folder.write("table.csv", "file,Smiling\na.png,1\n");
  const auto pictures = load(folder, FaceCrop{7, 4, 32});
  cv::Mat back = to_picture(pictures.pixels[0].permute({2, 0, 1}).to(at::kFloat) / 255),
          cut = rgb(cv::Rect(7, 4, 32, 32));
  std::vector<cv::Mat> channels(3), theirs(3);
  cv::split(back, channels);
  cv::split(cut, theirs);
  EXPECT_EQ(cv::norm(channels[0], theirs[2], cv::NORM_INF), 0);  // RGB, not BGR
}

TEST(FacePictures, UnusablePicturesAreCounted) {
  const TemporaryFolder folder;
  picture(folder, "a.png", 10);
  picture(folder, "small.png", 10, 20, 20);
  folder.write("broken.jpg", "\xff\xd8\xff no");
  folder.write("table.csv", "file,Smiling\na.png,1\nsmall.png,0\nbroken.jpg,1\n");
  const auto pictures = load(folder, FaceCrop{0, 0, 32});
  EXPECT_EQ(pictures.size(), 1);
  EXPECT_EQ(pictures.unreadable, 2);
  EXPECT_NE(pictures.first_problem.find("smaller than the crop"), std::string::npos);
}

TEST(FacePictures, BadTablesAreErrorsWithTheLine) {
  const TemporaryFolder folder;
  picture(folder, "a.png", 10);
  const auto message = [&](const std::string& table) {
    folder.write("table.csv", table);
    return message_of<Error>([&] { load(folder); });
  };
  EXPECT_NE(message("name,Smiling\na.png,1\n").find("expected a first line file,ATTRIBUTE"), std::string::npos);
  EXPECT_NE(message("file,Smiling\na.png,2\n").find("line 2: expected 0 or 1"), std::string::npos);
  EXPECT_NE(message("file,Smiling\na.png\n").find("line 2: expected 2 cells, got 1"), std::string::npos);
  EXPECT_NE(message("file,Smiling,Smiling\na.png,1,1\n").find("twice"), std::string::npos);
  EXPECT_NE(message("file,Smiling\nb.png,1\n").find("expected the picture that the table"), std::string::npos);
  EXPECT_NE(message("").find("none that can be read"), std::string::npos);
}

TEST(HeldOut, IsAboutOneInTwentyAndDependsOnContentAlone) {
  const auto pictures = testing::blobs(2000);
  const auto held = held_out(pictures.content);
  const auto rows = rows_where(held, true);
  EXPECT_NEAR(static_cast<double>(rows.size()), 100, 35);
  EXPECT_EQ(rows.size() + rows_where(held, false).size(), 2000);
  EXPECT_EQ(held_out({pictures.content[static_cast<size_t>(rows[0])]})[0], true);
}

}  // namespace
}  // namespace pawprint
