#include "app/data/unicode_text.h"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace pawprint {

namespace {

std::string mapped(std::string_view text, int options) {
  utf8proc_uint8_t* result = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &result, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> owner(result, std::free);
  if (size < 0) return std::string(text);
  return {reinterpret_cast<const char*>(result), static_cast<size_t>(size)};
}

bool is_blank(utf8proc_int32_t c) {
  constexpr utf8proc_int32_t kZeroWidthSpace = 0x200b, kByteOrderMark = 0xfeff;
  return (c >= '\t' && c <= '\r') || c == kZeroWidthSpace || c == kByteOrderMark ||
         utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

}  // namespace

std::string nfc(std::string_view text) { return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE); }

std::string folded(std::string_view text) {
  return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
}

std::string trimmed(std::string_view text) {
  size_t begin = text.size(), end = 0;
  for (size_t at = 0; at < text.size();) {
    utf8proc_int32_t c = 0;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                       static_cast<utf8proc_ssize_t>(text.size() - at), &c);
    const size_t next = at + (size > 0 ? static_cast<size_t>(size) : 1);  // a byte that is no UTF-8 is no blank
    if (size <= 0 || !is_blank(c)) {
      begin = std::min(begin, at);
      end = next;
    }
    at = next;
  }
  return std::string(text.substr(std::min(begin, end), end - std::min(begin, end)));
}

std::string with_single_blanks(std::string_view text) {
  std::string out;
  bool blank = false;
  for (size_t at = 0; at < text.size();) {
    utf8proc_int32_t c = 0;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                       static_cast<utf8proc_ssize_t>(text.size() - at), &c);
    const size_t length = size > 0 ? static_cast<size_t>(size) : 1;
    if (size > 0 && is_blank(c)) {
      blank = true;
    } else {
      if (blank && !out.empty()) out += ' ';
      blank = false;
      out += text.substr(at, length);
    }
    at += length;
  }
  return out;
}

}  // namespace pawprint
