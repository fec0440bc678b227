// For parity_test.py: what the program sees and computes of photos, as raw numbers.
// usage: dump_photos BACKBONE FIT OUT < paths
// OUT gets, for each photo, height and width (int32), as many pixels of 3 bytes, and D float32 (features)
#include <torch/script.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>

#include "app/data/decode.h"
#include "app/data/preprocess.h"
#include "app/training/features.h"
#include "app/training/runtime.h"

int main(int argc, char** argv) {
  using namespace pawprint;
  if (argc != 4) return 2;
  use_single_threaded_math();
  Backbone backbone = Backbone::load(argv[1]);
  const auto fit = std::find(kWords<Fit>.begin(), kWords<Fit>.end(), argv[2]) - kWords<Fit>.begin();
  backbone = backbone.with_preprocess(backbone.preprocess().with_fit(static_cast<Fit>(fit)));
  std::ofstream out(argv[3], std::ios::binary);
  PhotoOptions options;
  options.mirror = false;
  for (std::string path; std::getline(std::cin, path);) {
    const cv::Mat fitted = fit_photo(decode_photo(read_photo(path)), backbone.preprocess());
    const std::array<int32_t, 2> size = {fitted.rows, fitted.cols};
    out.write(reinterpret_cast<const char*>(size.data()), sizeof size);
    out.write(reinterpret_cast<const char*>(fitted.data), static_cast<std::streamsize>(fitted.total() * 3));
    const auto features = batch_features({path}, {backbone}, options).features.contiguous();
    out.write(static_cast<const char*>(features.data_ptr()), static_cast<std::streamsize>(features.nbytes()));
  }
  return out.flush() ? 0 : 1;
}
