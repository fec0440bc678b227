// For parity_test.py and formats_test.py: what the program sees and computes of photos, as raw numbers.
// usage: dump_photos OUT stored|managed [BACKBONE FIT] < paths
// OUT gets, for each photo, height and width (int32), as many pixels of 3 bytes, and D float32 (features); without a
// BACKBONE the pixels as they are decoded. managed: colors in sRGB
#include <torch/script.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>

#include "app/data/decode.h"
#include "app/data/preprocess.h"
#include "app/training/features.h"
#include "app/training/runtime.h"

using namespace pawprint;

namespace {

void write_pixels(std::ostream& out, const cv::Mat& rgb) {
  const std::array<int32_t, 2> size = {rgb.rows, rgb.cols};
  out.write(reinterpret_cast<const char*>(size.data()), sizeof size);
  out.write(reinterpret_cast<const char*>(rgb.data), static_cast<std::streamsize>(rgb.total() * 3));
}

void write_seen(std::ostream& out, const DecodeOptions& decode, const std::string& network,
                std::string_view name_of_fit) {
  use_single_threaded_math();
  Backbone backbone = Backbone::load(network);
  const auto fit = std::find(kWords<Fit>.begin(), kWords<Fit>.end(), name_of_fit) - kWords<Fit>.begin();
  PreprocessSpec spec = backbone.preprocess().with_fit(static_cast<Fit>(fit));
  spec.managed_color = decode.managed_color;
  backbone = backbone.with_preprocess(spec);
  PhotoOptions options;
  options.mirror = false;
  for (std::string path; std::getline(std::cin, path);) {
    write_pixels(out, fit_photo(decode_photo(read_photo(path), decode), backbone.preprocess()));
    const auto features = batch_features({path}, {backbone}, options).features.contiguous();
    out.write(static_cast<const char*>(features.data_ptr()), static_cast<std::streamsize>(features.nbytes()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 5) return 2;
  std::ofstream out(argv[1], std::ios::binary);
  DecodeOptions decode;
  decode.managed_color = std::string_view(argv[2]) == "managed";
  if (argc == 5) {
    write_seen(out, decode, argv[3], argv[4]);
  } else {
    for (std::string path; std::getline(std::cin, path);) write_pixels(out, decode_photo(read_photo(path), decode));
  }
  return out.flush() ? 0 : 1;
}
