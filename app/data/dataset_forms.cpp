// The three ways in which a folder of photos says what they show.
#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "app/data/csv.h"
#include "app/data/json_text.h"
#include "app/data/labeled_images.h"
#include "app/data/photo_paths.h"
#include "models/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

using PathsOfClass = std::map<std::string, std::vector<fs::path>>;  // std::string compares bytewise

LabeledImages from_classes(PathsOfClass classes, int64_t ignored) {
  LabeledImages images;
  images.ignored = ignored;
  for (auto& [name, paths] : classes) {
    std::sort(paths.begin(), paths.end(), [](const auto& a, const auto& b) { return a.native() < b.native(); });
    images.labels.insert(images.labels.end(), paths.size(), static_cast<int64_t>(images.class_names.size()));
    images.paths.insert(images.paths.end(), paths.begin(), paths.end());
    images.class_names.push_back(name);
  }
  return images;
}

std::vector<fs::path> photos_under(const fs::path& folder, const fs::path& leave_out, int64_t& ignored) {
  std::vector<fs::path> photos;
  FolderWalk walk(folder, leave_out);
  while (auto found = walk.next()) {
    if (!found->problem.empty()) throw Error(in_quotes(found->path.native()) + ": " + found->problem);
    photos.push_back(std::move(found->path));
  }
  ignored += walk.ignored();
  return photos;
}

// A class name must do as a folder's name (classify --sort-into) and as a column's.
void check_class_name(const std::string& name, const std::string& subject) {
  const bool control = std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (name.empty() || name == "." || name == ".." || control || name.find('/') != std::string::npos || !is_utf8(name))
    throw Error(subject + ": expected a class name in UTF-8 without '/' and control characters, got " +
                in_quotes(name));
}

LabeledImages from_folders(const fs::path& data, const fs::path& leave_out) {
  PathsOfClass classes;
  int64_t ignored = 0;
  for (const auto& folder : sub_folders(data)) {
    std::error_code error;  // of a folder that is not there yet
    if (fs::equivalent(folder, leave_out, error)) continue;
    auto& paths = classes[folder.filename().native()];
    check_class_name(folder.filename().native(), in_quotes(data.native()));
    paths = photos_under(folder, leave_out, ignored);
    if (paths.empty())
      throw Error(in_quotes(folder.native()) + ": expected photos of class " + in_quotes(folder.filename().native()) +
                  ", got none; add photos or remove the folder");
  }
  for (fs::directory_iterator it(data), end; it != end; ++it) {
    std::error_code error;  // of a link that leads to itself
    if (it->is_regular_file(error) && !it->path().filename().native().starts_with('.')) ++ignored;
  }
  if (classes.empty())
    throw Error(in_quotes(data.native()) +
                ": expected a folder per class, got none; for files named cat.0.jpg use "
                "--labels-from-name, for a table use --labels FILE.csv");
  return from_classes(std::move(classes), ignored);
}

LabeledImages from_names(const fs::path& data, const fs::path& leave_out) {
  PathsOfClass classes;
  int64_t ignored = 0;
  for (auto& path : photos_under(data, leave_out, ignored)) {
    const std::string name = path.filename().native();
    const auto first = name.find('.');
    if (first == 0 || first == name.rfind('.'))
      throw Error(in_quotes(path.native()) + ": expected a name such as cat.0.jpg with --labels-from-name");
    check_class_name(name.substr(0, first), in_quotes(path.native()));
    classes[name.substr(0, first)].push_back(std::move(path));
  }
  if (classes.empty()) throw Error(in_quotes(data.native()) + ": expected photos named as cat.0.jpg, got none");
  return from_classes(std::move(classes), ignored);
}

LabeledImages from_table(const fs::path& data, const fs::path& csv) {
  const std::string subject = in_quotes(csv.native());
  std::ifstream file(csv, std::ios::binary);
  if (std::error_code error; !file || fs::is_directory(csv, error))
    throw Error(subject + ": expected a CSV file with path,label, got none that can be read");
  std::ostringstream text;
  text << file.rdbuf();
  auto rows = parse_csv(text.str(), subject);
  size_t path_column = 0, label_column = 1;
  if (!rows.empty()) {
    const auto& head = rows.front().cells;
    const auto path = std::find(head.begin(), head.end(), "path"), label = std::find(head.begin(), head.end(), "label");
    if (path != head.end() && label != head.end()) {
      path_column = static_cast<size_t>(path - head.begin());
      label_column = static_cast<size_t>(label - head.begin());
      rows.erase(rows.begin());
    }
  }
  PathsOfClass classes;
  std::map<std::string, int64_t> seen;  // path -> line
  for (const auto& row : rows) {
    const std::string where = subject + ":" + std::to_string(row.line);
    if (row.cells.size() <= std::max(path_column, label_column))
      throw Error(where + ": expected path,label, got " + std::to_string(row.cells.size()) + " cell");
    const auto& path = row.cells[path_column];
    check_class_name(row.cells[label_column], where);
    if (const auto [before, is_new] = seen.emplace((data / path).lexically_normal().native(), row.line); !is_new)
      throw Error(where + ": expected each photo once, got " + in_quotes(path) + " again (line " +
                  std::to_string(before->second) + ")");
    classes[row.cells[label_column]].push_back(data / path);
  }
  if (classes.empty()) throw Error(subject + ": expected rows of path,label, got none");
  return from_classes(std::move(classes), 0);
}

}  // namespace

LabeledImages load_labeled_images(const fs::path& data, const DatasetOptions& options) {
  std::error_code error;
  if (!fs::is_directory(data, error))
    throw Error(in_quotes(data.native()) + ": expected a folder of photos, got " +
                (fs::exists(data, error) ? "a file" : "nothing by that name"));
  if (options.labels_csv) return from_table(data, *options.labels_csv);
  return options.labels_from_name ? from_names(data, options.leave_out) : from_folders(data, options.leave_out);
}

}  // namespace pawprint
