#pragma once

#include <torch/script.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace pawprint {

// A TorchScript file: a module, and metadata as the extra file `entry`. Files of ours are sealed: the comment of the
// ZIP's end record holds the SHA-256 of all bytes before that record. It is checked before TorchScript sees a byte,
// because TorchScript checks no sums itself (a flipped bit mostly loads, silently wrong) and a TorchScript file is a
// program. The only user of torch::jit::load and save.
struct SealedFile {
  torch::jit::Module module;  // on the CPU, in eval mode
  nlohmann::json metadata;    // null for a plain TorchScript file that is not ours
  std::string sha256;         // of the whole file, hexadecimal
};

// path: a file, or the name of a network that ships; for `pawprint.json` also the folder of a run, whose model.pt is
// taken.
// Throws Error: not a TorchScript file (and says what it is), a broken or missing seal, a newer format, metadata that
// is no JSON.
//   entry: `backbone.json`, `pawprint.json` or `faces.json`
SealedFile load_sealed(const std::filesystem::path& path, const std::string& entry);

// Writes the file whole or not at all. Throws Error.
void save_sealed(const torch::jit::Module& module, const nlohmann::json& metadata, const std::string& entry,
                 const std::filesystem::path& path);

// The bytes with the seal put into the ZIP's end record. Throws Error if there is no such record at the end.
std::string with_seal(std::string bytes);

enum class Seal { kNone, kWhole, kBroken };

// kBroken: the seal does not match, or the end record is damaged. kNone: no seal and no trace of one.
Seal check_seal(std::string_view bytes);

}  // namespace pawprint
