#pragma once

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <vector>

namespace pawprint {

struct RecordFile {
  std::filesystem::path path;
  uint64_t bytes = 0;
  timespec used{};  // last read or written by a RecordStore: the time of modification
};

// The regular files *.records of a folder, in no order; none if it cannot be read.
std::vector<RecordFile> record_files(const std::filesystem::path& folder);

// A descriptor, or -1 with errno. Links are not followed.
int open_record_file(const std::filesystem::path& path);

// Makes the folder and those above it that are missing, mode 0700. 0, or the errno that says why it is no folder now.
int make_private_folder(const std::filesystem::path& folder);

// Deletes whole .records files of the folder, least recently used first, until they have at most `limit_bytes`
// together; returns the bytes that are left. A file that a RecordStore of any process is writing stays, so that more
// may be left. Processes may evict at once. Errors of the file system are ignored: what cannot be deleted stays.
uint64_t evict_oldest(const std::filesystem::path& folder, uint64_t limit_bytes);

}  // namespace pawprint
