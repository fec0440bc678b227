// What photos say about themselves, and what of it a changed copy keeps.
#include "app/data/exif.h"

#include <map>
#include <opencv2/imgcodecs.hpp>

#include "app/data/carry_exif.h"
#include "app/data/carry_metadata.h"
#include "app/data/decode.h"
#include "app/data/photo_metadata.h"
#include "tests/fuzz/fuzz_target.h"

namespace pawprint {

namespace {

// A photo that was changed, before it gets what is kept of its source.
std::string changed_photo(ImageFormat format) {
  const char* extension = format == ImageFormat::kPng ? ".png" : format == ImageFormat::kWebp ? ".webp" : ".tif";
  std::vector<uint8_t> bytes;
  cv::imencode(extension, cv::Mat(12, 16, CV_8UC3, cv::Scalar(40, 120, 200)), bytes);
  return {bytes.begin(), bytes.end()};
}

// The copy is whole and upright whatever the source said.
void carry_into_photo(std::string_view source) {
  using enum ImageFormat;
  const ImageFormat format = image_format(source);
  if (format != kPng && format != kWebp && format != kTiff) return;
  static const std::map<ImageFormat, std::string> changed = {
      {kPng, changed_photo(kPng)}, {kWebp, changed_photo(kWebp)}, {kTiff, changed_photo(kTiff)}};
  const std::string copy = with_metadata_of(changed.at(format), source, {16, 12}, 3);
  must(decode_photo(copy).size() == cv::Size(16, 12), "a copy is a photo of its own size");
  must(read_photo_info(copy, format).orientation == 1, "a copy is upright");
}

void carry(std::string_view source) {
  const ImageSize size{16, 12};
  const std::string exif = upright_exif(source, size);
  must(exif.empty() || exif.size() == source.size(), "EXIF data keeps its length");
  for (const int channels : {1, 3}) {
    for (const auto& segment : kept_segments(source, size, channels))
      must(segment.payload.size() <= 65'533, "a segment has room for its bytes");
  }
  const std::string profile = color_profile(source);
  must(jpeg_with_profile("\xff\xd8\xff\xd9", profile).size() >= 4 + profile.size(), "a profile is put in whole");
  without_metadata(source);
  carry_into_photo(source);
}

}  // namespace

void fuzz_one(std::string_view input) {
  using enum ImageFormat;
  for (const ImageFormat format : {kJpeg, kPng, kWebp, kTiff, image_format(input)}) {
    const PhotoInfo info = read_photo_info(input, format);
    must(info.orientation >= 1 && info.orientation <= 8, "there are eight orientations");
    for (const auto& exif : photo_metadata(input, format).exif) upright_exif(exif, {16, 12});
  }
  carry(input);
}

}  // namespace pawprint
