#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/base/atomic_file.h"

namespace pawprint {

// Files of a folder that belong together, as those of a run. All are written and synced before one is put in place;
// then what an earlier set left goes, but for the first, which is replaced: whoever looks into the folder, or is
// killed, at any moment finds files of one set alone, and always a first one. Without commit() all is as it was. Throws
// what AtomicFile throws.
class FileSet {
 public:
  //   names: of all files that a set may have, the most important first
  FileSet(std::filesystem::path folder, std::vector<std::string> names);
  void add(const std::string& name, std::string_view bytes);  // one of the names
  void commit();

 private:
  std::filesystem::path folder_;
  std::vector<std::string> names_;
  std::map<std::string, AtomicFile> files_;
};

}  // namespace pawprint
