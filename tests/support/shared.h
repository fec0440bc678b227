#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace pawprint::testing {

// Real photos, faces and weights: ../shared beside the project, or PAWPRINT_SHARED.
inline std::filesystem::path shared_folder() {
  const char* given = std::getenv("PAWPRINT_SHARED");
  return given != nullptr ? given : PAWPRINT_SOURCE_DIR "/../shared";
}

// First line of a test that needs them: skipped where they are absent, failed where they must not be (CI).
#define PAWPRINT_NEEDS_SHARED()                                                                       \
  if (!std::filesystem::is_directory(::pawprint::testing::shared_folder() / "pets")) {                \
    if (std::getenv("PAWPRINT_REQUIRE_SHARED") != nullptr) FAIL() << "the shared photos are missing"; \
    GTEST_SKIP() << "needs the shared photos";                                                        \
  }

// A folder of the test's own, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pawprint-test-XXXXXX").native();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  // Writes a file, with the folders above it.
  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    const auto path = path_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

 private:
  std::filesystem::path path_;
};

inline std::string read_all(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The message of the Error (or other exception E) that `call` throws; fails the test if it throws none.
template <class E, class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const E& error) {
    return error.what();
  }
  ADD_FAILURE() << "expected an exception";
  return "";
}

}  // namespace pawprint::testing
