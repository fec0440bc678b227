#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <string>
#include <vector>

#include "app/data/decode_parts.h"

namespace pawprint {

namespace {

constexpr size_t kMaxProfileBytes = 64'000'000;  // unpacked; libpng takes what a profile claims at once

// Owned by decode_png, so that a longjmp skips no destructor.
struct Reader {
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::string_view rest;
  bool cut_short = false;
  char message[200] = "", remark[200] = "";  // the error, the first warning

  Reader() = default;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto* reader = static_cast<Reader*>(png_get_error_ptr(png));
  std::strncpy(reader->message, message, sizeof reader->message - 1);
  png_longjmp(png, 1);
}

// Profiles, times and texts that are wrong lose no pixel.
void on_warning(png_structp png, png_const_charp message) {
  auto* reader = static_cast<Reader*>(png_get_error_ptr(png));
  if (reader->remark[0] == '\0') std::strncpy(reader->remark, message, sizeof reader->remark - 1);
}

void read_data(png_structp png, png_bytep out, size_t count) {
  auto* reader = static_cast<Reader*>(png_get_io_ptr(png));
  if (count > reader->rest.size()) {
    reader->cut_short = true;
    png_error(png, "cut short");
  }
  std::memcpy(out, reader->rest.data(), count);
  reader->rest.remove_prefix(count);
}

// To 8 bits, color and alpha; of 16 bits the high byte. Only trivial objects live between setjmp and longjmp.
bool read_header(Reader& reader) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_set_read_fn(reader.png, &reader, read_data);
  // Of which there may be thousands that unpack to much, or that take the memory they claim; exif.h reads them.
  constexpr char kPassedOver[] = "tEXt\0zTXt\0iTXt\0sPLT\0eXIf\0pCAL\0sCAL";
  png_set_keep_unknown_chunks(reader.png, PNG_HANDLE_CHUNK_NEVER, reinterpret_cast<png_const_bytep>(kPassedOver),
                              sizeof kPassedOver / 5);
  png_set_user_limits(reader.png, 0x7fffffff, 0x7fffffff);
  png_set_chunk_malloc_max(reader.png, kMaxProfileBytes);
  png_read_info(reader.png, reader.info);
  return true;
}

bool start(Reader& reader) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_set_expand(reader.png);
  png_set_strip_16(reader.png);
  png_set_gray_to_rgb(reader.png);
  png_set_add_alpha(reader.png, 0xff, PNG_FILLER_AFTER);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  return true;
}

bool read_row(Reader& reader, uint8_t* row) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_read_row(reader.png, row, nullptr);
  return true;
}

bool read_end(Reader& reader) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_read_end(reader.png, nullptr);
  return true;
}

void put(const uint8_t* rgba, int64_t width, uint8_t* rgb) {
  for (int64_t x = 0; x < width; ++x) {
    for (int64_t c = 0; c < 3; ++c) rgb[3 * x + c] = on_white(rgba[4 * x + c], rgba[4 * x + 3]);
  }
}

[[noreturn]] void refuse(const Reader& reader) {
  throw Unreadable(reader.cut_short ? "PNG cut short" : std::string("damaged PNG: ") + reader.message);
}

}  // namespace

cv::Mat decode_png(std::string_view bytes, const DecodeOptions& options) {
  Reader reader;
  reader.rest = bytes;
  reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, on_error, on_warning);
  reader.info = reader.png == nullptr ? nullptr : png_create_info_struct(reader.png);
  if (reader.info == nullptr) throw Unreadable("PNG: no memory for it");
  if (!read_header(reader)) refuse(reader);
  const ImageSize size{png_get_image_width(reader.png, reader.info), png_get_image_height(reader.png, reader.info)};
  const bool interlaced = png_get_interlace_type(reader.png, reader.info) != PNG_INTERLACE_NONE;
  check_size(size, options.limits, interlaced ? "an interlaced PNG" : "");
  if (!start(reader)) refuse(reader);
  RowReducer rows(size, reduction(size, options));
  // Interlaced: each of seven passes writes its pixels between those of the passes before.
  cv::Mat rgba(static_cast<int>(interlaced ? size.height_px : 1), static_cast<int>(size.width_px), CV_8UC4);
  for (int pass = 0; interlaced && pass < PNG_INTERLACE_ADAM7_PASSES - 1; ++pass) {
    for (int y = 0; y < rgba.rows; ++y) {
      if (!read_row(reader, rgba.ptr(y))) refuse(reader);
    }
  }
  for (int64_t y = 0; y < size.height_px; ++y) {
    uint8_t* row = rgba.ptr(interlaced ? static_cast<int>(y) : 0);
    if (!read_row(reader, row)) refuse(reader);
    put(row, size.width_px, rows.row());
    rows.next();
  }
  if (!read_end(reader)) refuse(reader);
  if (reader.remark[0] != '\0' && options.remark) options.remark(std::string("odd PNG: ") + reader.remark);
  return rows.finish();
}

}  // namespace pawprint
