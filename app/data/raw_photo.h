#pragma once

#include <cstdint>
#include <string_view>

namespace pawprint {

// What a TIFF file's directories say about which of its pictures is the photo.
struct TiffPictures {
  bool raw = false;    // it holds a sensor's data, as cameras' raw files do
  uint64_t photo = 0;  // offset of the directory of the photo: the first that is no thumbnail and no mask
};

// Looks at no more than a few dozen directories. Damaged ones are passed over. Never throws.
TiffPictures tiff_pictures(std::string_view tiff);

}  // namespace pawprint
