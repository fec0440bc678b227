#include "app/report/sorted_list.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <set>
#include <sstream>

#include "app/data/image_file.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

constexpr PhotoLimits kAnySize{std::numeric_limits<int64_t>::max()};
constexpr const char* kGone = "gone ";

std::string escaped(const std::string& name) {
  std::string out;
  for (const char c : name) out += c == '\\' ? "\\\\" : c == '\n' ? "\\n" : std::string(1, c);
  return out;
}

std::string without_escapes(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size();
    out += escape ? (text[++i] == 'n' ? '\n' : text[i]) : text[i];
  }
  return out;
}

// CLASS/FILE and nothing that leads elsewhere: a list may come from anywhere.
bool is_inside(const std::string& name) {
  const size_t slash = name.find('/');
  if (slash == std::string::npos || name.find('/', slash + 1) != std::string::npos) return false;
  const auto is_name = [](const std::string& part) { return !part.empty() && part != "." && part != ".."; };
  return is_name(name.substr(0, slash)) && is_name(name.substr(slash + 1));
}

std::optional<SortedFile> parse(const std::string& line) {
  std::istringstream in(line);
  std::string kind, content, target, name;
  in >> kind >> content;
  if (kind == "link") in >> target;
  in.get();
  std::getline(in, name);
  const auto hash = sha256_from_hex(content), path = sha256_from_hex(kind == "link" ? target : Sha256().hex());
  name = without_escapes(name);
  if ((kind != "copy" && kind != "link") || !hash || !path || !is_inside(name)) return std::nullopt;
  return SortedFile{name, kind == "link", *hash, *path};
}

}  // namespace

SortedList::SortedList(fs::path folder) : folder_(std::move(folder)) {
  std::ifstream in(folder_ / kName, std::ios::binary);
  for (std::string line; std::getline(in, line);) {
    cut_off_ = in.eof();  // while this line was written
    if (cut_off_) break;
    if (line.starts_with(kGone)) forget(without_escapes(line.substr(std::strlen(kGone))));
    if (const auto file = parse(line)) remember(*file);
  }
}

SortedList::~SortedList() {
  if (fd_ >= 0) close(fd_);
}

void SortedList::remember(const SortedFile& file) {
  forget(file.name);
  files_.emplace(file.name, file);
  names_.emplace(file.content, file.name);
  if (file.is_link) names_.emplace(file.target, file.name);
}

void SortedList::forget(const std::string& name) {
  const auto file = files_.find(name);
  if (file == files_.end()) return;
  for (const auto& key : {file->second.content, file->second.target}) {
    const auto [begin, end] = names_.equal_range(key);
    const auto found = std::find_if(begin, end, [&](const auto& item) { return item.second == name; });
    if (found != end) names_.erase(found);
  }
  files_.erase(file);
}

const SortedFile* SortedList::find(const std::string& name) const {
  const auto found = files_.find(name);
  return found == files_.end() ? nullptr : &found->second;
}

void SortedList::append(std::string line) {
  const fs::path path = folder_ / kName;
  const auto fail = [&] { throw FileError(in_quotes(path.native()) + ": cannot be written", errno); };
  if (fd_ < 0) {
    fd_ = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (fd_ < 0) fail();
    if (cut_off_) line.insert(0, "//\n");  // no name of a file of ours: that line never counts
  }
  for (size_t done = 0; done < line.size();) {
    const ssize_t count = write(fd_, line.data() + done, line.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail();
    done += static_cast<size_t>(count);
  }
}

void SortedList::add(const SortedFile& file) {
  append(std::string(file.is_link ? "link " : "copy ") + file.content.hex() + ' ' +
         (file.is_link ? file.target.hex() + ' ' : "") + escaped(file.name) + '\n');
  remember(file);
}

void SortedList::remove(const std::string& name) {
  append(kGone + escaped(name) + '\n');
  forget(name);
}

bool SortedList::is_unchanged(const SortedFile& file) const {
  const fs::path path = folder_ / file.name;
  std::error_code error;
  const auto type = fs::symlink_status(path, error).type();
  if (file.is_link)
    return type == fs::file_type::symlink && sha256(fs::read_symlink(path, error).native()) == file.target;
  try {
    return type == fs::file_type::regular && sha256(read_file(path, kAnySize)) == file.content;
  } catch (const Unreadable&) {
    return false;
  }
}

std::vector<SortedFile> SortedList::elsewhere(const std::string& folder, const Sha256& content,
                                              const Sha256& path) const {
  std::set<std::string> names;
  for (const auto& key : {content, path}) {
    const auto [begin, end] = names_.equal_range(key);
    for (auto it = begin; it != end; ++it) names.insert(it->second);
  }
  std::vector<SortedFile> out;
  for (const auto& name : names) {
    if (!name.starts_with(folder + '/') && is_unchanged(files_.at(name))) out.push_back(files_.at(name));
  }
  return out;
}

}  // namespace pawprint
