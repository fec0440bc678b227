#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace pawprint {

// A JSON string with its quotes. Bytes that are not UTF-8 (a file name may hold any) become \udc80..\udcff, as Python's
// surrogateescape writes them: os.fsencode(json.loads(text)) gives the bytes back.
std::string json_string(std::string_view bytes);

// What json_string was given, from what it returned; any JSON string (RFC 8259) will do. Empty if `text` is none.
std::optional<std::string> json_string_bytes(std::string_view text);

// As nlohmann's dump(), but strings may hold any bytes and are written as json_string() writes them.
//   open: objects and arrays at the first so many levels have each item on a line of its own
std::string json_text(const nlohmann::ordered_json& json, int open = 0);

bool is_utf8(std::string_view bytes);

// The same with U+FFFD for each byte that is not UTF-8.
std::string valid_utf8(std::string_view bytes);

}  // namespace pawprint
