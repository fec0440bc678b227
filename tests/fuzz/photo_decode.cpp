// Photos of all formats, to pixels; limits are small, so that an input takes milliseconds.
#include "app/data/decode.h"
#include "app/data/photo_traits.h"
#include "tests/fuzz/fuzz_target.h"

namespace pawprint {

namespace {

// Which options an input is read with depends on its size, so that a seed can be any photo.
DecodeOptions options_for(size_t size) {
  DecodeOptions options;
  options.limits = {
      .max_bytes = 1'000'000, .max_pixels = 1'000'000, .max_side_px = 65'535, .max_whole_pixels = 500'000};
  options.accept_truncated = size % 2 == 1;
  options.scaled_short_px = size % 3 == 1 ? 8 : 0;
  options.reduce_above_px = size % 5 == 1 ? 100 : 0;
  options.managed_color = size % 7 == 1;
  options.remark = [](const std::string& text) { must(!text.empty(), "a remark says something"); };
  return options;
}

}  // namespace

void fuzz_one(std::string_view input) {
  const DecodeOptions options = options_for(input.size());
  try {
    const cv::Mat rgb = decode_photo(input, options);
    must(rgb.type() == CV_8UC3 && !rgb.empty(), "a photo is 8-bit RGB");
    must(static_cast<int64_t>(rgb.total()) <= options.limits.max_pixels, "no photo is beyond the limits");
    const PhotoTraits traits = photo_traits(input, rgb);
    must(traits.to_bytes() == PhotoTraits::from_bytes(traits.to_bytes()).to_bytes(), "traits are kept whole");
  } catch (const Unreadable& problem) {
    must(problem.what()[0] != '\0', "what cannot be read has a reason");
  }
}

}  // namespace pawprint
