#include <jxl/decode.h>
#include <jxl/decode_cxx.h>

#include <string>
#include <vector>

#include "app/data/decode_parts.h"

namespace pawprint {

namespace {

const uint8_t* begin_of(std::string_view bytes) { return reinterpret_cast<const uint8_t*>(bytes.data()); }

}  // namespace

cv::Mat decode_jxl(std::string_view bytes, const DecodeOptions& options) {
  const JxlDecoderPtr decoder = JxlDecoderMake(nullptr);
  JxlDecoderSubscribeEvents(decoder.get(), JXL_DEC_BASIC_INFO | JXL_DEC_FULL_IMAGE);
  JxlDecoderSetInput(decoder.get(), begin_of(bytes), bytes.size());
  JxlDecoderCloseInput(decoder.get());
  JxlBasicInfo info{};
  std::vector<uint8_t> pixels;
  const auto channels = [&] { return info.alpha_bits > 0 ? 4u : 3u; };
  while (true) {
    const JxlDecoderStatus status = JxlDecoderProcessInput(decoder.get());
    if (status == JXL_DEC_BASIC_INFO) {
      if (JxlDecoderGetBasicInfo(decoder.get(), &info) != JXL_DEC_SUCCESS) throw Unreadable("damaged JPEG XL");
      check_size({info.xsize, info.ysize}, options.limits, "a JPEG XL");  // as seen: its orientation is applied
    } else if (status == JXL_DEC_NEED_IMAGE_OUT_BUFFER) {
      const JxlPixelFormat format{channels(), JXL_TYPE_UINT8, JXL_NATIVE_ENDIAN, 0};
      size_t size = 0;
      if (JxlDecoderImageOutBufferSize(decoder.get(), &format, &size) != JXL_DEC_SUCCESS)
        throw Unreadable("damaged JPEG XL");
      pixels.resize(size);
      if (JxlDecoderSetImageOutBuffer(decoder.get(), &format, pixels.data(), size) != JXL_DEC_SUCCESS)
        throw Unreadable("damaged JPEG XL");
    } else if (status == JXL_DEC_NEED_MORE_INPUT) {
      throw Unreadable("JPEG XL cut short");
    } else if (status == JXL_DEC_FULL_IMAGE) {
      break;  // of an animation the first frame
    } else {
      throw Unreadable("damaged JPEG XL");
    }
  }
  cv::Mat rgb(static_cast<int>(info.ysize), static_cast<int>(info.xsize), CV_8UC3);
  const size_t stride = size_t{info.xsize} * channels();
  if (pixels.size() < stride * info.ysize) throw Unreadable("damaged JPEG XL");
  for (int y = 0; y < rgb.rows; ++y)
    put_on_white(&pixels[static_cast<size_t>(y) * stride], rgb.ptr(y), rgb.cols, channels() == 4,
                 info.alpha_premultiplied != 0);
  return rgb;
}

std::string jxl_profile(std::string_view bytes) {
  const JxlDecoderPtr decoder = JxlDecoderMake(nullptr);
  JxlDecoderSubscribeEvents(decoder.get(), JXL_DEC_COLOR_ENCODING);
  JxlDecoderSetInput(decoder.get(), begin_of(bytes), bytes.size());
  JxlDecoderCloseInput(decoder.get());
  size_t size = 0;
  if (JxlDecoderProcessInput(decoder.get()) != JXL_DEC_COLOR_ENCODING) return {};
#if JPEGXL_NUMERIC_VERSION >= JPEGXL_COMPUTE_NUMERIC_VERSION(0, 9, 0)
  if (JxlDecoderGetICCProfileSize(decoder.get(), JXL_COLOR_PROFILE_TARGET_DATA, &size) != JXL_DEC_SUCCESS) return {};
#else
  if (JxlDecoderGetICCProfileSize(decoder.get(), nullptr, JXL_COLOR_PROFILE_TARGET_DATA, &size) != JXL_DEC_SUCCESS) return {};
#endif
  std::string icc(size, '\0');
  auto* to = reinterpret_cast<uint8_t*>(icc.data());
#if JPEGXL_NUMERIC_VERSION >= JPEGXL_COMPUTE_NUMERIC_VERSION(0, 9, 0)
  const auto status = JxlDecoderGetColorAsICCProfile(decoder.get(), JXL_COLOR_PROFILE_TARGET_DATA, to, size);
#else
  const auto status = JxlDecoderGetColorAsICCProfile(decoder.get(), nullptr, JXL_COLOR_PROFILE_TARGET_DATA, to, size);
#endif
  return status == JXL_DEC_SUCCESS ? icc : std::string();
}

}  // namespace pawprint
