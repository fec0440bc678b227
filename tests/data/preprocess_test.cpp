#include "app/data/preprocess.h"

#include <gtest/gtest.h>

#include <hwy/targets.h>
#include <bit>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <vector>

#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

PreprocessSpec spec(int64_t resize_px, int64_t crop_px) {
  PreprocessSpec out;
  out.resize_px = resize_px;
  out.crop_px = crop_px;
  return out;
}

cv::Mat pattern(int height, int width) {
  cv::Mat image(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c)
        image.at<cv::Vec3b>(y, x)[c] = static_cast<uint8_t>(37 * x * x + 53 * y + 91 * c + 29 * x * y);
    }
  }
  return image;
}

std::vector<int> samples(const cv::Mat& image) {
  std::vector<int> out;
  for (int y = 0; y < image.rows; ++y) out.insert(out.end(), image.ptr(y), image.ptr(y) + image.cols * 3);
  return out;
}

using Samples = std::vector<int>;

// The expected samples are Pillow 9.4's: Image.resize((int(resize * w / short), int(resize * h / short)), BILINEAR),
// then torchvision's center crop.
TEST(ResizeAndCrop, EqualsPillowWhenShrinking) {
  EXPECT_EQ(samples(fit_photo(pattern(5, 7), spec(3, 2))),
            (Samples{97, 158, 110, 144, 147, 70, 132, 134, 99, 148, 166, 102}));
  EXPECT_EQ(samples(fit_photo(pattern(9, 8), spec(3, 3))),
            (Samples{96,  145, 129, 140, 147, 98,  91,  129, 169, 122, 123, 117, 143, 141,
                     112, 131, 114, 146, 104, 125, 123, 116, 139, 151, 84,  152, 127}));
}

TEST(ResizeAndCrop, EqualsPillowWhenEnlarging) {
  EXPECT_EQ(samples(fit_photo(pattern(2, 3), spec(4, 3))),
            (Samples{28,  119, 210, 65,  156, 183, 120, 211, 110, 47,  138, 181, 71, 162,
                     157, 98,  189, 120, 84,  175, 122, 84,  175, 106, 54,  145, 140}));
}

TEST(ResizeAndCrop, EqualsPillowForPicturesOnePixelWideOrHigh) {
  EXPECT_EQ(samples(fit_photo(pattern(1, 4), spec(3, 2))),
            (Samples{74, 165, 171, 111, 202, 122, 74, 165, 171, 111, 202, 122}));
  EXPECT_EQ(samples(fit_photo(pattern(6, 1), spec(3, 2))),
            (Samples{124, 215, 50, 124, 215, 50, 141, 232, 67, 141, 232, 67}));
}

TEST(ResizeAndCrop, AConstantPictureStaysConstant) {
  for (const auto& size : {cv::Size(1, 1), cv::Size(1, 900), cv::Size(333, 500), cv::Size(40, 31)}) {
    const auto out = fit_photo(cv::Mat(size, CV_8UC3, cv::Scalar(255, 128, 1)), spec(64, 56));
    ASSERT_EQ(out.size(), cv::Size(56, 56));
    EXPECT_EQ(cv::norm(out, cv::Mat(56, 56, CV_8UC3, cv::Scalar(255, 128, 1)), cv::NORM_INF), 0) << size;
  }
}

TEST(ResizeAndCrop, APictureOfTheRightSizeIsUnchanged) {
  EXPECT_EQ(samples(fit_photo(pattern(20, 20), spec(20, 20))), samples(pattern(20, 20)));
}

TEST(ResizeAndCrop, ReadsAPartOfALargerPicture) {
  const cv::Mat part = pattern(30, 40)(cv::Rect(3, 2, 20, 25));
  EXPECT_EQ(samples(fit_photo(part, spec(10, 8))), samples(fit_photo(part.clone(), spec(10, 8))));
}

// Python's round: 0.5 -> 0, 1.5 -> 2, 2.5 -> 2, 3.5 -> 4.
TEST(ResizeAndCrop, RoundsHalfAMarginToEven) {
  const std::vector<int> first = {0, 0, 1, 2, 2, 2, 3, 4, 4};  // of the margins 0, 1, 2, ...
  for (int margin = 0; margin < static_cast<int>(first.size()); ++margin) {
    cv::Mat wide(2, 2 + margin, CV_8UC3);
    for (int x = 0; x < wide.cols; ++x) wide.col(x).setTo(cv::Scalar::all(x));
    EXPECT_EQ(fit_photo(wide, spec(2, 2)).at<cv::Vec3b>(0, 0)[0], first[margin]) << margin;
    EXPECT_EQ(fit_photo(wide.t(), spec(2, 2)).at<cv::Vec3b>(0, 0)[0], first[margin]) << margin;
  }
}

PreprocessSpec fitted(Fit fit, int64_t px) { return spec(px, px).with_fit(fit); }

