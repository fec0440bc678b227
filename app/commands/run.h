#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "app/base/progress.h"
#include "app/cli/arguments.h"
#include "app/cli/options.h"

namespace pawprint {

// What a command needs beside its options.
struct Session {
  bool quiet = false;        // nothing on stderr but errors
  std::string command_line;  // `pawprint finetune pets --out run`
  bool sandbox = true;
};

// What each command of app/cli/commands.def does. Return the exit code; throw Error, UsageError or Interrupted.
#define COMMAND(name, options, ...) int run_##name(const options&, const Session&);
#include "app/cli/commands.def"
#undef COMMAND

MakeProgress progress_bars(const Session& session);

// Lines about the data, on stderr.
Say say_line(const Session& session);

// Of a server: prints where its page is, and how to end it.
std::function<void(const std::string& address)> say_address(const Session& session);

// Returns once a signal has been noted, which is how servers end.
void wait_for_the_end();

// Prints a line a photo to stderr, whichever worker and however often it is told of one.
std::function<void(const std::filesystem::path& photo, const std::string& text)> print_remarks();

}  // namespace pawprint
