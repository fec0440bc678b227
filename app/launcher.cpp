// pawprint: answers what needs no network at once, and becomes pawprint-bin for the rest. That one needs hundreds
// of shared libraries, which take a third of a second to load and read some of their settings while they load.
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <string>
#include <system_error>

#include "app/cli/commands.h"
#include "app/cli/library_settings.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

// Without /proc: as the shell found it.
std::filesystem::path find_launcher(const std::string& as_called) {
  std::error_code error;
  if (const auto path = std::filesystem::read_symlink("/proc/self/exe", error); !error) return path;
  std::filesystem::path found = as_called;
  if (const char* path = std::getenv("PATH"); path != nullptr && as_called.find('/') == as_called.npos) {
    std::istringstream folders(path);
    for (std::string folder; std::getline(folders, folder, ':');)
      if (access((folder + '/' + as_called).c_str(), X_OK) == 0) {
        found = std::filesystem::path(folder) / as_called;
        break;
      }
  }
  return std::filesystem::weakly_canonical(found, error);
}

// Beside the launcher in a build, in libexec where it is installed.
std::filesystem::path find_program(const std::string& as_called) {
  const auto folder = find_launcher(as_called).parent_path();
  const auto beside = folder / "pawprint-bin";
  const auto installed = folder.parent_path() / "libexec/pawprint/pawprint-bin";
  std::error_code error;
  return !std::filesystem::exists(beside, error) && std::filesystem::exists(installed, error) ? installed : beside;
}

// OpenBLAS waits for ever for memory that it may not have.
void require_address_space() {
  constexpr rlim_t kLeast = 2'000'000'000;
  rlimit space{};
  if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur < kLeast)
    throw Error("expected room for 2 GB of addresses, got a limit of " + std::to_string(space.rlim_cur / 1'000'000) +
                " MB; raise it (ulimit -v)");
}

// What is asked for beyond the machine's memory is refused at once, with a message, instead of filling it first.
[[maybe_unused]] void limit_to_memory() {
  const auto bytes = static_cast<rlim_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
  rlimit data{};
  if (getrlimit(RLIMIT_DATA, &data) != 0 || data.rlim_cur <= bytes) return;
  data.rlim_cur = bytes;
  setrlimit(RLIMIT_DATA, &data);
}

// Returns only by throwing Error.
int become_program(char* const* argv) {
  const auto program = find_program(argv[0]);
  require_address_space();
#ifndef __SANITIZE_ADDRESS__  // whose shadow is larger than any memory
  limit_to_memory();
#endif
  for (const auto& [name, value] : library_settings(this_cpu())) setenv(name.c_str(), value.c_str(), 0);
  execv(program.c_str(), argv);
  throw Error(in_quotes(program.native()) + ": expected the program beside pawprint, got: " + std::strerror(errno) +
              "; build or install pawprint again");
}

}  // namespace

}  // namespace pawprint

int main(int argc, char** argv) {
  using namespace pawprint;
  return dispatch(argc, argv, [&](const Command& command, const Arguments& arguments) {
    command.check(arguments);
    return become_program(argv);
  });
}
