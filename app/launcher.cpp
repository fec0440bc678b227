// pawprint: answers what needs no network at once, and becomes pawprint-program for the rest. That one needs hundreds
// of shared libraries, which take a third of a second to load and read some of their settings while they load.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "app/commands/commands.h"
#include "app/commands/library_settings.h"
#include "models/error.h"

namespace pawprint {

namespace {

// Returns only by throwing Error.
int become_program(char* const* argv) {
  const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "pawprint-program";
  for (const auto& [name, value] : library_settings(this_cpu())) setenv(name.c_str(), value.c_str(), 0);
  execv(program.c_str(), argv);
  throw Error(in_quotes(program.native()) + ": expected the program beside pawprint, got: " + std::strerror(errno) +
              "; build or install pawprint again");
}

}  // namespace

}  // namespace pawprint

int main(int argc, char** argv) {
  using namespace pawprint;
  return answer(argc, argv, [&](const Command& command, const Arguments& arguments) {
    command.check(arguments);
    return become_program(argv);
  });
}
