#include "app/report/sort_into.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "app/data/film.h"
#include "app/data/image_file.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

constexpr PhotoLimits kAnySize{std::numeric_limits<int64_t>::max()};

std::string lower_case(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

std::string note_folder(std::string name, const std::vector<std::string>& class_names) {
  const auto taken = [&](const std::string& class_name) { return lower_case(class_name) == name; };
  while (std::any_of(class_names.begin(), class_names.end(), taken)) name = "note-" + name;
  return name;
}

// NAME-2.EXTENSION, the name cut where it would be too long.   room: bytes
std::string numbered_name(const fs::path& photo, int64_t number, size_t room) {
  constexpr size_t kLongestExtension = 16;  // beyond, a dot is just a letter of the name
  const bool dotted = photo.extension().native().size() <= kLongestExtension;
  const std::string stem = dotted ? photo.stem().native() : photo.filename().native();
  const std::string end =
      (number == 1 ? "" : "-" + std::to_string(number)) + (dotted ? photo.extension().native() : "");
  return cut_to(stem, room - end.size()) + end;
}

bool same_inode(const struct stat& a, const struct stat& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

bool same_place(const fs::path& a, const fs::path& b) {
  struct stat one {
  }, other{};
  return lstat(a.c_str(), &one) == 0 && lstat(b.c_str(), &other) == 0 && same_inode(one, other);
}

}  // namespace

std::string sort_folder(const Prediction& prediction, const std::vector<std::string>& class_names,
                        const std::string& class_name) {
  for (const std::string note : {kUnfamiliar, kUnsure}) {
    if (prediction.note.find(note) != std::string::npos) return note_folder(note, class_names);
  }
  return class_name;
}

struct SortInto::Photo {
  fs::path path;
  std::string bytes;
  struct stat info {};
  Sha256 content, target;  // target: of the path that a link to it holds

  explicit Photo(const fs::path& photo) : path(photo), bytes(read_file(photo, kAnySize)), content(sha256(bytes)) {
    target = sha256(fs::absolute(photo).native());
    if (stat(photo.c_str(), &info) != 0) throw Unreadable("no such file");
  }
  // Is this file of ours the very photo that was named, or what that leads to?
  bool is(const fs::path& file, bool is_link) const {
    struct stat other {};
    return same_place(path, file) || (!is_link && stat(file.c_str(), &other) == 0 && same_inode(info, other));
  }
};

SortInto::SortInto(fs::path folder, bool link) : folder_(std::move(folder)), link_(link), list_(folder_) {
  make_output_folder(folder_);
}

fs::path SortInto::add(const fs::path& photo, const std::string& class_name) {
  if (class_name.empty() || class_name == "." || class_name == ".." || class_name.find('/') != std::string::npos)
    throw Error("--sort-into: expected a class name that can be a folder's name, got " + in_quotes(class_name));
  if (const auto frame = film_frame(photo)) {
    ++votes_[frame->film][class_name];
    return {};
  }
  try {
    return place(Photo(photo), class_name);
  } catch (const Unreadable& reason) {  // it was readable a moment ago
    throw NotSorted(std::string("cannot be copied: ") + reason.what());
  } catch (const FileError& error) {
    if (error.disk_is_full()) throw;
    throw NotSorted(std::string("cannot be copied: ") + error.what());
  } catch (const Error& error) {
    throw NotSorted(std::string("cannot be copied: ") + error.what());
  }
}

fs::path SortInto::place(const Photo& photo, const std::string& class_name) {
  make_output_folder(folder_ / class_name);
  auto old = list_.elsewhere(class_name, photo.content, photo.target);
  std::erase_if(old, [&](const SortedFile& file) { return photo.is(folder_ / file.name, file.is_link); });
  const auto [target, is_there] = target_of(photo, class_name);
  moved_ += !old.empty();
  if (!is_there) make(photo, target, old);
  for (const auto& file : old) take_away(file, target);
  ++counts_[class_name];
  return target;
}

// The name that the photo gets in the folder, and whether it is there already.
std::pair<fs::path, bool> SortInto::target_of(const Photo& photo, const std::string& class_name) const {
  const fs::path folder = folder_ / class_name;
  const size_t room = longest_name(folder);
  for (int64_t number = 1;; ++number) {
    const std::string name = numbered_name(photo.path.filename(), number, room);
    const fs::path target = folder / name;
    struct stat info {};
    if (lstat(target.c_str(), &info) != 0) {
      if (errno == ENOENT) return {target, false};
      throw FileError(in_quotes(target.native()) + ": cannot be written", errno);
    }
    const SortedFile* listed = list_.find(class_name + '/' + name);
    if (listed != nullptr && !listed->is_link && listed->content != photo.content) continue;  // need not be read
    try {
      if (read_file(target, kAnySize) == photo.bytes) return {target, true};
    } catch (const Unreadable&) {  // another kind of file has the name
    }
  }
}

// A copy that an earlier run made is moved here: so that there is one at any moment.
void SortInto::make(const Photo& photo, const fs::path& target, std::vector<SortedFile>& old) {
  const std::string name = target.parent_path().filename() / target.filename();
  const auto copy = std::find_if(old.begin(), old.end(), [](const SortedFile& file) { return !file.is_link; });
  if (copy != old.end()) {
    list_.add({name, false, photo.content, {}});
    std::error_code error;
    fs::rename(folder_ / copy->name, target, error);
    if (!error) return;  // take_away() finds nothing where it was
  }
  if (!link_) {
    list_.add({name, false, photo.content, {}});
    write_file(target, photo.bytes, CopiedFrom{photo.info.st_mode, photo.info.st_mtim});
    return;
  }
  list_.add({name, true, photo.content, photo.target});
  std::error_code error;
  fs::create_symlink(fs::absolute(photo.path), target, error);
  if (error) throw FileError(in_quotes(target.native()) + ": cannot be written", error.value());
}

void SortInto::take_away(const SortedFile& old, const fs::path& target) {
  const fs::path path = folder_ / old.name;
  // Two names of one file, where a folder is a link or names differ in case only; and a copy gives way to a copy only.
  if (same_place(path, target) || (!old.is_link && fs::is_symlink(target))) return;
  std::error_code error;
  fs::remove(path, error);
  if (error) throw FileError(in_quotes(path.native()) + ": an earlier run's copy cannot be removed", error.value());
  list_.remove(old.name);
  emptied_.insert(path.parent_path());
}

std::vector<std::string> SortInto::finish() {
  std::vector<std::string> problems;
  for (const auto& [film, votes] : votes_) {
    try {
      add(film, std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) {
                  return a.second < b.second;
                })->first);
    } catch (const NotSorted& reason) {
      problems.push_back(in_quotes(film.native()) + ": " + reason.what());
    }
  }
  std::error_code error;
  for (const auto& folder : emptied_) {
    if (fs::is_empty(folder, error) && !error) fs::remove(folder, error);
  }
  return problems;
}

}  // namespace pawprint
