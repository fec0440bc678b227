#include <algorithm>
#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it first
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <opencv2/imgproc.hpp>

// Its own block: the others come first.
#include <jpeglib.h>

#include "app/data/carry_metadata.h"
#include "app/data/encode_photo.h"
#include "app/data/exif.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr int kQuality = 95;

// libjpeg reports through callbacks in C, which exceptions must not cross.
struct Escape {
  jpeg_error_mgr base{};  // first: libjpeg hands this pointer back
  std::jmp_buf to{};
  char message[JMSG_LENGTH_MAX]{};
  Escape() {
    jpeg_std_error(&base);
    base.emit_message = [](j_common_ptr, int) {};  // warnings: the photo was read with them
    base.error_exit = [](j_common_ptr info) {
      auto* escape = reinterpret_cast<Escape*>(info->err);
      info->err->format_message(info, escape->message);
      std::longjmp(escape->to, 1);
    };
  }
};

// False where libjpeg gave up. Only trivial objects may live in `step`: nothing is destroyed on the way out.
template <class Step>
bool carried_out(Escape& escape, Step step) {
  if (setjmp(escape.to) != 0) return false;
  step();
  return true;
}

class Reader {
 public:
  explicit Reader(Escape& escape) {
    info.err = &escape.base;
    jpeg_create_decompress(&info);
  }
  ~Reader() { jpeg_destroy_decompress(&info); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  void open(std::string_view bytes) {
    jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_read_header(&info, TRUE);
  }
  jpeg_decompress_struct info{};
};

class Writer {
 public:
  explicit Writer(Escape& escape) {
    info.err = &escape.base;
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &bytes_, &size_);
  }
  ~Writer() {
    jpeg_destroy_compress(&info);
    std::free(bytes_);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  std::string_view written() const { return {reinterpret_cast<const char*>(bytes_), size_}; }
  jpeg_compress_struct info{};

 private:
  unsigned char* bytes_ = nullptr;
  unsigned long size_ = 0;  // NOLINT: libjpeg's type
};

void write_segments(jpeg_compress_struct& info, const std::vector<JpegSegment>& segments) {
  for (const auto& [marker, payload] : segments)
    jpeg_write_marker(&info, marker, reinterpret_cast<const unsigned char*>(payload.data()),
                      static_cast<unsigned>(payload.size()));
}

// pixels [H,W,3] or [H,W,1], to the writer whose parameters are set.
void write_pixels(Writer& writer, const cv::Mat& pixels, const std::vector<JpegSegment>& segments) {
  writer.info.optimize_coding = TRUE;
  jpeg_start_compress(&writer.info, TRUE);
  write_segments(writer.info, segments);
  while (writer.info.next_scanline < writer.info.image_height) {
    auto* row = const_cast<unsigned char*>(pixels.ptr<unsigned char>(static_cast<int>(writer.info.next_scanline)));
    jpeg_write_scanlines(&writer.info, &row, 1);
  }
  jpeg_finish_compress(&writer.info);
}

void describe(Writer& writer, const cv::Mat& pixels) {
  writer.info.image_width = static_cast<unsigned>(pixels.cols);
  writer.info.image_height = static_cast<unsigned>(pixels.rows);
  writer.info.input_components = pixels.channels();
  writer.info.in_color_space = pixels.channels() == 1 ? JCS_GRAYSCALE : JCS_RGB;
}

// Any pixel of these differs.
bool differs(const cv::Mat& before, const cv::Mat& after, cv::Rect area) {
  area &= cv::Rect(0, 0, before.cols, before.rows);
  for (int y = area.y; y < area.y + area.height; ++y) {
    const size_t at = 3 * static_cast<size_t>(area.x);
    if (std::memcmp(before.ptr(y) + at, after.ptr(y) + at, 3 * static_cast<size_t>(area.width)) != 0) return true;
  }
  return false;
}

// Takes over the blocks under changed pixels.   to, from: coefficients of two files of one size and sampling
void copy_changed_blocks(Reader& source, jvirt_barray_ptr* to, Reader& made, jvirt_barray_ptr* from,
                         const cv::Mat& before, const cv::Mat& after) {
  const auto memory_rows = [](Reader& reader, jvirt_barray_ptr array, JDIMENSION row, boolean writable) {
    return reader.info.mem->access_virt_barray(reinterpret_cast<j_common_ptr>(&reader.info), array, row, 1,
                                               writable)[0];
  };
  for (int c = 0; c < source.info.num_components; ++c) {
    const jpeg_component_info& component = source.info.comp_info[c];
    const int wide = DCTSIZE * source.info.max_h_samp_factor / component.h_samp_factor;
    const int high = DCTSIZE * source.info.max_v_samp_factor / component.v_samp_factor;
    for (JDIMENSION row = 0; row < component.height_in_blocks; ++row) {
      JBLOCKROW old_blocks = memory_rows(source, to[c], row, TRUE), new_blocks = memory_rows(made, from[c], row, FALSE);
      for (JDIMENSION column = 0; column < component.width_in_blocks; ++column) {
        const cv::Rect area(static_cast<int>(column) * wide, static_cast<int>(row) * high, wide, high);
        if (differs(before, after, area)) std::memcpy(old_blocks[column], new_blocks[column], sizeof(JBLOCK));
      }
    }
  }
}

bool is_plain(const jpeg_decompress_struct& info, const cv::Mat& before) {
  const bool size =
      info.image_width == static_cast<unsigned>(before.cols) && info.image_height == static_cast<unsigned>(before.rows);
  const auto space = info.jpeg_color_space;
  return size && info.data_precision == 8 && (space == JCS_GRAYSCALE || space == JCS_YCbCr || space == JCS_RGB);
}

// Of a damaged quantization table: libjpeg divides by its steps to code with it.
bool has_step_of_zero(const jpeg_decompress_struct& info) {
  return std::any_of(std::begin(info.quant_tbl_ptrs), std::end(info.quant_tbl_ptrs), [](const JQUANT_TBL* table) {
    return table != nullptr && std::count(std::begin(table->quantval), std::end(table->quantval), 0) > 0;
  });
}

// The source's coefficients but for the blocks that changed, which are coded with its sampling and tables. Empty if
// the file is of another kind.
std::string change_blocks(std::string_view source, const cv::Mat& before, const cv::Mat& after, const cv::Mat& gray) {
  if (read_photo_info(source, ImageFormat::kJpeg).orientation != 1) return {};
  Escape escape;
  std::vector<JpegSegment> segments;
  Reader original(escape), changed(escape);
  Writer pixels(escape), result(escape);
  jvirt_barray_ptr* coefficients = nullptr;
  if (!carried_out(escape, [&] { original.open(source); })) return {};
  const bool one_channel = original.info.num_components == 1;
  if (!is_plain(original.info, before) || (one_channel && gray.empty())) return {};
  segments = kept_segments(source, {after.cols, after.rows}, original.info.num_components);
  const cv::Mat& input = one_channel ? gray : after;
  if (!carried_out(escape, [&] { coefficients = jpeg_read_coefficients(&original.info); })) return {};
  if (has_step_of_zero(original.info)) return {};
  const bool done = carried_out(escape, [&] {
    jpeg_copy_critical_parameters(&original.info, &pixels.info);
    describe(pixels, input);
    write_pixels(pixels, input, {});
    changed.open(pixels.written());
    copy_changed_blocks(original, coefficients, changed, jpeg_read_coefficients(&changed.info), before, after);
    jpeg_copy_critical_parameters(&original.info, &result.info);
    result.info.optimize_coding = TRUE;
    if (original.info.progressive_mode) jpeg_simple_progression(&result.info);
    jpeg_write_coefficients(&result.info, coefficients);
    write_segments(result.info, segments);
    jpeg_finish_compress(&result.info);
  });
  return done ? std::string(result.written()) : std::string();
}

// What a file that is coded anew has from its source.
struct Kind {
  bool one_channel = false;
  int across = 1, down = 1;  // pixels a sample of chroma
};

Kind kind_of(std::string_view source) {
  Escape escape;
  Reader reader(escape);
  if (!carried_out(escape, [&] { reader.open(source); })) return {};
  const auto& info = reader.info;
  Kind kind{info.num_components == 1, info.max_h_samp_factor, info.max_v_samp_factor};
  if (info.num_components != 3) kind.across = kind.down = 1;
  if (read_photo_info(source, ImageFormat::kJpeg).orientation > 4) std::swap(kind.across, kind.down);
  return kind;
}

std::string code_anew(std::string_view source, const Kind& kind, const cv::Mat& input) {
  Escape escape;
  const auto segments = kept_segments(source, {input.cols, input.rows}, input.channels());
  Writer writer(escape);
  const bool done = carried_out(escape, [&] {
    describe(writer, input);
    jpeg_set_defaults(&writer.info);
    jpeg_set_quality(&writer.info, kQuality, TRUE);
    if (input.channels() == 3) {
      writer.info.comp_info[0].h_samp_factor = kind.across;
      writer.info.comp_info[0].v_samp_factor = kind.down;
    }
    write_pixels(writer, input, segments);
  });
  if (!done) throw Error(std::string("expected a photo that can be written as JPEG, got: ") + escape.message);
  return std::string(writer.written());
}

}  // namespace

std::string encode_jpeg_like(std::string_view source, const cv::Mat& before, const cv::Mat& after) {
  const Kind kind = kind_of(source);
  cv::Mat gray;
  if (kind.one_channel && is_gray(after)) cv::extractChannel(after, gray, 0);
  const std::string changed = change_blocks(source, before, after, gray);
  return changed.empty() ? code_anew(source, kind, gray.empty() ? after : gray) : changed;
}

}  // namespace pawprint
