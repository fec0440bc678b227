#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "app/base/backbone_names.h"
#include "app/commands/run.h"
#include "models/backbone.h"
#include "models/base/error.h"
#include "models/builtin.h"

namespace pawprint {

namespace {

void print_row(const std::string& name, const std::string& features, const std::string& megabytes,
               const std::string& hash, const std::string& where) {
  std::printf("%-19s %8s %6s  %-12s  %s\n", name.c_str(), features.c_str(), megabytes.c_str(), hash.c_str(),
              where.c_str());
}

constexpr auto kNoSize = static_cast<uintmax_t>(-1);  // what file_size() says of what is no file

void print_network(const std::string& name, const std::filesystem::path& file, uintmax_t bytes,
                   const std::string& where) {
  char megabytes[32] = "-";
  if (bytes != kNoSize) std::snprintf(megabytes, sizeof megabytes, "%.1f", static_cast<double>(bytes) / 1e6);
  try {
    const Backbone backbone = Backbone::load(file);
    print_row(name, std::to_string(backbone.feature_dim()), megabytes, backbone.id().substr(0, 12), where);
  } catch (const Error& error) {
    print_row(name, "-", megabytes, "-", error.what());
  }
}

}  // namespace

int run_backbone_list(const BackboneListOptions&, const Session&) {
  print_row("name", "features", "MB", "SHA-256", "where");
  if (const auto bytes = builtin_network(kBuiltinBackbone))
    print_network(kBuiltinBackbone, kBuiltinBackbone, bytes->size(), "builtin");
  const auto kept = kept_backbone_names();
  for (const auto& name : kept) {
    const auto file = kept_backbone(name);
    std::error_code error;
    print_network(name, file, std::filesystem::file_size(file, error), in_quotes(file.native()));
  }
  for (const auto name : exporter_names())
    if (std::find(kept.begin(), kept.end(), name) == kept.end())
      print_row(std::string(name), "-", "-", "-", "pawprint backbone get " + std::string(name));
  return kExitOk;
}

}  // namespace pawprint
