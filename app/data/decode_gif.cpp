#include <gif_lib.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "app/data/decode_parts.h"

namespace pawprint {

namespace {

int read_data(GifFileType* gif, GifByteType* out, int wanted) {
  auto& rest = *static_cast<std::string_view*>(gif->UserData);
  const auto count = std::min<size_t>(static_cast<size_t>(wanted), rest.size());
  std::memcpy(out, rest.data(), count);
  rest.remove_prefix(count);
  return static_cast<int>(count);
}

struct Close {
  void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};
using Gif = std::unique_ptr<GifFileType, Close>;

[[noreturn]] void refuse(int code) {
  const char* words = GifErrorString(code);
  const bool cut = code == D_GIF_ERR_READ_FAILED || code == D_GIF_ERR_EOF_TOO_SOON;
  throw Unreadable(cut ? "GIF cut short" : "damaged GIF: " + std::string(words != nullptr ? words : "unknown"));
}

void expect(int result, const Gif& gif) {
  if (result == GIF_ERROR) refuse(gif->Error);
}

// Goes on to the first frame. -> its transparent color, or NO_TRANSPARENT_COLOR
int find_frame(const Gif& gif) {
  int transparent = NO_TRANSPARENT_COLOR;
  while (true) {
    GifRecordType record = UNDEFINED_RECORD_TYPE;
    expect(DGifGetRecordType(gif.get(), &record), gif);
    if (record == IMAGE_DESC_RECORD_TYPE) break;
    if (record == TERMINATE_RECORD_TYPE) throw Unreadable("a GIF without a picture");
    if (record != EXTENSION_RECORD_TYPE) continue;
    int code = 0;
    GifByteType* data = nullptr;
    expect(DGifGetExtension(gif.get(), &code, &data), gif);
    GraphicsControlBlock control{};
    if (code == GRAPHICS_EXT_FUNC_CODE && data != nullptr && DGifExtensionToGCB(data[0], data + 1, &control) == GIF_OK)
      transparent = control.TransparentColor;
    while (data != nullptr) expect(DGifGetExtensionNext(gif.get(), &data), gif);
  }
  return transparent;
}

// The rows of an interlaced frame in the order they are stored in (GIF89a, appendix E).
std::vector<int> row_order(int height, bool interlaced) {
  std::vector<int> order;
  if (!interlaced) {
    for (int y = 0; y < height; ++y) order.push_back(y);
    return order;
  }
  for (const auto& [first, step] : {std::pair(0, 8), std::pair(4, 8), std::pair(2, 4), std::pair(1, 2)}) {
    for (int y = first; y < height; y += step) order.push_back(y);
  }
  return order;
}

}  // namespace

cv::Mat decode_gif(std::string_view bytes, const DecodeOptions& options) {
  int error = 0;
  const Gif gif(DGifOpen(&bytes, read_data, &error));
  if (!gif) refuse(error);
  const int transparent = find_frame(gif);
  expect(DGifGetImageDesc(gif.get()), gif);
  const auto& frame = gif->Image;
  const ColorMapObject* colors = frame.ColorMap != nullptr ? frame.ColorMap : gif->SColorMap;
  if (colors == nullptr) throw Unreadable("a GIF without colors");
  const ImageSize size{std::max(gif->SWidth, frame.Left + frame.Width),
                       std::max(gif->SHeight, frame.Top + frame.Height)};
  check_size(size, options.limits, "a GIF");
  cv::Mat rgb(static_cast<int>(size.height_px), static_cast<int>(size.width_px), CV_8UC3,
              cv::Scalar::all(255));  // what no frame covers is transparent
  std::vector<GifPixelType> row(static_cast<size_t>(frame.Width));
  for (const int y : row_order(frame.Height, frame.Interlace)) {
    expect(DGifGetLine(gif.get(), row.data(), frame.Width), gif);
    auto* out = rgb.ptr<cv::Vec3b>(frame.Top + y);
    for (int x = 0; x < frame.Width; ++x) {
      const int index = row[static_cast<size_t>(x)];
      if (index == transparent || index >= colors->ColorCount) continue;
      const auto& color = colors->Colors[index];
      out[frame.Left + x] = cv::Vec3b(color.Red, color.Green, color.Blue);
    }
  }
  return rgb;
}

}  // namespace pawprint
