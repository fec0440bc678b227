#include <algorithm>
#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it first

// Its own block: jerror.h needs jpeglib.h first.
#include <jpeglib.h>

#include <jerror.h>

#include "app/data/decode.h"

namespace pawprint {

namespace {

// libjpeg reports through callbacks in C, which exceptions must not cross.
struct ErrorManager {
  jpeg_error_mgr base;  // first: libjpeg hands this pointer back
  std::jmp_buf escape;
  bool cut_short;
  char message[JMSG_LENGTH_MAX];
};

void on_error(j_common_ptr info) {
  auto* manager = reinterpret_cast<ErrorManager*>(info->err);
  info->err->format_message(info, manager->message);
  std::longjmp(manager->escape, 1);
}

void on_message(j_common_ptr info, int level) {
  if (level < 0 && info->err->msg_code == JWRN_JPEG_EOF) reinterpret_cast<ErrorManager*>(info->err)->cut_short = true;
}

// A small file may hold thousands of scans, each of which costs a pass over the whole picture. Real ones have about
// ten.
void refuse_many_scans(j_common_ptr info) {
  constexpr int kMostScans = 500;
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMostScans) return;
  auto* manager = reinterpret_cast<ErrorManager*>(info->err);
  std::snprintf(manager->message, sizeof manager->message, "more than %d scans", kMostScans);
  std::longjmp(manager->escape, 1);
}

// Owned by decode_jpeg, so that a longjmp skips no destructor.
struct Decoder {
  jpeg_decompress_struct info{};
  ErrorManager errors{};
  jpeg_progress_mgr progress{};
  Decoder() {
    info.err = jpeg_std_error(&errors.base);
    errors.base.error_exit = on_error;
    errors.base.emit_message = on_message;
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { jpeg_destroy_decompress(&info); }
};

// False on an error that libjpeg cannot go on from. Only trivial objects live between setjmp and longjmp.
bool read_header(Decoder& decoder, std::string_view bytes) {
  if (setjmp(decoder.errors.escape) != 0) return false;
  jpeg_create_decompress(&decoder.info);
  decoder.progress.progress_monitor = refuse_many_scans;
  decoder.info.progress = &decoder.progress;
  jpeg_mem_src(&decoder.info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&decoder.info, TRUE);
  const auto space = decoder.info.jpeg_color_space;
  decoder.info.out_color_space = space == JCS_CMYK || space == JCS_YCCK ? JCS_CMYK : JCS_RGB;
  return true;
}

bool read_pixels(Decoder& decoder, unsigned char* pixels, size_t stride) {
  if (setjmp(decoder.errors.escape) != 0) return false;
  jpeg_start_decompress(&decoder.info);
  while (decoder.info.output_scanline < decoder.info.output_height) {
    JSAMPROW row = pixels + decoder.info.output_scanline * stride;
    jpeg_read_scanlines(&decoder.info, &row, 1);
  }
  jpeg_abort_decompress(&decoder.info);  // not finish: what follows the last row does not matter
  return true;
}

// Inks are stored inverted, as Adobe writes them; the rest is Pillow's cmyk2rgb.
cv::Mat cmyk_to_rgb(const cv::Mat& inverted) {
  cv::Mat rgb(inverted.rows, inverted.cols, CV_8UC3);
  for (int y = 0; y < rgb.rows; ++y) {
    const auto* from = inverted.ptr<cv::Vec4b>(y);
    auto* to = rgb.ptr<cv::Vec3b>(y);
    for (int x = 0; x < rgb.cols; ++x) {
      const int light = from[x][3];  // 255 - black
      for (int c = 0; c < 3; ++c) {
        const int product = (255 - from[x][c]) * light + 128;  // / 255, rounded
        to[x][c] = static_cast<uint8_t>(light - ((product >> 8) + product) / 256);
      }
    }
  }
  return rgb;
}

// 4, 2 or 1. libjpeg-turbo has vector code for these only. Sizes that do not divide are decoded whole: rounding them
// would move the centre that is cut out.
int64_t scale_denominator(const ImageSize& size, int64_t least_short_px) {
  if (least_short_px <= 0) return 1;
  for (const int64_t scale : {4, 2}) {
    const bool divides = size.width_px % scale == 0 && size.height_px % scale == 0;
    if (divides && std::min(size.width_px, size.height_px) / scale >= least_short_px) return scale;
  }
  return 1;
}

}  // namespace

cv::Mat decode_jpeg(std::string_view bytes, const DecodeOptions& options) {
  Decoder decoder;
  const auto refuse = [&] { return Unreadable(std::string("damaged JPEG: ") + decoder.errors.message); };
  const bool header = read_header(decoder, bytes);
  if (decoder.errors.cut_short && !header) throw Unreadable("JPEG cut short");
  if (!header) throw refuse();
  const ImageSize size{decoder.info.image_width, decoder.info.image_height};
  check_size(size, options.limits);
  const int64_t scale = scale_denominator(size, options.scaled_short_px);
  decoder.info.scale_denom = static_cast<unsigned>(scale);
  const bool cmyk = decoder.info.out_color_space == JCS_CMYK;
  cv::Mat pixels(static_cast<int>(size.height_px / scale), static_cast<int>(size.width_px / scale),
                 cmyk ? CV_8UC4 : CV_8UC3);
  const bool whole = read_pixels(decoder, pixels.data, pixels.step);
  if (decoder.errors.cut_short && !options.accept_truncated) throw Unreadable("JPEG cut short");
  if (!whole) throw refuse();
  return cmyk ? cmyk_to_rgb(pixels) : pixels;
}

}  // namespace pawprint
