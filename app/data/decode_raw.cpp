#include <libraw/libraw.h>

#include <algorithm>
#include <memory>
#include <string>

#include "app/data/decode.h"
#include "app/data/decode_parts.h"

namespace pawprint {

namespace {

[[noreturn]] void refuse(int code) {
  if (code == LIBRAW_TOO_BIG || code == LIBRAW_UNSUFFICIENT_MEMORY) throw Unreadable("too large for LibRaw");
  if (code == LIBRAW_IO_ERROR || code == LIBRAW_DATA_ERROR) throw Unreadable("raw photo damaged or cut short");
  throw Unreadable("raw photo that LibRaw does not read: " + std::string(libraw_strerror(code)));
}

void expect(int code) {
  if (code != LIBRAW_SUCCESS) refuse(code);
}

// LibRaw's flips (dcraw's): 3 turned by 180, 5 by 90 degrees against the clock, 6 with it. As EXIF has them.
int orientation_of(int flip) { return flip == 3 ? 3 : flip == 5 ? 8 : flip == 6 ? 6 : 1; }

struct FreeImage {
  void operator()(libraw_processed_image_t* image) const { LibRaw::dcraw_clear_mem(image); }
};

// Half of the sensor's width and height, in sRGB with the camera's white balance; upright.
cv::Mat developed(LibRaw& raw) {
  raw.imgdata.params.half_size = 1;
  raw.imgdata.params.use_camera_wb = 1;
  raw.imgdata.params.output_bps = 8;
  expect(raw.unpack());
  expect(raw.dcraw_process());
  int code = LIBRAW_SUCCESS;
  const std::unique_ptr<libraw_processed_image_t, FreeImage> image(raw.dcraw_make_mem_image(&code));
  if (!image) refuse(code);
  const bool gray = image->colors == 1;
  if (image->type != LIBRAW_IMAGE_BITMAP || image->bits != 8 || (image->colors != 3 && !gray))
    throw Unreadable("raw photo with an unexpected picture");
  cv::Mat rgb(image->height, image->width, CV_8UC3);
  for (int y = 0; y < rgb.rows; ++y) {
    const uint8_t* from = image->data + static_cast<size_t>(y) * image->width * image->colors;
    for (int x = 0; x < rgb.cols; ++x)
      for (int c = 0; c < 3; ++c) rgb.ptr(y)[3 * x + c] = from[gray ? x : 3 * x + c];
  }
  return rgb;
}

}  // namespace

cv::Mat decode_raw(std::string_view bytes, const DecodeOptions& options) {
  const auto raw = std::make_unique<LibRaw>();   // a megabyte
  raw->set_dataerror_handler(nullptr, nullptr);  // which would print
  expect(raw->open_buffer(const_cast<char*>(bytes.data()), bytes.size()));
  const auto& sizes = raw->imgdata.sizes;
  check_size({sizes.raw_width, sizes.raw_height}, options.limits, "a raw photo");
  const auto& preview = raw->imgdata.thumbnail;
  if (raw->unpack_thumb() == LIBRAW_SUCCESS && preview.tformat == LIBRAW_THUMBNAIL_JPEG) {
    try {
      const cv::Mat rgb = decode_jpeg({preview.thumb, preview.tlength}, options);
      // Large enough to be the photo itself: no smaller than what developing would give.
      if (2 * std::max(rgb.cols, rgb.rows) >= std::max(sizes.iwidth, sizes.iheight))
        return upright(rgb, orientation_of(sizes.flip));
    } catch (const Unreadable&) {
      // A damaged preview: the sensor's data may be whole.
    }
  }
  return developed(*raw);
}

}  // namespace pawprint
