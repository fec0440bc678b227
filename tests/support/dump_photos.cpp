// For parity_test.py: what the program sees and computes of photos, as raw numbers.
// usage: dump_photos BACKBONE OUT < paths     OUT gets, for each photo, S*S*3 bytes (the crop) and D float32 (features)
#include <torch/script.h>

#include <fstream>
#include <iostream>

#include "app/data/decode.h"
#include "app/data/preprocess.h"
#include "app/training/features.h"
#include "app/training/runtime.h"

int main(int argc, char** argv) {
  using namespace pawprint;
  if (argc != 3) return 2;
  use_single_threaded_math();
  const Backbone backbone = Backbone::load(argv[1]);
  std::ofstream out(argv[2], std::ios::binary);
  PhotoOptions options;
  options.mirror = false;
  for (std::string path; std::getline(std::cin, path);) {
    const cv::Mat crop = resize_and_crop(decode_photo(read_photo(path)), backbone.preprocess());
    out.write(reinterpret_cast<const char*>(crop.data), static_cast<std::streamsize>(crop.total() * 3));
    const auto features =
        backbone.features(load_batch({path}, backbone.preprocess(), backbone.config(), options).pixels).contiguous();
    out.write(static_cast<const char*>(features.data_ptr()), static_cast<std::streamsize>(features.nbytes()));
  }
  return out.flush() ? 0 : 1;
}
