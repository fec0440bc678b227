#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace pawprint {

// What people take for a model file, by content: `weights without a network (a state dict saved by torch.save)`, `an
// ONNX model`, `a web page`, ..., with what can be done about it after a semicolon. Empty for a TorchScript file, sound
// or damaged, and for what is unknown.
//   bytes: the whole file; name: helps with formats that have no signature
std::string describe_foreign_file(std::string_view bytes, const std::filesystem::path& name);

// The same of a folder: a TensorFlow SavedModel, a Hugging Face model, ...; `a folder; give a file` if it is unknown.
std::string describe_foreign_folder(const std::filesystem::path& folder);

// The whole number in `count` bytes, at most 4, the least significant first, as ZIP and others have them.
uint32_t number_at(std::string_view bytes, size_t at, size_t count);

}  // namespace pawprint
