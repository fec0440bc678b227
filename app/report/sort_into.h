#pragma once

#include <filesystem>
#include <string>

namespace pawprint {

// Puts photos into a folder per class, by copying or linking; never moves, removes or overwrites one.
class SortInto {
 public:
  SortInto(std::filesystem::path folder, bool link);

  // Returns where the photo stands now. A file of the same name and content that is there already is kept; of another
  // content, the new one is named NAME-2.EXTENSION and so on. Throws Error.
  std::filesystem::path add(const std::filesystem::path& photo, const std::string& class_name) const;

 private:
  std::filesystem::path folder_;
  bool link_;
};

}  // namespace pawprint
