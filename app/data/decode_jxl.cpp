#include <jxl/color_encoding.h>
#include <jxl/decode.h>
#include <jxl/decode_cxx.h>
#include <jxl/encode.h>

#include <string>
#include <vector>

#include "app/data/decode_parts.h"

namespace pawprint {

namespace {

// libjxl before 0.9 asks for an argument here that it does not use.
#if JPEGXL_NUMERIC_VERSION >= JPEGXL_COMPUTE_NUMERIC_VERSION(0, 9, 0)
#define PAWPRINT_JXL(decoder) (decoder)
#else
#define PAWPRINT_JXL(decoder) (decoder), nullptr
#endif

JxlDecoderPtr open_jxl(std::string_view bytes, int events) {
  JxlDecoderPtr decoder = JxlDecoderMake(nullptr);
  JxlDecoderSubscribeEvents(decoder.get(), events);
  JxlDecoderSetInput(decoder.get(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  JxlDecoderCloseInput(decoder.get());
  return decoder;
}

// A lossy picture is kept in colors of libjxl's own, from which it makes those of the original where it has a name for
// them. For others (a profile of Display P3, say) it would give light without gamma; sRGB is asked for.
void settle_colors(JxlDecoder* decoder, const JxlBasicInfo& info) {
  JxlColorEncoding colors{};
  if (info.uses_original_profile != 0 ||
      JxlDecoderGetColorAsEncodedProfile(PAWPRINT_JXL(decoder), JXL_COLOR_PROFILE_TARGET_ORIGINAL, &colors) ==
          JXL_DEC_SUCCESS)
    return;
  JxlColorEncodingSetToSRGB(&colors, info.num_color_channels == 1 ? 1 : 0);
  JxlDecoderSetPreferredColorProfile(decoder, &colors);
}

}  // namespace

cv::Mat decode_jxl(std::string_view bytes, const DecodeOptions& options) {
  const JxlDecoderPtr decoder = open_jxl(bytes, JXL_DEC_BASIC_INFO | JXL_DEC_COLOR_ENCODING | JXL_DEC_FULL_IMAGE);
  JxlBasicInfo info{};
  std::vector<uint8_t> pixels;
  const auto channels = [&] { return info.alpha_bits > 0 ? 4u : 3u; };
  while (true) {
    const JxlDecoderStatus status = JxlDecoderProcessInput(decoder.get());
    if (status == JXL_DEC_BASIC_INFO) {
      if (JxlDecoderGetBasicInfo(decoder.get(), &info) != JXL_DEC_SUCCESS) throw Unreadable("damaged JPEG XL");
      check_size({info.xsize, info.ysize}, options.limits, "a JPEG XL");  // as seen: its orientation is applied
    } else if (status == JXL_DEC_COLOR_ENCODING) {
      settle_colors(decoder.get(), info);
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
  const JxlDecoderPtr decoder = open_jxl(bytes, JXL_DEC_BASIC_INFO | JXL_DEC_COLOR_ENCODING);
  JxlBasicInfo info{};
  if (JxlDecoderProcessInput(decoder.get()) != JXL_DEC_BASIC_INFO ||
      JxlDecoderGetBasicInfo(decoder.get(), &info) != JXL_DEC_SUCCESS ||
      JxlDecoderProcessInput(decoder.get()) != JXL_DEC_COLOR_ENCODING)
    return {};
  settle_colors(decoder.get(), info);
  constexpr auto kDecoded = JXL_COLOR_PROFILE_TARGET_DATA;
  size_t size = 0;
  if (JxlDecoderGetICCProfileSize(PAWPRINT_JXL(decoder.get()), kDecoded, &size) != JXL_DEC_SUCCESS) return {};
  std::string icc(size, '\0');
  auto* to = reinterpret_cast<uint8_t*>(icc.data());
  const auto status = JxlDecoderGetColorAsICCProfile(PAWPRINT_JXL(decoder.get()), kDecoded, to, size);
  return status == JXL_DEC_SUCCESS ? icc : std::string();
}

}  // namespace pawprint
