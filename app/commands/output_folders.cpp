#include "app/commands/output_folders.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "app/data/record_folder.h"
#include "models/base/atomic_file.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

// The options that name a folder (DIR) or a file to write. Where one is missing here, nothing can be written there.
constexpr std::array<std::string_view, 5> kWritten = {"out", "fix-list", "images-dir", "report", "sort-into"};

}  // namespace

// By way of the other constructor, so that what was made goes again where this one throws.
OutputFolders::OutputFolders(const OptionList& options) : OutputFolders() {
  for (const auto& [row, group, value, wrong] : options.options) {
    const bool is_written = std::find(kWritten.begin(), kWritten.end(), row.name) != kWritten.end();
    if (!is_written || !value.is_string() || value == "" || value == "-") continue;
    fs::path path = value.get<std::string>();
    std::error_code error;
    if (row.value == "DIR") {
      add(path);
      continue;
    }
    if (fs::is_symlink(path, error)) path = fs::weakly_canonical(path, error);  // as AtomicFile
    if (fs::is_other(path, error)) {                                            // a device, a FIFO
      writable_.push_back(path);
    } else {
      add(path.has_parent_path() ? path.parent_path() : ".");
    }
  }
}

OutputFolders::~OutputFolders() {
  for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder) rmdir(folder->c_str());
}

void OutputFolders::add_cache(const fs::path& folder) {
  if (folder.empty()) return;
  note_missing(folder);
  if (make_private_folder(folder) == 0) writable_.push_back(folder);
}

void OutputFolders::add(const fs::path& folder) {
  note_missing(folder);
  std::error_code error;
  if (!fs::exists(folder, error)) make_output_folder(folder);
  if (fs::is_directory(folder, error)) writable_.push_back(folder);
}

void OutputFolders::note_missing(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error)) return;
  if (folder.has_parent_path()) note_missing(folder.parent_path());
  if (folder.has_filename()) made_.push_back(folder);
}

std::vector<fs::path> OutputFolders::parents() const {
  std::vector<fs::path> folders;
  for (const auto& folder : made_) folders.push_back(folder.has_parent_path() ? folder.parent_path() : ".");
  return folders;
}

}  // namespace pawprint
