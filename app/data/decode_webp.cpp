#include <webp/decode.h>
#include <webp/demux.h>

#include <memory>

#include "app/data/decode_parts.h"

namespace pawprint {

namespace {

const uint8_t* begin_of(std::string_view bytes) { return reinterpret_cast<const uint8_t*>(bytes.data()); }

[[noreturn]] void refuse() { throw Unreadable("damaged WebP, or cut short"); }

// The first frame on its canvas, whose other pixels are transparent.
cv::Mat first_frame(std::string_view bytes) {
  const WebPData data{begin_of(bytes), bytes.size()};
  const std::unique_ptr<WebPAnimDecoder, decltype(&WebPAnimDecoderDelete)> decoder(WebPAnimDecoderNew(&data, nullptr),
                                                                                   WebPAnimDecoderDelete);
  WebPAnimInfo info{};
  uint8_t* rgba = nullptr;
  int milliseconds = 0;
  if (!decoder || WebPAnimDecoderGetInfo(decoder.get(), &info) == 0 ||
      WebPAnimDecoderGetNext(decoder.get(), &rgba, &milliseconds) == 0)
    refuse();
  cv::Mat rgb(static_cast<int>(info.canvas_height), static_cast<int>(info.canvas_width), CV_8UC3);
  for (int y = 0; y < rgb.rows; ++y)
    put_on_white(rgba + size_t{4} * info.canvas_width * static_cast<size_t>(y), rgb.ptr(y), rgb.cols, true, false);
  return rgb;
}

}  // namespace

cv::Mat decode_webp(std::string_view bytes, const DecodeOptions& options) {
  WebPBitstreamFeatures features{};
  const VP8StatusCode status = WebPGetFeatures(begin_of(bytes), bytes.size(), &features);
  if (status == VP8_STATUS_NOT_ENOUGH_DATA) refuse();
  if (status != VP8_STATUS_OK) throw Unreadable("damaged header");
  check_size({features.width, features.height}, options.limits, "a WebP");
  if (features.has_animation != 0) return first_frame(bytes);
  const bool alpha = features.has_alpha != 0;
  cv::Mat pixels(features.height, features.width, alpha ? CV_8UC4 : CV_8UC3);
  const auto size = pixels.total() * pixels.elemSize();
  const auto stride = static_cast<int>(pixels.step);
  const auto* done = alpha ? WebPDecodeRGBAInto(begin_of(bytes), bytes.size(), pixels.data, size, stride)
                           : WebPDecodeRGBInto(begin_of(bytes), bytes.size(), pixels.data, size, stride);
  if (done == nullptr) refuse();
  if (!alpha) return pixels;
  cv::Mat rgb(pixels.size(), CV_8UC3);
  for (int y = 0; y < rgb.rows; ++y) put_on_white(pixels.ptr(y), rgb.ptr(y), rgb.cols, true, false);
  return rgb;
}

}  // namespace pawprint
