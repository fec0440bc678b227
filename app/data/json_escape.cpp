#include "app/data/json_escape.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace pawprint {

namespace {

// The length of the well-formed UTF-8 sequence at the front (Unicode 15, table 3-7), or 0.
size_t utf8_length(std::string_view s) {
  const auto byte = [&](size_t i) { return i < s.size() ? static_cast<uint8_t>(s[i]) : 0; };
  const auto in = [](int b, int low, int high) { return b >= low && b <= high; };
  const auto tail = [&](size_t i) { return in(byte(i), 0x80, 0xbf); };
  const int b0 = byte(0), b1 = byte(1);
  if (b0 < 0x80) return 1;
  if (in(b0, 0xc2, 0xdf)) return tail(1) ? 2 : 0;
  if (in(b0, 0xe0, 0xef)) return in(b1, b0 == 0xe0 ? 0xa0 : 0x80, b0 == 0xed ? 0x9f : 0xbf) && tail(2) ? 3 : 0;
  if (in(b0, 0xf0, 0xf4))
    return in(b1, b0 == 0xf0 ? 0x90 : 0x80, b0 == 0xf4 ? 0x8f : 0xbf) && tail(2) && tail(3) ? 4 : 0;
  return 0;
}

// The byte that the \udc80..\udcff in front means, as json_string() writes them; not the second half of a pair.
std::optional<char> escaped_byte(std::string_view text) {
  unsigned byte = 0;
  if (text.size() < 6 || !text.starts_with("\\udc")) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data() + 4, text.data() + 6, byte, 16);
  return error == std::errc() && end == text.data() + 6 && byte >= 0x80 ? std::optional(static_cast<char>(byte))
                                                                        : std::nullopt;
}

// How much in front of a JSON string's inside belongs together: an escape, a pair of surrogates, a letter. 0 where it
// is not UTF-8.
size_t unit_length(std::string_view text) {
  if (text[0] != '\\') return utf8_length(text);
  const bool high =
      text.starts_with("\\ud8") || text.starts_with("\\ud9") || text.starts_with("\\uda") || text.starts_with("\\udb");
  return std::min<size_t>(text.size(), high ? 12 : 2);
}

std::string lines_of(const nlohmann::ordered_json& json, int open, size_t depth) {
  if (json.is_string()) return json_string(json.get_ref<const std::string&>());
  if (!json.is_structured()) return json.dump();
  const auto line = [&](size_t indent) { return open > 0 ? '\n' + std::string(indent, ' ') : ""; };
  std::string items;
  const auto add = [&](const nlohmann::ordered_json& value, const std::string& name) {
    items += (items.empty() ? "" : ",") + line(depth + 1) + name + lines_of(value, open - 1, depth + 1);
  };
  if (json.is_array()) {
    for (const auto& value : json) add(value, "");
    return '[' + items + (items.empty() ? "" : line(depth)) + ']';
  }
  for (const auto& [name, value] : json.get_ref<const nlohmann::ordered_json::object_t&>())
    add(value, json_string(name) + (open > 0 ? ": " : ":"));
  return '{' + items + (items.empty() ? "" : line(depth)) + '}';
}

}  // namespace

std::optional<std::string> json_string_bytes(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string bytes, plain;  // plain: what nlohmann can read, up to the next byte that is not UTF-8
  const auto read_plain = [&] {
    const auto json = nlohmann::json::parse('"' + plain + '"', nullptr, false);
    if (json.is_string()) bytes += json.get_ref<const std::string&>();
    plain.clear();
    return json.is_string();
  };
  while (!text.empty()) {
    const auto escaped = escaped_byte(text);
    const size_t length = escaped ? 6 : unit_length(text);
    if (escaped || length == 0) {
      if (!read_plain()) return std::nullopt;
      bytes += escaped.value_or(text[0]);
    } else {
      plain += text.substr(0, length);
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return read_plain() ? std::optional(bytes) : std::nullopt;
}

std::string json_string(std::string_view bytes) {
  std::string out = "\"";
  while (!bytes.empty()) {
    size_t valid = 0, length = 0;
    while (valid < bytes.size() && (length = utf8_length(bytes.substr(valid))) > 0) valid += length;
    const std::string quoted = nlohmann::json(bytes.substr(0, valid)).dump();
    out.append(quoted, 1, quoted.size() - 2);
    if (valid < bytes.size()) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\udc%02x", static_cast<unsigned>(static_cast<uint8_t>(bytes[valid])));
      out += escaped;
      ++valid;
    }
    bytes.remove_prefix(valid);
  }
  return out + '"';
}

std::string json_text(const nlohmann::ordered_json& json, int open) { return lines_of(json, open, 0); }

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t length = utf8_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string valid_utf8(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const size_t length = utf8_length(bytes);
    out += length == 0 ? std::string_view("\xef\xbf\xbd") : bytes.substr(0, length);
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace pawprint