TEST(FitPhoto, SquashedIsTheWholePhotoWhateverItsShape) {
  const cv::Mat photo(10, 40, CV_8UC3, cv::Scalar(1, 2, 3));
  EXPECT_EQ(fit_photo(photo, fitted(Fit::kSquash, 16)).size(), cv::Size(16, 16));
  EXPECT_EQ(seen_area(photo.size(), fitted(Fit::kSquash, 16)), cv::Rect2d(0, 0, 40, 10));
}

TEST(FitPhoto, PaddedIsTheWholePhotoInTheColorOfItsBorder) {
  cv::Mat photo(20, 40, CV_8UC3, cv::Scalar(10, 20, 30));  // 120 pixels of border, 40 of them in the first row
  photo.row(0).setTo(cv::Scalar(70, 20, 30));
  const cv::Mat out = fit_photo(photo, fitted(Fit::kPad, 40));
  EXPECT_EQ(out.size(), cv::Size(40, 40));
  const auto mean = static_cast<uchar>((40 * 70 + 76 * 10 + 58) / 116);
  for (const int y : {0, 9, 30, 39}) EXPECT_EQ(out.at<cv::Vec3b>(y, 20), cv::Vec3b(mean, 20, 30)) << y;
  EXPECT_EQ(samples(out.rowRange(10, 30)), samples(photo));
  EXPECT_EQ(seen_area(photo.size(), fitted(Fit::kPad, 40)), cv::Rect2d(0, -10, 40, 40));
}

TEST(FitPhoto, WholeKeepsTheShapeInMultiplesOfTheStride) {
  const auto size = [](int height, int width, int64_t px) {
    return fit_photo(cv::Mat(height, width, CV_8UC3, cv::Scalar(1, 2, 3)), fitted(Fit::kWhole, px)).size();
  };
  EXPECT_EQ(size(300, 400, 288), cv::Size(384, 288));
  EXPECT_EQ(size(400, 300, 288), cv::Size(288, 384));
  EXPECT_EQ(size(100, 100, 288), cv::Size(288, 288));
  EXPECT_EQ(size(300, 500, 288), cv::Size(480, 288));
  EXPECT_EQ(size(100, 290, 64), cv::Size(128, 64));  // the middle
  EXPECT_EQ(size(1, 1, 64), cv::Size(64, 64));
  EXPECT_EQ(size(1, 900, 64), cv::Size(128, 64));
  EXPECT_EQ(size(300, 400, 300), cv::Size(416, 288));  // 300 and 400, rounded
  EXPECT_EQ(seen_area({290, 100}, fitted(Fit::kWhole, 64)), cv::Rect2d(45, 0, 200, 100));
}

TEST(Preprocess, IsTheSameForEachFitInOnePassAndInTwo) {
  const cv::Mat photo = pattern(90, 130);
  for (const Fit fit : {Fit::kCrop, Fit::kSquash, Fit::kPad, Fit::kWhole}) {
    const PreprocessSpec some = fitted(fit, 64);
    const cv::Mat eight_bit = fit_photo(photo, some);
    std::vector<float> once(eight_bit.total() * 6), twice(once.size());
    preprocess(photo, some, 2, PixelType::kFloat32, once.data());
    normalize(eight_bit, some, 2, PixelType::kFloat32, twice.data());
    EXPECT_EQ(once, twice) << word(fit);
  }
}

TEST(Preprocess, IsValueLessMeanByStdChannelsLast) {
  PreprocessSpec half = spec(2, 2);
  half.mean = {0.5f, 0.f, 1.f};
  half.std = {0.5f, 1.f, 2.f};
  cv::Mat photo(2, 2, CV_8UC3, cv::Scalar(0, 0, 0));
  photo.at<cv::Vec3b>(0, 0) = {255, 51, 0};
  photo.at<cv::Vec3b>(0, 1) = {0, 255, 255};
  const std::vector<float> expected = {
      1.f,  0.2f, -0.5f, -1.f, 1.f,  0.f,    // first row
      -1.f, 0.f,  -0.5f, -1.f, 0.f,  -0.5f,  // second row
      -1.f, 1.f,  0.f,   1.f,  0.2f, -0.5f,  // mirrored: pixels exchanged, not channels
      -1.f, 0.f,  -0.5f, -1.f, 0.f,  -0.5f};
  std::vector<float> out(24, 7.f);
  preprocess(photo, half, 2, PixelType::kFloat32, out.data());
  for (size_t i = 0; i < 24; ++i) EXPECT_NEAR(out[i], expected[i], 1e-6) << i;
  std::vector<float> alone(13, 7.f);
  preprocess(photo, half, 1, PixelType::kFloat32, alone.data());
  EXPECT_TRUE(std::equal(alone.begin(), alone.begin() + 12, out.begin()));
  EXPECT_EQ(alone[12], 7.f);  // one view, nothing behind it
}

