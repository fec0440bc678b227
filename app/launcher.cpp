// pawprint: answers what needs no network at once, and becomes pawprint-bin for the rest. That one needs hundreds
// of shared libraries, which take a third of a second to load and read some of their settings while they load.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "app/cli/commands.h"
#include "app/cli/library_settings.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

// Beside the launcher in a build, in libexec where it is installed.
std::filesystem::path find_program() {
  const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const auto beside = folder / "pawprint-bin";
  const auto installed = folder.parent_path() / "libexec/pawprint/pawprint-bin";
  std::error_code error;
  return !std::filesystem::exists(beside, error) && std::filesystem::exists(installed, error) ? installed : beside;
}

// Returns only by throwing Error.
int become_program(char* const* argv) {
  const auto program = find_program();
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
