#include <algorithm>
#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it first

// Its own block: jerror.h needs jpeglib.h first.
#include <jpeglib.h>

#include <jerror.h>

#include "app/data/decode.h"
#include "app/data/decode_parts.h"

namespace pawprint {

namespace {

// libjpeg reports through callbacks in C, which exceptions must not cross.
struct ErrorManager {
  jpeg_error_mgr base;  // first: libjpeg hands this pointer back
  std::jmp_buf escape;
  bool in_picture;  // before it, a warning is about bytes that are passed over
  bool past_last_row;
  bool cut_short;    // the file ended before the marker that ends a picture
  bool damaged;      // samples were made up for data that are missing or wrong
  long stray_bytes;  // between the end of a scan's data and the next marker
  int code, detail;  // of the error
  char message[JMSG_LENGTH_MAX];
};

void on_error(j_common_ptr info) {
  auto* manager = reinterpret_cast<ErrorManager*>(info->err);
  manager->code = info->err->msg_code;
  manager->detail = info->err->msg_parm.i[0];
  info->err->format_message(info, manager->message);
  std::longjmp(manager->escape, 1);
}

// Other warnings lose no sample: versions of JFIF, Adobe's marker, a scan's parameters.
void on_message(j_common_ptr info, int level) {
  auto* manager = reinterpret_cast<ErrorManager*>(info->err);
  if (level >= 0 || !manager->in_picture) {
    if (level < 0 && info->err->msg_code == JWRN_JPEG_EOF) manager->cut_short = true;
    return;
  }
  switch (info->err->msg_code) {
    case JWRN_JPEG_EOF:
      manager->cut_short = true;
      return;
    case JWRN_EXTRANEOUS_DATA:
      manager->stray_bytes = std::max<long>(manager->stray_bytes, info->err->msg_parm.i[0]);
      return;
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION:
      if (!manager->damaged && !manager->past_last_row) info->err->format_message(info, manager->message);
      manager->damaged = manager->damaged || !manager->past_last_row;
      return;
    default:
      return;
  }
}

// libjpeg's words, without its own `Corrupt JPEG data: `.
std::string damaged_jpeg(const ErrorManager& errors) {
  constexpr std::string_view kPrefix = "Corrupt JPEG data: ";
  std::string_view message = errors.message;
  if (message.starts_with(kPrefix)) message.remove_prefix(kPrefix.size());
  return "damaged JPEG: " + std::string(message);
}

// A small file may hold thousands of scans, each of which costs a pass over the whole picture. Real ones have about
// ten.
void refuse_many_scans(j_common_ptr info) {
  constexpr int kMaxScans = 500;
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMaxScans) return;
  auto* manager = reinterpret_cast<ErrorManager*>(info->err);
  std::snprintf(manager->message, sizeof manager->message, "more than %d scans", kMaxScans);
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
  decoder.errors.in_picture = true;
  jpeg_start_decompress(&decoder.info);
  while (decoder.info.output_scanline < decoder.info.output_height) {
    JSAMPROW row = pixels + decoder.info.output_scanline * stride;
    jpeg_read_scanlines(&decoder.info, &row, 1);
  }
  return true;
}

// Goes on to the marker that ends the picture, for what is before it. Errors there do not matter: all rows are
// read.
void read_end(Decoder& decoder) {
  if (setjmp(decoder.errors.escape) != 0) return;
  decoder.errors.past_last_row = true;
  jpeg_finish_decompress(&decoder.info);
}

// Whether a picture of several scans lacks one: it never got a coefficient, or, if no mark of an end tells that this
// was meant so, not the last bits of one.
bool lacks_scans(const jpeg_decompress_struct& info, bool cut_short) {
  if (info.coef_bits == nullptr) return cut_short;  // not progressive: nothing is known of them
  const int max = cut_short ? 0 : 13;               // bits that are missing
  for (int c = 0; c < info.num_components; ++c) {
    if (std::any_of(info.coef_bits[c], info.coef_bits[c] + DCTSIZE2, [&](int b) { return b < 0 || b > max; }))
      return true;
  }
  return false;
}

// What is wrong with a picture whose rows were all read; empty: nothing.
std::string damage(Decoder& decoder) {
  auto& errors = decoder.errors;
  const bool lacking = jpeg_has_multiple_scans(&decoder.info) && lacks_scans(decoder.info, errors.cut_short);
  const bool unknown =
      decoder.info.arith_code && errors.cut_short;  // its decoder says nothing of data that are missing
  if (lacking || unknown || (errors.cut_short && errors.damaged)) return "JPEG cut short";
  if (errors.damaged) return damaged_jpeg(errors);
  read_end(decoder);
  // More are rows that were lost: libjpeg found its way again somewhere else. Some cameras leave a few.
  const long max = errors.cut_short ? 0 : 4;
  if (errors.stray_bytes <= max) return {};
  return "damaged JPEG: " + std::to_string(errors.stray_bytes) + " bytes of data belong to no row";
}

// Inks are stored inverted, as Adobe writes them.
cv::Mat cmyk_to_rgb(const cv::Mat& inverted) {
  cv::Mat rgb(inverted.rows, inverted.cols, CV_8UC3);
  for (int y = 0; y < rgb.rows; ++y) {
    const auto* from = inverted.ptr<cv::Vec4b>(y);
    auto* to = rgb.ptr<cv::Vec3b>(y);
    for (int x = 0; x < rgb.cols; ++x) {
      for (int c = 0; c < 3; ++c) to[x][c] = ink_to_light(255 - from[x][c], 255 - from[x][3]);
    }
  }
  return rgb;
}

// 4, 2 or 1. libjpeg-turbo has vector code for these only. Sizes that do not divide are decoded whole: rounding them
// would move the center that is cut out.
int64_t scale_denominator(const ImageSize& size, int64_t min_short_px) {
  if (min_short_px <= 0) return 1;
  for (const int64_t scale : {4, 2}) {
    const bool divides = size.width_px % scale == 0 && size.height_px % scale == 0;
    if (divides && std::min(size.width_px, size.height_px) / scale >= min_short_px) return scale;
  }
  return 1;
}

// Why the header is none that libjpeg reads (ITU T.81, table B.1).
std::string header_problem(const ErrorManager& errors) {
  if (errors.cut_short) return "JPEG cut short";
  const auto kind = [](const std::string& name) { return name + " JPEG is not read; convert it to an ordinary one"; };
  if (errors.code == JERR_BAD_PRECISION) return kind("a " + std::to_string(errors.detail) + "-bit");
  if (errors.code == JERR_ARITH_NOTIMPL) return kind("an arithmetically coded");
  if (errors.code == JERR_UNKNOWN_MARKER && errors.detail == 0xf7) return "JPEG-LS is not read; convert it to JPEG";
  if (errors.code != JERR_SOF_UNSUPPORTED) return damaged_jpeg(errors);
  const bool lossless = (errors.detail & 3) == 3;
  return kind(lossless ? "a lossless" : "a hierarchical");
}

}  // namespace

