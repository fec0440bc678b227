#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pawprint {

// What one kind of record is. Kinds that differ in anything never see each other's records.
struct RecordKind {
  std::string name;        // begins the names of its files: `features`; no slash
  std::string text;        // all that the values depend on besides the key: `backbone=<hash> view=mirror`
  size_t key_bytes = 0;    // at least 1
  size_t value_bytes = 0;  // at least 1
};

// A cache on disk of values by key, in the files NAME-<hash of the kind>-<unique>.records of a folder. Records are only
// ever appended, each with a checksum. Nothing here may break a run: what cannot be read is not found, what cannot be
// written is not stored. So any answer of find() may be no, and the caller then computes the value again.
//
// Any number of processes and objects may use one folder at once: each writes files of its own only, and sees what
// was there when it was opened and what it appended itself. A process may die at any moment: the torn end of its file
// is ignored. Nothing is synced: after a power cut the checksums tell what arrived. Not to be used on both sides of a
// fork.
class RecordStore {
 public:
  // Makes the folder and those above it (mode 0700) and reads the keys of all files of the kind, which marks the files
  // as used. Throws no error of the file system: see problem().
  //   limit_bytes: for all .records files of the folder together, of any kind. The least recently used give way when
  //     this object begins a file and when it ends; meanwhile every object that writes may add a file: an eighth of the
  //     limit, at most 64 MB. Nothing is stored if a single record is too large for the limit.
  RecordStore(std::filesystem::path folder, RecordKind kind, uint64_t limit_bytes);
  RecordStore(const RecordStore&) = delete;
  RecordStore& operator=(const RecordStore&) = delete;
  ~RecordStore();

  // Copies the value_bytes of the key's value to `value`. False, and `value` is left alone, if the store has none, or
  // only damaged ones, or another process has evicted them. Any number of threads, also beside append().
  //   key: key_bytes; throws std::invalid_argument for another length
  bool find(std::string_view key, void* value) const;

  // Stores value_bytes from `value`, unless find() finds the key. After a failure it stores nothing any more.
  // One thread at a time.
  //   key: key_bytes; throws std::invalid_argument for another length
  void append(std::string_view key, const void* value);

  // Records known, damaged and double ones among them. Any thread.
  size_t size() const;

  // Why nothing can be stored, naming the folder or file; empty while all is well. Any thread.
  std::string problem() const;

 private:
  struct File;
  struct Place {
    size_t file;  // index into files_
    uint64_t offset;
  };
  struct FoundPlace {
    std::shared_ptr<const File> file;
    uint64_t offset;
  };

  void read_files();
  void read_keys(const File& file, size_t number);
  std::vector<FoundPlace> places(std::string_view key) const;
  std::string record(std::string_view key, const void* value) const;
  std::string checksum(std::string_view key, std::string_view value) const;
  void check(std::string_view key) const;
  size_t record_bytes() const;
  bool begin_file();
  void end_file();
  void fail(const std::filesystem::path& subject, const std::string& reason);

  std::filesystem::path folder_;
  RecordKind kind_;
  std::string header_;  // of every file of the kind
  std::string prefix_;  // of their names
  uint64_t limit_bytes_;
  uint64_t file_bytes_;  // a file does not grow beyond, unless it holds a single record

  // Of the thread that appends.
  std::optional<size_t> own_;  // index into files_ of the file being written
  uint64_t own_bytes_ = 0;

  mutable std::shared_mutex mutex_;  // guards what follows
  std::vector<std::shared_ptr<const File>> files_;
  std::unordered_multimap<size_t, Place> index_;  // by the hash of the key; the checksum tells whether it is that key
  std::string problem_;
};

}  // namespace pawprint
