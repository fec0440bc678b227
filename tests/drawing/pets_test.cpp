#include "app/drawing/pets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <set>
#include <string>
#include <vector>

#include "models/base/error.h"

namespace pawprint {
namespace {

namespace fs = std::filesystem;

class DrawPets : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "pets_test.XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

bool same_pixels(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, cv::NORM_INF) == 0;
}

cv::Mat thumbnail(const cv::Mat& picture) {
  cv::Mat small;
  cv::resize(picture, small, {32, 32}, 0, 0, cv::INTER_AREA);
  return small;
}

double mean_difference(const cv::Mat& a, const cv::Mat& b) {
  return cv::norm(a, b, cv::NORM_L1) / static_cast<double>(a.total() * 3);
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

// The message of the Error that `call` throws.
template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no Error";
}

TEST(DrawPet, SameSeedAndIndexGiveTheSamePixelsWhateverWasDrawnBetween) {
  for (const Pet pet : {Pet::kCat, Pet::kDog}) {
    const cv::Mat first = draw_pet(pet, 7, 3);
    draw_pet(Pet::kCat, 8, 0);
    EXPECT_TRUE(same_pixels(first, draw_pet(pet, 7, 3)));
  }
}

TEST(DrawPet, AnotherIndexSeedOrPetGivesOtherPixels) {
  const cv::Mat picture = draw_pet(Pet::kCat, 7, 3);
  EXPECT_FALSE(same_pixels(picture, draw_pet(Pet::kCat, 7, 4)));
  EXPECT_FALSE(same_pixels(picture, draw_pet(Pet::kCat, 8, 3)));
  EXPECT_FALSE(same_pixels(picture, draw_pet(Pet::kDog, 7, 3)));
}

TEST(DrawPet, DoesNotDependOnTheNumberOfThreads) {
  const int threads = cv::getNumThreads();
  const cv::Mat many = draw_pet(Pet::kDog, 5, 11);
  cv::setNumThreads(1);
  const cv::Mat one = draw_pet(Pet::kDog, 5, 11);
  cv::setNumThreads(threads);
  EXPECT_TRUE(same_pixels(many, one));
}

TEST(DrawPet, SidesAre240To520PixelsLandscapeAndPortrait) {
  int landscape = 0, portrait = 0;
  for (int64_t i = 0; i < 40; ++i) {
    const cv::Mat picture = draw_pet(i % 2 == 0 ? Pet::kCat : Pet::kDog, 1, i);
    ASSERT_EQ(picture.type(), CV_8UC3);
    EXPECT_GE(std::min(picture.rows, picture.cols), 240);
    EXPECT_LE(std::max(picture.rows, picture.cols), 520);
    landscape += picture.cols > picture.rows;
    portrait += picture.cols < picture.rows;
  }
  EXPECT_GE(landscape, 5);
  EXPECT_GE(portrait, 5);
}

TEST(DrawPet, PicturesOfOneKindAreNotNearCopies) {
  for (const Pet pet : {Pet::kCat, Pet::kDog}) {
    std::vector<cv::Mat> thumbnails;
    for (int64_t i = 0; i < 20; ++i) thumbnails.push_back(thumbnail(draw_pet(pet, 1, i)));
    for (size_t a = 0; a < thumbnails.size(); ++a) {
      for (size_t b = a + 1; b < thumbnails.size(); ++b)
        EXPECT_GT(mean_difference(thumbnails[a], thumbnails[b]), 10) << a << " and " << b;
    }
  }
}

TEST(DrawPet, PlacesAreAsBrightForCatsAsForDogs) {
  double cats = 0, dogs = 0;
  constexpr int kPictures = 60;
  for (int64_t i = 0; i < kPictures; ++i) {
    const cv::Scalar cat = cv::mean(draw_pet(Pet::kCat, 1, i)), dog = cv::mean(draw_pet(Pet::kDog, 1, i));
    cats += (cat[0] + cat[1] + cat[2]) / 3 / kPictures;
    dogs += (dog[0] + dog[1] + dog[2]) / 3 / kPictures;
  }
  EXPECT_NEAR(cats, dogs, 20);  // one picture differs from another by about 40
}

TEST_F(DrawPets, WritesCatsAndDogsInTurnAndNumbersEachFrom0) {
  draw_pets(folder_ / "new" / "pets", 5, 1, {});
  EXPECT_EQ(names_in(folder_ / "new" / "pets"), (std::set<std::string>{"cats", "dogs"}));
  EXPECT_EQ(names_in(folder_ / "new" / "pets" / "cats"),
            (std::set<std::string>{"cat.0.jpg", "cat.1.jpg", "cat.2.jpg"}));
  EXPECT_EQ(names_in(folder_ / "new" / "pets" / "dogs"), (std::set<std::string>{"dog.0.jpg", "dog.1.jpg"}));
}

TEST_F(DrawPets, FilesHoldTheDrawnPictures) {
  draw_pets(folder_, 4, 9, {});  // an empty folder will do
  const cv::Mat file = cv::imread((folder_ / "dogs" / "dog.1.jpg").string());
  const cv::Mat drawn = draw_pet(Pet::kDog, 9, 1);
  ASSERT_EQ(file.size(), drawn.size());
  EXPECT_LT(mean_difference(file, drawn), 4);  // what JPEG loses
}

TEST_F(DrawPets, ReportsProgressOnceAPicture) {
  std::vector<int64_t> done;
  draw_pets(folder_, 3, 1, [&](int64_t count, int64_t total) {
    EXPECT_EQ(total, 3);
    done.push_back(count);
  });
  EXPECT_EQ(done, (std::vector<int64_t>{1, 2, 3}));
}

TEST_F(DrawPets, RefusesACountBelow1AndMakesNoFolder) {
  for (const int64_t count : {0, -1}) {
    EXPECT_EQ(message_of([&] { draw_pets(folder_ / "pets", count, 1, {}); }),
              "count: expected at least 1 picture, got " + std::to_string(count) + "; ask for 100 or more to train on");
    EXPECT_FALSE(fs::exists(folder_ / "pets"));
  }
}

TEST_F(DrawPets, RefusesAFolderThatHoldsFilesAndLeavesItAsItIs) {
  std::ofstream(folder_ / "mine.txt") << "keep";
  EXPECT_EQ(message_of([&] { draw_pets(folder_, 2, 1, {}); }),
            in_quotes(folder_.native()) +
                ": expected a new or empty folder, got one that holds files; name another folder or remove them");
  EXPECT_EQ(names_in(folder_), (std::set<std::string>{"mine.txt"}));
}

TEST_F(DrawPets, RefusesAFile) {
  std::ofstream(folder_ / "file") << "keep";
  EXPECT_EQ(
      message_of([&] { draw_pets(folder_ / "file", 2, 1, {}); }),
      in_quotes((folder_ / "file").native()) + ": expected a new or empty folder, got a file; name another folder");
}

}  // namespace
}  // namespace pawprint
