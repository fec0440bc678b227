#include "models/base/file_set.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "models/base/error.h"

namespace pawprint {

FileSet::FileSet(std::filesystem::path folder, std::vector<std::string> names)
    : folder_(std::move(folder)), names_(std::move(names)) {}

void FileSet::add(const std::string& name, std::string_view bytes) {
  files_.try_emplace(name, folder_ / name).first->second.write(bytes);
}

void FileSet::commit() {
  for (auto& [name, file] : files_) file.sync();
  for (size_t i = 1; i < names_.size(); ++i) {
    const auto path = folder_ / names_[i];
    if (const auto file = files_.find(names_[i]); file != files_.end()) {
      file->second.remove_old();
    } else if (unlink(path.c_str()) != 0 && errno != ENOENT) {
      throw FileError(in_quotes(path.native()) + ": cannot be removed", errno);
    }
  }
  for (const auto& name : names_)
    if (const auto file = files_.find(name); file != files_.end()) file->second.put_in_place();
}

}  // namespace pawprint
