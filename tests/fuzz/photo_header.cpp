// What kind of file it is, and which of a TIFF's pictures is the photo.
#include "app/data/carry_metadata.h"
#include "app/data/image_file.h"
#include "app/data/raw_photo.h"
#include "tests/fuzz/fuzz_target.h"

namespace pawprint {

void fuzz_one(std::string_view input) {
  const ImageFormat format = image_format(input);
  must(format == image_format(input.substr(0, 32)), "32 bytes are enough");
  must(!format_name(format).empty(), "every format has a name");
  tiff_pictures(input);
  is_lossless_webp(input);
  const std::filesystem::path name(input);
  must(has_image_extension(name) == (claimed_format(name) != ImageFormat::kUnknown), "an extension claims a format");
}

}  // namespace pawprint
