#include "app/data/encode_photo.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "app/data/carry_metadata.h"
#include "app/data/decode.h"
#include "app/data/image_file.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr int kQuality = 95, kLossless = 101;  // of WebP

// The sample of a stored pixel that is channel c of RGB: OpenCV's order is gray, BGR, BGRA.
int stored_channel(const cv::Mat& stored, int c) { return stored.channels() == 1 ? 0 : 2 - c; }

template <class Sample>
int shown(const Sample* pixel, const cv::Mat& stored, int c) {
  const int shift = sizeof(Sample) == 2 ? 8 : 0;
  const int value = pixel[stored_channel(stored, c)] >> shift;
  if (stored.channels() < 4) return value;
  const int alpha = pixel[3] >> shift;
  return (value * alpha + 255 * (255 - alpha) + 127) / 255;
}

// What is stored shows as `before`, so that no turn, palette or other scale lies between them.
template <class Sample>
bool shows(const cv::Mat& stored, const cv::Mat& before) {
  for (int y = 0; y < before.rows; ++y) {
    const auto* pixel = stored.ptr<Sample>(y);
    const auto* rgb = before.ptr<uint8_t>(y);
    for (int x = 0; x < before.cols; ++x, pixel += stored.channels(), rgb += 3) {
      for (int c = 0; c < 3; ++c)
        if (std::abs(shown(pixel, stored, c) - rgb[c]) > 1) return false;
    }
  }
  return true;
}

template <class Sample>
void add_change(cv::Mat& stored, const cv::Mat& before, const cv::Mat& after) {
  const int step = sizeof(Sample) == 2 ? 257 : 1;
  for (int y = 0; y < before.rows; ++y) {
    auto* pixel = stored.ptr<Sample>(y);
    const auto *from = before.ptr<uint8_t>(y), *to = after.ptr<uint8_t>(y);
    for (int x = 0; x < before.cols; ++x, pixel += stored.channels(), from += 3, to += 3) {
      for (int c = 0; c < std::min(stored.channels(), 3); ++c) {
        auto& sample = pixel[stored_channel(stored, c)];
        sample = cv::saturate_cast<Sample>(sample + step * (to[c] - from[c]));
      }
    }
  }
}

// What libpng has to say, OpenCV lets it print. decode_png() takes its words as a remark or a reason.
bool is_odd_png(std::string_view source) {
  if (image_format(source) != ImageFormat::kPng) return false;
  bool odd = false;
  DecodeOptions options;
  options.limits.max_pixels = options.limits.max_whole_pixels = std::numeric_limits<int64_t>::max();
  options.remark = [&odd](const std::string&) { odd = true; };
  try {
    decode_photo(source, options);
  } catch (const Unreadable&) {
    return true;
  }
  return odd;
}

// Empty if OpenCV cannot read the file.
cv::Mat stored_samples(std::string_view source) {
  const std::string bare = without_metadata(source);
  if (is_odd_png(bare)) return {};
  try {
    return cv::imdecode(cv::Mat(1, static_cast<int>(bare.size()), CV_8U, const_cast<char*>(bare.data())),
                        cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception&) {
    return {};
  }
}

// The samples of the file with the change added to them; empty where they cannot take it.
cv::Mat changed_samples(std::string_view source, const cv::Mat& before, const cv::Mat& after) {
  cv::Mat stored = stored_samples(source);
  const int channels = stored.channels(), depth = stored.depth();
  const bool usual = (channels == 1 || channels == 3 || channels == 4) && (depth == CV_8U || depth == CV_16U);
  if (stored.size() != before.size() || !usual) return {};
  if (channels == 4 && image_format(source) == ImageFormat::kTiff) return {};  // colors that are multiplied by alpha
  if (channels == 1 && !is_gray(after)) return {};
  if (depth == CV_8U) {
    if (!shows<uint8_t>(stored, before)) return {};
    add_change<uint8_t>(stored, before, after);
  } else {
    if (!shows<uint16_t>(stored, before)) return {};
    add_change<uint16_t>(stored, before, after);
  }
  return stored;
}

cv::Mat plain_samples(std::string_view source, const cv::Mat& after) {
  cv::Mat samples;
  cv::cvtColor(after, samples,
               is_gray(after) && stored_samples(source).channels() == 1 ? cv::COLOR_RGB2GRAY : cv::COLOR_RGB2BGR);
  return samples;
}

}  // namespace

bool is_gray(const cv::Mat& rgb) {
  for (int y = 0; y < rgb.rows; ++y) {
    const auto* pixel = rgb.ptr<uint8_t>(y);
    for (int x = 0; x < rgb.cols; ++x, pixel += 3)
      if (pixel[0] != pixel[1] || pixel[0] != pixel[2]) return false;
  }
  return true;
}

bool is_written_as_it_was(std::string_view source) {
  return extension_like(source) != ".png" || image_format(source) == ImageFormat::kPng;
}

std::string extension_like(std::string_view source) {
  switch (image_format(source)) {
    case ImageFormat::kJpeg:
      return ".jpg";
    case ImageFormat::kWebp:
      return ".webp";
    case ImageFormat::kBmp:
      return ".bmp";
    case ImageFormat::kTiff:
      return ".tif";
    default:
      return ".png";
  }
}

std::string encode_photo_like(std::string_view source, const cv::Mat& before, const cv::Mat& after) {
  if (image_format(source) == ImageFormat::kJpeg) return encode_jpeg_like(source, before, after);
  cv::Mat samples = changed_samples(source, before, after);
  if (samples.empty()) samples = plain_samples(source, after);
  std::vector<uint8_t> bytes;
  const std::vector<int> parameters = {cv::IMWRITE_WEBP_QUALITY, is_lossless_webp(source) ? kLossless : kQuality};
  if (!cv::imencode(extension_like(source), samples, bytes, parameters))
    throw Error("expected a photo that can be written as " + extension_like(source) + ", got one of " +
                std::to_string(after.cols) + " x " + std::to_string(after.rows) + " pixels");
  return with_metadata_of({bytes.begin(), bytes.end()}, source, {after.cols, after.rows},
                          samples.channels() == 1 ? 1 : 3);
}

}  // namespace pawprint
