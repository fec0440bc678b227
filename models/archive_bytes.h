// What a TorchScript file shows before LibTorch sees a byte of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "models/base/error.h"

namespace pawprint {

// The bytes with the digest put into the ZIP's end record. Throws Error if there is no such record at the end.
std::string with_digest(std::string bytes);

enum class Digest { kNone, kRight, kWrong };

// kWrong: the digest does not match, or the end record is damaged. kNone: no digest and no trace of one.
Digest check_digest(std::string_view bytes);

// What a file with this entry is: `a model of faces`.
std::string archive_kind(const std::string& entry);

// `subject: expected that, got ...`
//   got: `an ONNX model; what to do`
Error refused(const std::string& subject, const std::string& entry, const std::string& got);

constexpr int64_t kNewestFormat = 3;  // of the metadata in a file of ours

// Throws Error for what is no TorchScript file (and says what it is), or a damaged one.
//   path: its name; it is not opened
void check_archive(std::string_view bytes, const std::filesystem::path& path, const std::string& entry);

// What its extra file `entry` says: an object with a format that this version knows. Throws Error, also for deep lists
// and for control characters, which would reach terminals and names of files.
nlohmann::json archive_metadata(const std::string& text, const std::string& entry, const std::string& subject);

}  // namespace pawprint
