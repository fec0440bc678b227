#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "app/data/decode_parts.h"
#include "app/data/raw_photo.h"
#include "app/data/tiff_source.h"

namespace pawprint {

namespace {

constexpr uint16_t kMaxSamples = 256;

[[noreturn]] void refuse(const TiffSource& source) {
  throw Unreadable("damaged TIFF: " + (source.problem.empty() ? "cannot be read" : source.problem));
}

uint16_t short_field(const OpenTiff& tiff, uint32_t tag, uint16_t otherwise) {
  uint16_t value = otherwise;
  return TIFFGetFieldDefaulted(tiff.get(), tag, &value) == 1 ? value : otherwise;
}

enum class Alpha { kNone, kPlain, kMultiplied };

struct Layout {
  ImageSize size;
  int64_t bits = 1, samples = 1, colors = 1;  // samples a pixel, of which the first are its colors
  uint16_t photometric = 0;
  bool planar = false, tiled = false;
  Alpha alpha = Alpha::kNone;
  int64_t alpha_sample = 0;
  std::array<std::vector<uint8_t>, 3> palette;
};

// The first extra sample that is alpha. As Pillow has it: a fourth sample beside red, green and blue of which nothing
// is said is alpha; one that is said to be unspecified is not.
void find_alpha(const OpenTiff& tiff, Layout& layout) {
  uint16_t count = 0;
  uint16_t* kinds = nullptr;
  if (TIFFGetField(tiff.get(), TIFFTAG_EXTRASAMPLES, &count, &kinds) != 1 || count == 0) {
    if (layout.photometric == PHOTOMETRIC_RGB && layout.samples == 4)
      layout.alpha = Alpha::kPlain, layout.alpha_sample = 3;
    return;
  }
  for (uint16_t i = 0; i < count && layout.colors + i < layout.samples; ++i) {
    if (kinds[i] == EXTRASAMPLE_UNSPECIFIED) continue;
    layout.alpha = kinds[i] == EXTRASAMPLE_ASSOCALPHA ? Alpha::kMultiplied : Alpha::kPlain;
    layout.alpha_sample = layout.colors + i;
    return;
  }
}

void read_palette(const OpenTiff& tiff, Layout& layout) {
  std::array<uint16_t*, 3> maps{};
  if (layout.bits > 8 || TIFFGetField(tiff.get(), TIFFTAG_COLORMAP, &maps[0], &maps[1], &maps[2]) != 1)
    throw Unreadable("damaged TIFF: no palette");
  const size_t count = size_t{1} << layout.bits;
  bool eight_bits = true;  // an old mistake: values up to 255
  for (const auto* map : maps) eight_bits = eight_bits && std::all_of(map, map + count, [](auto v) { return v < 256; });
  for (size_t c = 0; c < 3; ++c) {
    for (size_t i = 0; i < count; ++i)
      layout.palette[c].push_back(static_cast<uint8_t>(eight_bits ? maps[c][i] : maps[c][i] >> 8));
  }
}

Layout read_layout(const OpenTiff& tiff) {
  Layout out;
  uint32_t width = 0, height = 0;
  TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
  out.size = {width, height};
  out.bits = short_field(tiff, TIFFTAG_BITSPERSAMPLE, 1);
  out.samples = short_field(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  out.photometric = short_field(tiff, TIFFTAG_PHOTOMETRIC, out.samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
  out.planar = out.samples > 1 && short_field(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE;
  out.tiled = TIFFIsTiled(tiff.get()) != 0;
  const uint16_t compression = short_field(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  if (TIFFIsCODECConfigured(compression) != 1)
    throw Unreadable("a TIFF of compression " + std::to_string(compression) + " is not read");
  if (out.photometric == PHOTOMETRIC_YCBCR && compression == COMPRESSION_JPEG && !out.planar) {
    TIFFSetField(tiff.get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    out.photometric = PHOTOMETRIC_RGB;
  }
  if (out.photometric == PHOTOMETRIC_RGB) out.colors = 3;
  if (out.photometric == PHOTOMETRIC_SEPARATED) out.colors = 4;
  if (out.samples > kMaxSamples || out.samples < out.colors)
    throw Unreadable("a TIFF of " + std::to_string(out.samples) + " channels is not read");
  constexpr std::array kLab = {PHOTOMETRIC_CIELAB, PHOTOMETRIC_ICCLAB, PHOTOMETRIC_ITULAB};
  if (std::find(kLab.begin(), kLab.end(), out.photometric) != kLab.end())
    throw Unreadable("a TIFF of CIELab colors is not read; convert it to RGB");
  if (out.photometric == PHOTOMETRIC_SEPARATED && short_field(tiff, TIFFTAG_INKSET, INKSET_CMYK) != INKSET_CMYK)
    throw Unreadable("a TIFF of other inks than CMYK is not read");
  find_alpha(tiff, out);
  if (out.photometric == PHOTOMETRIC_PALETTE) read_palette(tiff, out);
  return out;
}

// One row of samples as stored (`count` of them), each to 8 bits; those of a palette keep their value.
void unpack(const uint8_t* from, int64_t count, const Layout& layout, int64_t step, uint8_t* to) {
  const int64_t bits = layout.bits;
  const uint32_t max = (1u << bits) - 1;
  if (bits == 8 && step == 1) {
    std::copy_n(from, count, to);
    return;
  }
  for (int64_t i = 0; i < count; ++i, to += step) {
    if (bits == 8) {
      *to = from[i];
    } else if (bits == 16) {
      uint16_t value = 0;  // of this machine's byte order
      std::memcpy(&value, from + 2 * i, 2);
      *to = static_cast<uint8_t>(value >> 8);
    } else {
      const int64_t bit = i * bits;
      uint32_t window = static_cast<uint32_t>(from[bit / 8]) << 16;
      if (bit % 8 + bits > 8) window |= static_cast<uint32_t>(from[bit / 8 + 1]) << 8;
      if (bit % 8 + bits > 16) window |= from[bit / 8 + 2];
      const uint32_t value = window >> (24 - bit % 8 - bits) & max;
      const bool scaled = bits < 8 && layout.photometric != PHOTOMETRIC_PALETTE;
      *to = static_cast<uint8_t>(bits > 8 ? value >> (bits - 8) : scaled ? value * 255 / max : value);
    }
  }
}

// A row of 8-bit samples to RGB.
void to_rgb(const Layout& layout, const uint8_t* samples, uint8_t* rgb) {
  if (layout.photometric == PHOTOMETRIC_RGB && layout.samples == 3) {
    std::copy_n(samples, 3 * layout.size.width_px, rgb);
    return;
  }
  for (int64_t x = 0; x < layout.size.width_px; ++x, samples += layout.samples, rgb += 3) {
    for (size_t c = 0; c < 3; ++c) {
      const uint8_t first = samples[0];
      switch (layout.photometric) {
        case PHOTOMETRIC_MINISWHITE:
          rgb[c] = static_cast<uint8_t>(255 - first);
          break;
        case PHOTOMETRIC_PALETTE:
          rgb[c] = layout.palette[c][first];
          break;
        case PHOTOMETRIC_SEPARATED:
          rgb[c] = ink_to_light(samples[c], samples[3]);
          break;
        default:
          rgb[c] = layout.colors == 3 ? samples[c] : first;
      }
      const int alpha = layout.alpha == Alpha::kNone ? 255 : samples[layout.alpha_sample];
      if (layout.alpha == Alpha::kPlain) rgb[c] = on_white(rgb[c], alpha);
      if (layout.alpha == Alpha::kMultiplied) rgb[c] = premultiplied_on_white(rgb[c], alpha);
    }
  }
}

// Rows first_row.. of the picture as 8-bit samples, interleaved: one row, or a row of tiles.
struct Band {
  int64_t rows = 1;
  std::vector<uint8_t> samples, stored;
};

Band make_band(const OpenTiff& tiff, const Layout& layout, const TiffSource& source) {
  Band band;
  uint32_t tile_height = 1;
  if (layout.tiled) TIFFGetField(tiff.get(), TIFFTAG_TILELENGTH, &tile_height);
  band.rows = std::min<int64_t>(tile_height, layout.size.height_px);
  const tmsize_t stored = layout.tiled ? TIFFTileSize(tiff.get()) : TIFFScanlineSize(tiff.get());
  const int64_t samples = band.rows * layout.size.width_px * layout.samples;
  if (stored <= 0 || stored > kMaxTiffBytes || samples > kMaxTiffBytes) refuse(source);
  band.stored.resize(static_cast<size_t>(stored));
  band.samples.resize(static_cast<size_t>(samples));
  return band;
}

void read_tiles(const OpenTiff& tiff, const Layout& layout, int64_t y, uint16_t plane, Band& band,
                const TiffSource& source) {
  uint32_t tile_width = 0;
  TIFFGetField(tiff.get(), TIFFTAG_TILEWIDTH, &tile_width);
  const tmsize_t stride = TIFFTileRowSize(tiff.get());
  if (tile_width == 0 || stride <= 0) refuse(source);
  const int64_t each = layout.planar ? 1 : layout.samples;
  for (int64_t x = 0; x < layout.size.width_px; x += tile_width) {
    if (TIFFReadTile(tiff.get(), band.stored.data(), static_cast<uint32_t>(x), static_cast<uint32_t>(y), 0, plane) < 0)
      refuse(source);
    const int64_t columns = std::min<int64_t>(tile_width, layout.size.width_px - x);
    for (int64_t row = 0; row < band.rows; ++row)
      unpack(band.stored.data() + row * stride, columns * each, layout, layout.samples / each,
             band.samples.data() + (row * layout.size.width_px + x) * layout.samples + plane);
  }
}

void read_band(const OpenTiff& tiff, const Layout& layout, int64_t y, uint16_t plane, Band& band,
               const TiffSource& source) {
  if (layout.tiled) return read_tiles(tiff, layout, y, plane, band, source);
  if (TIFFReadScanline(tiff.get(), band.stored.data(), static_cast<uint32_t>(y), plane) < 0) refuse(source);
  const int64_t each = layout.planar ? 1 : layout.samples;
  unpack(band.stored.data(), layout.size.width_px * each, layout, layout.samples / each, band.samples.data() + plane);
}

cv::Mat read_interleaved(const OpenTiff& tiff, const Layout& layout, const DecodeOptions& options,
                         const TiffSource& source) {
  Band band = make_band(tiff, layout, source);
  RowReducer rows(layout.size, reduction(layout.size, options));
  for (int64_t y = 0; y < layout.size.height_px; ++y) {
    if (y % band.rows == 0) read_band(tiff, layout, y, 0, band, source);
    to_rgb(layout, band.samples.data() + y % band.rows * layout.size.width_px * layout.samples, rows.row());
    rows.next();
  }
  return rows.finish();
}

// A plane after the other: strips may hold many rows, and are unpacked from their beginning.
cv::Mat read_planes(const OpenTiff& tiff, Layout layout, const TiffSource& source) {
  Band band = make_band(tiff, layout, source);
  const int64_t kept = std::max(layout.colors, layout.alpha == Alpha::kNone ? 0 : layout.alpha_sample + 1);
  const size_t row_samples = static_cast<size_t>(layout.size.width_px * kept);
  std::vector<uint8_t> samples(row_samples * static_cast<size_t>(layout.size.height_px));
  for (int64_t plane = 0; plane < kept; ++plane) {
    for (int64_t y = 0; y < layout.size.height_px; ++y) {
      if (y % band.rows == 0) read_band(tiff, layout, y, static_cast<uint16_t>(plane), band, source);
      const uint8_t* from = band.samples.data() + y % band.rows * layout.size.width_px * layout.samples + plane;
      uint8_t* to = samples.data() + static_cast<size_t>(y) * row_samples + plane;
      for (int64_t x = 0; x < layout.size.width_px; ++x) to[x * kept] = from[x * layout.samples];
    }
  }
  layout.samples = kept;
  cv::Mat rgb(static_cast<int>(layout.size.height_px), static_cast<int>(layout.size.width_px), CV_8UC3);
  for (int y = 0; y < rgb.rows; ++y) to_rgb(layout, samples.data() + static_cast<size_t>(y) * row_samples, rgb.ptr(y));
  return rgb;
}

// YCbCr, CIELab and the like: by libtiff itself, to what it calls RGBA.
cv::Mat read_as_rgba(const OpenTiff& tiff, const Layout& layout, const TiffSource& source) {
  std::array<char, 1024> why{};
  if (TIFFRGBAImageOK(tiff.get(), why.data()) != 1)
    throw Unreadable("a TIFF of this kind is not read: " + std::string(why.data()));
  std::vector<uint32_t> raster(static_cast<size_t>(layout.size.width_px * layout.size.height_px));
  const int as_stored = short_field(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  if (TIFFReadRGBAImageOriented(tiff.get(), static_cast<uint32_t>(layout.size.width_px),
                                static_cast<uint32_t>(layout.size.height_px), raster.data(), as_stored, 1) != 1)
    refuse(source);
  cv::Mat rgb(static_cast<int>(layout.size.height_px), static_cast<int>(layout.size.width_px), CV_8UC3);
  for (int y = 0; y < rgb.rows; ++y) {
    for (int x = 0; x < rgb.cols; ++x) {
      const uint32_t pixel = raster[static_cast<size_t>(y) * static_cast<size_t>(rgb.cols) + static_cast<size_t>(x)];
      rgb.at<cv::Vec3b>(y, x) = cv::Vec3b(TIFFGetR(pixel), TIFFGetG(pixel), TIFFGetB(pixel));
    }
  }
  return rgb;
}

cv::Mat read_picture(const OpenTiff& tiff, const Layout& layout, const DecodeOptions& options,
                     const TiffSource& source) {
  constexpr std::array kPlain = {PHOTOMETRIC_MINISWHITE, PHOTOMETRIC_MINISBLACK, PHOTOMETRIC_RGB, PHOTOMETRIC_PALETTE,
                                 PHOTOMETRIC_SEPARATED};
  if (std::find(kPlain.begin(), kPlain.end(), layout.photometric) == kPlain.end()) {
    check_size(layout.size, options.limits, "a TIFF of this kind");
    return read_as_rgba(tiff, layout, source);
  }
  const uint16_t format = short_field(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  if ((format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID) || layout.bits < 1 || layout.bits > 16)
    throw Unreadable("samples of another type than 8 or 16 bits");
  check_size(layout.size, options.limits, layout.planar ? "a planar TIFF" : "");
  return layout.planar ? read_planes(tiff, layout, source) : read_interleaved(tiff, layout, options, source);
}

}  // namespace

cv::Mat decode_tiff(std::string_view bytes, const DecodeOptions& options) {
  const auto pictures = tiff_pictures(bytes);
  TiffSource source{bytes, 0, {}};
  const OpenTiff tiff = open_tiff(source);
  if (!tiff) refuse(source);
  if (TIFFCurrentDirOffset(tiff.get()) != pictures.photo && TIFFSetSubDirectory(tiff.get(), pictures.photo) != 1)
    refuse(source);
  const Layout layout = read_layout(tiff);
  check_size(layout.size, options.limits);
  source.problem.clear();
  const cv::Mat rgb = read_picture(tiff, layout, options, source);
  if (!source.problem.empty() && !options.accept_truncated) refuse(source);
  return rgb;
}

}  // namespace pawprint
