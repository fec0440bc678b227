#include "app/data/tiff_source.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace pawprint {

namespace {

tmsize_t read_data(thandle_t handle, void* out, tmsize_t wanted) {
  auto& source = *static_cast<TiffSource*>(handle);
  if (wanted < 0 || source.at >= source.bytes.size()) return 0;
  const auto count = std::min<size_t>(static_cast<size_t>(wanted), source.bytes.size() - source.at);
  std::memcpy(out, source.bytes.data() + source.at, count);
  source.at += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t write_nothing(thandle_t, void*, tmsize_t) { return 0; }

toff_t seek(thandle_t handle, toff_t offset, int whence) {
  auto& source = *static_cast<TiffSource*>(handle);
  if (whence == SEEK_CUR) offset += source.at;
  if (whence == SEEK_END) offset += source.bytes.size();
  return source.at = offset;
}

int close_nothing(thandle_t) { return 0; }
toff_t size_of(thandle_t handle) { return static_cast<TiffSource*>(handle)->bytes.size(); }

int on_error(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  auto& source = *static_cast<TiffSource*>(user);
  std::array<char, 300> text{};
  std::vsnprintf(text.data(), text.size(), format, arguments);
  if (source.problem.empty()) source.problem = text.data();
  return 1;
}

// Unknown tags and the like lose no pixel; what libjpeg says of a JPEG within does.
int on_warning(TIFF* tiff, void* user, const char* module, const char* format, va_list arguments) {
  if (module != nullptr && std::strcmp(module, "JPEGLib") == 0) on_error(tiff, user, module, format, arguments);
  return 1;
}

}  // namespace

OpenTiff open_tiff(TiffSource& source) {
  const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                             TIFFOpenOptionsFree);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, &source);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, &source);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kMaxTiffBytes);
  return OpenTiff(TIFFClientOpenExt("", "rm", &source, read_data, write_nothing, seek, close_nothing, size_of, nullptr,
                                    nullptr, options.get()));
}

}  // namespace pawprint
