#include "app/base/backbone_names.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "app/base/strings.h"
#include "models/base/builtin_names.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

constexpr auto kExporterNames = std::to_array<std::string_view>({PAWPRINT_EXPORTER_NAMES});  // CMakeLists.txt

// The reverse of find_backbone().
fs::path said_for(const fs::path& backbone) {
  const bool kept = !backbone.empty() && backbone == kept_backbone(backbone.stem().native());
  return kept ? backbone.stem() : backbone;
}

Error unknown(const std::string& name) {
  std::string names = kBuiltinBackbone;
  for (const auto& kept : kept_backbone_names()) names += ", " + kept;
  const auto exported = exporter_names();
  const bool known = std::find(exported.begin(), exported.end(), name) != exported.end();
  return Error(
      in_quotes(name) + ": expected a backbone's file, or the name of one that is here (" + names + "), got neither; " +
      (known ? "get it: `pawprint backbone get " + name + '`' : "`pawprint backbone list` says what there is"));
}

}  // namespace

fs::path user_folder(const char* variable, const std::string& below_home) {
  for (const auto& [name, below] : {std::pair(variable, fs::path()), std::pair("HOME", fs::path(below_home))}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value == '/') return fs::path(value) / below / "pawprint";
  }
  return {};
}

fs::path kept_backbones_folder() {
  const auto folder = user_folder("XDG_DATA_HOME", ".local/share");
  return folder.empty() ? folder : folder / "backbones";
}

fs::path kept_backbone(std::string_view name) {
  const auto folder = kept_backbones_folder();
  return folder.empty() ? folder : folder / (std::string(name) + ".pt");
}

std::vector<std::string> kept_backbone_names() {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(kept_backbones_folder(), error), end; !error && entry != end;
       entry.increment(error)) {
    if (const auto& path = entry->path(); path.extension() == ".pt") names.push_back(path.stem().native());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::span<const std::string_view> exporter_names() { return kExporterNames; }

fs::path find_backbone(const fs::path& said) {
  std::error_code error;
  const bool is_folder = fs::is_directory(said, error);
  if (said.has_parent_path() || (fs::exists(said, error) && !is_folder)) return said;
  if (said == kBuiltinBackbone || said == kBuiltinFaces) return said;
  if (auto kept = kept_backbone(said.native()); fs::exists(kept, error)) return kept;
  if (said.has_extension() || is_folder) return said;
  throw unknown(said.native());
}

void backbone_row(OptionVisitor& v, const OptionRow& row, fs::path& backbone) {
  fs::path said = said_for(backbone);
  if (v.row(row, said)) backbone = find_backbone(said);
}

void backbones_row(OptionVisitor& v, const OptionRow& row, std::vector<fs::path>& backbones) {
  std::string said;
  for (const auto& backbone : backbones) said += (said.empty() ? "" : ",") + said_for(backbone).native();
  if (!v.row(row, said)) return;
  backbones.clear();
  std::error_code error;
  const bool is_one = fs::is_regular_file(said, error);  // a name may have a comma
  for (const auto& each : is_one ? std::vector<std::string>{said} : split_at_commas(said)) {
    if (each.empty())
      throw UsageError("--" + row.name + ": expected names with commas between them, got " + in_quotes(said));
    backbones.push_back(find_backbone(each));
  }
}

void backbone_operand(OptionVisitor& v, const OperandRow& row, fs::path& backbone) {
  fs::path said = said_for(backbone);
  v.operand(row, said);
  if (v.reads()) backbone = find_backbone(said);
}

}  // namespace pawprint