TEST(Preprocess, BFloat16IsTheUpperHalfRoundedToNearestEven) {
  PreprocessSpec plain = spec(16, 16);
  plain.mean = {0.f, 0.5f, 0.f};
  plain.std = {1.f, 0.25f, 3.f};
  const cv::Mat photo = pattern(16, 16);
  std::vector<float> exact(768);
  std::vector<uint16_t> out(769, 7);
  preprocess(photo, plain, 1, PixelType::kFloat32, exact.data());
  preprocess(photo, plain, 1, PixelType::kBFloat16, out.data());
  for (size_t i = 0; i < exact.size(); ++i) {
    const auto bits = std::bit_cast<uint32_t>(exact[i]);
    const uint32_t rest = bits & 0xffff;
    const uint32_t up = rest > 0x8000 || (rest == 0x8000 && (bits >> 16 & 1) == 1) ? 1 : 0;
    ASSERT_EQ(out[i], (bits >> 16) + up) << i;
  }
  EXPECT_EQ(out[768], 7);
}

// Every kind of processor that this one can stand in for: down to plain code without vectors.
TEST(Preprocess, IsTheSameOnAllKindsOfProcessor) {
  const PreprocessSpec odd = spec(41, 37);
  const cv::Mat photo = pattern(53, 67);
  const cv::Mat crop = fit_photo(photo, odd);
  std::vector<float> floats(2 * 37 * 37 * 3);
  preprocess(photo, odd, 2, PixelType::kFloat32, floats.data());
  std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
  ASSERT_FALSE(targets.empty());
  for (const int64_t target : targets) {
    hwy::SetSupportedTargetsForTest(target);
    EXPECT_EQ(samples(fit_photo(photo, odd)), samples(crop)) << hwy::TargetName(target);
    std::vector<float> same(floats.size());
    preprocess(photo, odd, 2, PixelType::kFloat32, same.data());
    for (size_t i = 0; i < same.size(); ++i) ASSERT_NEAR(same[i], floats[i], 1e-6) << hwy::TargetName(target);
  }
  hwy::SetSupportedTargetsForTest(0);
}

TEST(PreprocessSpec, AnotherCropKeepsTheBorder) {
  const auto large = PreprocessSpec{}.with_crop(288);
  EXPECT_EQ(large.resize_px, 320);
  EXPECT_EQ(large.crop_px, 288);
  EXPECT_EQ(large.mean, PreprocessSpec{}.mean);
}

TEST(PreprocessSpec, ReadsBackWhatItWrites) {
  PreprocessSpec some = spec(100, 90);
  some.mean = {0.1f, 0.2f, 0.3f};
  for (const auto& each : {some, some.with_fit(Fit::kWhole), some.with_fit(Fit::kPad)})
    EXPECT_EQ(preprocess_from_json(nlohmann::json::parse(to_json(each).dump()), "model"), each);
  EXPECT_FALSE(to_json(some).contains("fit"));  // files of the usual fit are as they were
}

// The default's JSON with one value replaced; null removes it.
nlohmann::json with(const std::string& key, const nlohmann::json& value) {
  auto json = to_json(PreprocessSpec{});
  if (value.is_null()) {
    json.erase(key);
  } else {
    json[key] = value;
  }
  return json;
}

std::string refusal(const nlohmann::json& json) {
  return testing::message_of<Error>([&] { preprocess_from_json(json, "model"); });
}

TEST(PreprocessSpec, RefusesMissingValues) {
  for (const auto* key : {"resize", "crop", "mean", "std", "interpolation"})
    EXPECT_TRUE(
        refusal(with(key, nullptr))
            .starts_with("model: preprocess: expected resize, crop, interpolation, mean, std and a known fit, got"))
        << key;
  EXPECT_NE(refusal(nlohmann::json::array()), "");
}

TEST(PreprocessSpec, RefusesValuesOfAnotherType) {
  for (const auto& value :
       {nlohmann::json("256"), nlohmann::json(256.5), nlohmann::json(true), nlohmann::json::array()})
    EXPECT_NE(refusal(with("resize", value)), "") << value;
  for (const auto& value : {nlohmann::json(0.5), nlohmann::json{0.5, 0.5}, nlohmann::json{0.5, 0.5, 0.5, 0.5},
                            nlohmann::json{0.5, 0.5, "0.5"}})
    EXPECT_NE(refusal(with("mean", value)), "") << value;
}

TEST(PreprocessSpec, RefusesValuesOutOfRange) {
  for (const int crop : {15, 257, 0, -1}) EXPECT_NE(refusal(with("crop", crop)), "") << crop;
  EXPECT_NE(refusal(with("resize", 4097)), "");
  for (const auto& fit : {nlohmann::json("stretch"), nlohmann::json(1), nlohmann::json("whole")})
    EXPECT_NE(refusal(with("fit", fit)), "") << fit;  // the last: with a border to cut away
  EXPECT_NO_THROW(preprocess_from_json(with("resize", 4096), "model"));
  for (const double std : {0.0, -0.2, 1e39})
    EXPECT_NE(refusal(with("std", {0.2, std, 0.2})), "") << std;  // 1e39: infinite
  EXPECT_NE(refusal(with("mean", {0.2, 1e39, 0.2})), "");
  EXPECT_EQ(refusal(with("interpolation", "bicubic")),
            "model: preprocess: expected interpolation 'bilinear', got \"bicubic\"");
}

}  // namespace
}  // namespace pawprint
