#pragma once

#include <filesystem>
#include <vector>

#include "app/base/option_list.h"

namespace pawprint {

// Where a command writes: made before it begins, because in the sandbox nothing can be made beside them. Folders that
// are still empty at the end go again.
class OutputFolders {
 public:
  // Throws Error if one cannot be made.
  explicit OutputFolders(const OptionList& options);
  OutputFolders(const OutputFolders&) = delete;
  OutputFolders& operator=(const OutputFolders&) = delete;
  ~OutputFolders();

  // The same for a folder that no command depends on, mode 0700. Empty: none.
  void add_cache(const std::filesystem::path& folder);

  const std::vector<std::filesystem::path>& writable() const { return writable_; }
  std::vector<std::filesystem::path> parents() const;  // of the folders that were made

 private:
  OutputFolders() = default;
  void add(const std::filesystem::path& folder);
  void note_missing(const std::filesystem::path& folder);

  std::vector<std::filesystem::path> writable_, made_;
};

}  // namespace pawprint
