#include "app/data/photo_list.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "app/data/json_escape.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

std::string in_data(const fs::path& photo, const fs::path& data) {
  // A photo elsewhere (--val DIR) keeps a path that leads there: ../val/cats/1.jpg, or an absolute one.
  return photo.lexically_normal().lexically_proximate(data.lexically_normal()).native();
}

std::string listed_name(const fs::path& photo, const fs::path& data) {
  const std::string name = in_data(photo, data);
  const bool odd = std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  constexpr std::array<std::string_view, 3> kSaySomething = {"#", "\"", kByteOrderMark};
  const bool says =
      std::any_of(kSaySomething.begin(), kSaySomething.end(), [&](auto begin) { return name.starts_with(begin); });
  return odd || says || !is_utf8(name) ? json_string(name) : name;
}

std::string photo_of_listed_name(std::string_view name, const fs::path& data, const std::string& subject) {
  if (!name.starts_with('"')) return in_data(data / name, data);
  const auto bytes = json_string_bytes(name);
  if (!bytes) throw Error(subject + ": expected a path or a JSON string, got " + in_quotes(name));
  return in_data(data / *bytes, data);
}

std::string photo_list_line(const fs::path& photo, const fs::path& data) { return listed_name(photo, data) + '\n'; }

std::set<std::string> parse_photo_list(std::string_view text, const fs::path& data, const std::string& subject) {
  std::set<std::string> listed;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  for (int64_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    listed.insert(photo_of_listed_name(line, data, subject + ":" + std::to_string(number)));
  }
  return listed;
}

std::string read_list_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (std::error_code error; !in || fs::is_directory(file, error))
    throw Error(in_quotes(file.native()) + ": expected a list of photos, got no file that can be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace pawprint
