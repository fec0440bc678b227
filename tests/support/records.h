#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "app/data/record_folder.h"
#include "app/data/record_store.h"
#include "tests/support/shared.h"

namespace pawprint::testing {

constexpr uint64_t kPlenty = 1'000'000'000;               // a limit that no test reaches
inline const RecordKind kSmall{"small", "view=1", 4, 8};  // records of 4 + 8 + 8 = 20 bytes

inline std::string key_of(uint32_t number) { return {reinterpret_cast<const char*>(&number), sizeof number}; }

// Another for every key.
inline std::string value_of(uint32_t number, size_t bytes = kSmall.value_bytes) {
  std::string value(bytes, '\0');
  for (size_t i = 0; i < bytes; ++i) value[i] = static_cast<char>((number * 2'654'435'761u + i * 40'503u) >> 8);
  return value;
}

enum class Found { kNothing, kRight, kWrong };

inline Found look(const RecordStore& store, uint32_t number, size_t bytes = kSmall.value_bytes) {
  std::string value(bytes, '?');
  if (store.find(key_of(number), value.data())) return value == value_of(number, bytes) ? Found::kRight : Found::kWrong;
  return value == std::string(bytes, '?') ? Found::kNothing : Found::kWrong;
}

inline void add(RecordStore& store, uint32_t first, uint32_t last, size_t bytes = kSmall.value_bytes) {
  for (uint32_t i = first; i < last; ++i) store.append(key_of(i), value_of(i, bytes).data());
}

// How many of the numbers first <= i < last are found; fails the test for a wrong value.
inline uint32_t right_ones(const RecordStore& store, uint32_t first, uint32_t last, size_t bytes = kSmall.value_bytes) {
  uint32_t right = 0;
  for (uint32_t i = first; i < last; ++i) {
    const Found found = look(store, i, bytes);
    EXPECT_NE(found, Found::kWrong) << i;
    right += found == Found::kRight ? 1 : 0;
  }
  return right;
}

inline std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& file : record_files(folder)) paths.push_back(file.path);
  std::sort(paths.begin(), paths.end());
  return paths;
}

inline uint64_t bytes_in(const std::filesystem::path& folder) {
  uint64_t bytes = 0;
  for (const auto& file : record_files(folder)) bytes += file.bytes;
  return bytes;
}

inline void write_over(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// The bytes of a store of the records 0, 1 and 2, and where its file is.
struct SmallFile {
  TemporaryFolder folder;
  std::filesystem::path path;
  std::string bytes;
  size_t header_bytes;

  SmallFile() {
    RecordStore store(folder.path(), kSmall, kPlenty);
    add(store, 0, 3);
    path = files_in(folder.path()).at(0);
    bytes = read_all(path);
    header_bytes = bytes.size() - 3 * 20;
  }
  uint32_t found() const { return right_ones(RecordStore(folder.path(), kSmall, kPlenty), 0, 3); }
};

}  // namespace pawprint::testing
