#pragma once

#include <torch/script.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace pawprint {

// A TorchScript file: a module, and metadata as the extra file `entry`. Files of ours have a digest: the comment of the
// ZIP's end record holds the SHA-256 of all bytes before that record. It is checked before TorchScript sees a byte,
// because TorchScript checks no sums itself (a flipped bit mostly loads, silently wrong) and a TorchScript file is a
// program. The only user of torch::jit::load and save.
struct ChecksummedArchive {
  torch::jit::Module module;  // on the CPU, in eval mode
  nlohmann::json metadata;    // null for a plain TorchScript file that is not ours
  std::string sha256;         // of the whole file, hexadecimal
};

// path: a file, or the name of a builtin network; for `pawprint.json` also the folder of a run, whose model.pt is
// taken.
// Throws Error: not a TorchScript file (and says what it is), a wrong or missing digest, a newer format, metadata that
// is no JSON.
//   entry: `backbone.json`, `pawprint.json` or `faces.json`
ChecksummedArchive load_archive(const std::filesystem::path& path, const std::string& entry);

// What save_archive() writes.
std::string archive_bytes(const torch::jit::Module& module, const nlohmann::json& metadata, const std::string& entry);

// Writes the file whole or not at all. Throws Error.
void save_archive(const torch::jit::Module& module, const nlohmann::json& metadata, const std::string& entry,
                  const std::filesystem::path& path);

}  // namespace pawprint
