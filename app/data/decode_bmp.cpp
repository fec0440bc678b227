#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <optional>
#include <vector>

#include "app/data/decode_parts.h"

namespace pawprint {

namespace {

enum Compression : uint32_t {
  kRgb = 0,
  kRle8 = 1,
  kRle4 = 2,
  kBitFields = 3,
  kJpeg = 4,
  kPng = 5,
  kAlphaBitFields = 6
};

uint32_t number(std::string_view bytes, size_t at, size_t count) {
  if (at > bytes.size() || count > bytes.size() - at) throw Unreadable("BMP cut short");
  uint32_t value = 0;
  for (size_t i = count; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

using Color = std::array<uint8_t, 3>;  // red, green, blue

struct Header {
  ImageSize size;
  bool from_top = false;
  uint32_t bits = 0, compression = kRgb;
  std::array<uint32_t, 3> masks{};  // of red, green and blue, of 16 and 32 bits
  std::vector<Color> palette;       // of 1 to 8 bits
  size_t pixels_at = 0;
};

std::vector<Color> read_palette(std::string_view bytes, size_t at, size_t each, size_t count) {
  std::vector<Color> palette;
  for (size_t i = 0; i < count && at + each * (i + 1) <= bytes.size(); ++i) {
    const auto channel = [&](size_t c) { return static_cast<uint8_t>(bytes[at + each * i + c]); };
    palette.push_back({channel(2), channel(1), channel(0)});
  }
  return palette;
}

// Windows' headers from version 3 (40 bytes) to 5 (124), and those of OS/2 1 (12) and 2 (16 or 64).
Header read_header(std::string_view bytes) {
  Header out;
  const size_t header_bytes = number(bytes, 14, 4);
  const bool core = header_bytes == 12;
  const auto height = core ? static_cast<int32_t>(number(bytes, 20, 2)) : static_cast<int32_t>(number(bytes, 22, 4));
  out.size.width_px = core ? number(bytes, 18, 2) : static_cast<int32_t>(number(bytes, 18, 4));
  out.size.height_px = std::abs(static_cast<int64_t>(height));
  out.from_top = height < 0;
  out.bits = number(bytes, core ? 24 : 28, 2);
  if (header_bytes > 16) out.compression = number(bytes, 30, 4);
  out.pixels_at = number(bytes, 10, 4);
  size_t palette_at = 14 + header_bytes;
  const bool fields = out.compression == kBitFields || out.compression == kAlphaBitFields;
  if (out.bits == 16) out.masks = {0x7c00, 0x3e0, 0x1f};
  if (out.bits == 32) out.masks = {0xff0000, 0xff00, 0xff};
  if (fields && header_bytes != 64) {  // in OS/2 2 the number 3 says something else
    for (size_t c = 0; c < 3; ++c) out.masks[c] = number(bytes, 54 + 4 * c, 4);
    if (header_bytes == 40) palette_at += out.compression == kAlphaBitFields ? 16 : 12;
  }
  if (out.bits > 8) return out;
  const size_t stated = header_bytes >= 40 ? number(bytes, 46, 4) : 0, max = size_t{1} << out.bits;
  size_t count = stated == 0 ? max : std::min(stated, max);
  const size_t each = core ? 3 : 4;
  if (out.pixels_at > palette_at) count = std::min(count, (out.pixels_at - palette_at) / each);
  out.palette = read_palette(bytes, palette_at, each, count);
  if (out.pixels_at < palette_at) out.pixels_at = palette_at + each * count;
  return out;
}

void check(const Header& header) {
  const auto refuse = [](const std::string& what) { throw Unreadable("a BMP of " + what + " is not read"); };
  const auto b = header.bits;
  if (header.compression == kJpeg || header.compression == kPng) refuse("JPEG or PNG data");
  if (b != 1 && b != 2 && b != 4 && b != 8 && b != 16 && b != 24 && b != 32)
    throw Unreadable("damaged BMP: " + std::to_string(b) + " bits a pixel");
  const bool rle = header.compression == kRle8 || header.compression == kRle4;
  if (rle && b != (header.compression == kRle8 ? 8u : 4u)) throw Unreadable("damaged BMP: packed as of other bits");
  const bool fields = header.compression == kBitFields || header.compression == kAlphaBitFields;
  if (fields && b != 16 && b != 32) refuse("Huffman or 24-bit runs");  // OS/2 2
  if (!rle && !fields && header.compression != kRgb) refuse("compression " + std::to_string(header.compression));
}

// The bits of a mask as 0..255, as Windows shows them and Pillow reads them: 31 of 31 is 255.
uint8_t masked(uint32_t pixel, uint32_t mask) {
  if (mask == 0) return 0;
  const int shift = std::countr_zero(mask);
  const uint64_t max = mask >> shift, value = (pixel & mask) >> shift;
  return static_cast<uint8_t>(value * 255 / max);
}

Color color_of(const Header& header, uint32_t index) {
  return index < header.palette.size() ? header.palette[index] : Color{0, 0, 0};
}

void read_row(const Header& header, const uint8_t* row, uint8_t* out) {
  for (int64_t x = 0; x < header.size.width_px; ++x, out += 3) {
    if (header.bits <= 8) {
      const int64_t bit = x * header.bits;
      const uint32_t shift = 8 - header.bits - static_cast<uint32_t>(bit % 8);
      const auto color = color_of(header, row[bit / 8] >> shift & ((1u << header.bits) - 1));
      std::copy(color.begin(), color.end(), out);
    } else if (header.bits == 24) {
      for (int c = 0; c < 3; ++c) out[c] = row[3 * x + 2 - c];
    } else {
      const uint8_t* at = row + x * header.bits / 8;
      uint32_t pixel = at[0] | static_cast<uint32_t>(at[1]) << 8;
      if (header.bits == 32) pixel |= static_cast<uint32_t>(at[2]) << 16 | static_cast<uint32_t>(at[3]) << 24;
      for (size_t c = 0; c < 3; ++c) out[c] = masked(pixel, header.masks[c]);
    }
  }
}

cv::Mat read_plain(const Header& header, std::string_view bytes, const DecodeOptions& options) {
  const int64_t stride = (header.size.width_px * header.bits + 31) / 32 * 4, height = header.size.height_px;
  const int64_t last = (header.size.width_px * header.bits + 7) / 8;  // some writers save the padding of the last row
  if (static_cast<int64_t>(bytes.size()) < static_cast<int64_t>(header.pixels_at) + stride * (height - 1) + last)
    throw Unreadable("BMP cut short");
  RowReducer rows(header.size, reduction(header.size, options));
  for (int64_t y = 0; y < height; ++y) {
    const int64_t stored = header.from_top ? y : height - 1 - y;
    read_row(header, reinterpret_cast<const uint8_t*>(bytes.data()) + header.pixels_at + stride * stored, rows.row());
    rows.next();
  }
  return rows.finish();
}

// Runs of RLE8 and RLE4 (Microsoft, Bitmap Compression); pixels that are jumped over have color 0.
class Runs {
 public:
  Runs(const Header& header, std::string_view data)
      : four_(header.compression == kRle4),
        width_(header.size.width_px),
        height_(header.size.height_px),
        data_(data),
        indices_(static_cast<size_t>(width_ * height_)) {}

  std::vector<uint8_t> read() {
    while (y_ < height_) {
      if (at_ >= data_.size() && y_ == height_ - 1 && x_ >= width_) break;  // without the end's mark
      const int count = byte(), value = byte();
      if (count > 0) {
        for (int i = 0; i < count; ++i) put(nibble(value, i));
      } else if (value == 0) {
        x_ = 0, ++y_;
      } else if (value == 1) {
        break;
      } else if (value == 2) {
        x_ += byte();
        y_ += byte();
      } else {
        literal(value);
      }
    }
    return std::move(indices_);
  }

 private:
  int byte() {
    if (at_ >= data_.size()) throw Unreadable("BMP cut short");
    return static_cast<uint8_t>(data_[at_++]);
  }
  int nibble(int value, int i) const { return !four_ ? value : i % 2 == 0 ? value >> 4 : value & 15; }
  void put(int index) {
    if (x_ < width_ && y_ < height_) indices_[static_cast<size_t>(y_ * width_ + x_)] = static_cast<uint8_t>(index);
    ++x_;
  }
  void literal(int count) {
    const size_t begin = at_;
    int value = 0;
    for (int i = 0; i < count; ++i) {
      if (!four_ || i % 2 == 0) value = byte();
      put(nibble(value, i));
    }
    if ((at_ - begin) % 2 != 0 && at_ < data_.size()) ++at_;  // padded to 16 bits
  }

  bool four_;
  int64_t width_, height_, x_ = 0, y_ = 0;  // y from the row that is stored first
  std::string_view data_;
  size_t at_ = 0;
  std::vector<uint8_t> indices_;
};

cv::Mat read_runs(const Header& header, std::string_view bytes) {
  const auto indices = Runs(header, bytes.substr(std::min(header.pixels_at, bytes.size()))).read();
  cv::Mat rgb(static_cast<int>(header.size.height_px), static_cast<int>(header.size.width_px), CV_8UC3);
  for (int y = 0; y < rgb.rows; ++y) {
    const int64_t stored = header.from_top ? y : rgb.rows - 1 - y;
    for (int x = 0; x < rgb.cols; ++x) {
      const auto color = color_of(header, indices[static_cast<size_t>(stored * rgb.cols + x)]);
      rgb.at<cv::Vec3b>(y, x) = cv::Vec3b(color[0], color[1], color[2]);
    }
  }
  return rgb;
}

}  // namespace

cv::Mat decode_bmp(std::string_view bytes, const DecodeOptions& options) {
  const Header header = read_header(bytes);
  check(header);
  const bool packed = header.compression == kRle8 || header.compression == kRle4;
  check_size(header.size, options.limits, packed ? "a packed BMP" : "");
  return packed ? read_runs(header, bytes) : read_plain(header, bytes, options);
}

}  // namespace pawprint
