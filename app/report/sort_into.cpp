#include "app/report/sort_into.h"

#include <algorithm>
#include <fstream>

#include "app/data/image_file.h"
#include "models/atomic_file.h"
#include "models/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

std::string read_again(const fs::path& photo) {
  try {
    return read_photo(photo);
  } catch (const Unreadable& reason) {  // it was readable a moment ago
    throw Error(in_quotes(photo.native()) + ": cannot be copied: " + reason.what());
  }
}

}  // namespace

SortInto::SortInto(fs::path folder, bool link) : folder_(std::move(folder)), link_(link) {
  make_output_folder(folder_);
}

fs::path SortInto::add(const fs::path& photo, const std::string& class_name) const {
  if (class_name.empty() || class_name == "." || class_name == ".." || class_name.find('/') != std::string::npos)
    throw Error("--sort-into: expected a class name that can be a folder's name, got " + in_quotes(class_name));
  const fs::path folder = folder_ / class_name;
  make_output_folder(folder);
  const std::string bytes = read_again(photo);
  for (int64_t number = 1;; ++number) {
    const std::string suffix = number == 1 ? "" : "-" + std::to_string(number);
    const fs::path target = folder / (photo.stem().native() + suffix + photo.extension().native());
    std::error_code error;
    const auto type = fs::symlink_status(target, error).type();
    if (type == fs::file_type::none)
      throw Error(in_quotes(target.native()) + ": cannot be written: " + error.message());
    if (type == fs::file_type::not_found) {
      if (link_) {
        fs::create_symlink(fs::absolute(photo), target, error);
        if (error) throw Error(in_quotes(target.native()) + ": cannot be written: " + error.message());
      } else {
        write_file(target, bytes);
      }
      return target;
    }
    try {
      if (read_photo(target) == bytes) return target;
    } catch (const Unreadable&) {  // another kind of file has the name
    }
  }
}

}  // namespace pawprint
