#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "app/data/record_folder.h"
#include "app/data/record_store.h"

namespace pawprint {
namespace {

constexpr uint32_t kRecords = 50'000;
constexpr uint64_t kPlenty = 10'000'000'000;
const RecordKind kKind{"features", "backbone=0123456789abcdef view=plain", 32, 5120};  // records of 5160 bytes

// What one benchmark stores, removed with it.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "pawprint-bench-XXXXXX").native();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string key_of(uint32_t number) {
  std::string key(kKind.key_bytes, 'k');
  std::memcpy(key.data(), &number, sizeof number);
  return key;
}

void add(RecordStore& store, uint32_t first, uint32_t last) {
  std::string value(kKind.value_bytes, 'v');
  for (uint32_t i = first; i < last; ++i) {
    std::memcpy(value.data(), &i, sizeof i);
    store.append(key_of(i), value.data());
  }
  if (!store.problem().empty()) throw std::runtime_error(store.problem());
}

void fill(const Folder& folder) {
  RecordStore store(folder.path(), kKind, kPlenty);
  add(store, 0, kRecords);
}

void count(benchmark::State& state, int64_t records) {
  state.SetItemsProcessed(state.iterations() * records);
  state.SetBytesProcessed(state.iterations() * records * static_cast<int64_t>(kKind.key_bytes + kKind.value_bytes + 8));
}

// From the page cache; cold: read from the disk, as after a restart.
void open_store(benchmark::State& state, bool cold) {
  const Folder folder;
  fill(folder);
  for (auto _ : state) {
    state.PauseTiming();
    for (const auto& file : record_files(folder.path())) {
      const int fd = open_record_file(file.path);
      if (cold && (fsync(fd) != 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0)) state.SkipWithError("fadvise");
      close(fd);
    }
    state.ResumeTiming();
    const RecordStore store(folder.path(), kKind, kPlenty);
    if (store.size() != kRecords) state.SkipWithError("records are missing");
  }
  count(state, kRecords);
}
BENCHMARK_CAPTURE(open_store, warm, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(open_store, cold, true)->Unit(benchmark::kMillisecond)->UseRealTime();

void find_all(benchmark::State& state) {
  const Folder folder;
  fill(folder);
  const RecordStore store(folder.path(), kKind, kPlenty);
  std::string value(kKind.value_bytes, '\0');
  for (auto _ : state)
    for (uint32_t i = 0; i < kRecords; ++i)
      if (!store.find(key_of(i), value.data())) state.SkipWithError("a record is missing");
  count(state, kRecords);
}
BENCHMARK(find_all)->Unit(benchmark::kMillisecond);

void append(benchmark::State& state) {
  constexpr uint32_t kAppended = 10'000;
  for (auto _ : state) {
    state.PauseTiming();
    {
      const Folder folder;
      RecordStore store(folder.path(), kKind, kPlenty);
      state.ResumeTiming();
      add(store, 0, kAppended);
      state.PauseTiming();
    }
    state.ResumeTiming();
  }
  count(state, kAppended);
}
BENCHMARK(append)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace pawprint
