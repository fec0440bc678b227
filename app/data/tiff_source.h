#pragma once

#include <tiffio.h>

#include <memory>
#include <string>
#include <string_view>

namespace pawprint {

constexpr tmsize_t kMaxTiffBytes = 1'000'000'000;  // of one buffer

// A TIFF file in memory for libtiff, and the first thing that it had to say against the file. Nothing is printed.
struct TiffSource {
  std::string_view bytes;
  toff_t at = 0;
  std::string problem;
};

struct CloseTiff {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using OpenTiff = std::unique_ptr<TIFF, CloseTiff>;

// Null if it cannot be opened, with the reason in source.problem; `source` must outlive it.
OpenTiff open_tiff(TiffSource& source);

}  // namespace pawprint