bool is_decoded_smaller(std::string_view bytes, const DecodeOptions& options) {
  Decoder decoder;
  if (image_format(bytes) != ImageFormat::kJpeg || !read_header(decoder, bytes)) return false;
  const ImageSize size{decoder.info.image_width, decoder.info.image_height};
  return scale_denominator(size, options.scaled_short_px) > reduction(size, options);
}

cv::Mat decode_jpeg(std::string_view bytes, const DecodeOptions& options) {
  Decoder decoder;
  if (!read_header(decoder, bytes)) throw Unreadable(header_problem(decoder.errors));
  auto& info = decoder.info;
  const ImageSize size{info.image_width, info.image_height};
  // Of several scans all coefficients are kept, up to six bytes a pixel.
  check_size(size, options.limits, jpeg_has_multiple_scans(&info) ? "a progressive JPEG" : "");
  if (info.num_components == 2 || info.num_components > 4)
    throw Unreadable("a JPEG of " + std::to_string(info.num_components) + " channels is not read");
  info.scale_denom =
      static_cast<unsigned>(std::max(scale_denominator(size, options.scaled_short_px), reduction(size, options)));
  jpeg_calc_output_dimensions(&info);  // fails for nothing that the header has passed
  const bool cmyk = info.out_color_space == JCS_CMYK;
  cv::Mat pixels(static_cast<int>(info.output_height), static_cast<int>(info.output_width), cmyk ? CV_8UC4 : CV_8UC3);
  if (!read_pixels(decoder, pixels.data, pixels.step))
    throw Unreadable(decoder.errors.cut_short ? "JPEG cut short" : damaged_jpeg(decoder.errors));
  const auto problem = damage(decoder);
  if (!problem.empty() && !options.accept_truncated) throw Unreadable(problem);
  return cmyk ? cmyk_to_rgb(pixels) : pixels;
}

}  // namespace pawprint
