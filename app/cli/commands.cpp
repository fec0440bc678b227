#include "app/cli/commands.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <string_view>
#include <system_error>

#include "app/cli/generate.h"
#include "app/cli/help.h"
#include "app/cli/options.h"
#include "app/cli/parse.h"
#include "models/base/error.h"
#include "models/base/version.h"

namespace pawprint {

namespace {

// `faces train` of faces_train
std::string spoken(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

template <class Options>
Command command(const std::string& name, const std::string& summary, const std::string& notes) {
  return {name, command_spec(spoken(name), OptionList(Options()), summary, notes),
          [](const Arguments& line) { parse<Options>(line); }};
}

std::vector<Command> commands() {
  return {
#define COMMAND(name, options, summary, notes) command<options>(#name, summary, notes),
#include "app/cli/commands.def"
#undef COMMAND
      generate_command()};
}

// A line for each command whose name begins with `prefix`.
std::string command_lines(const std::string& prefix) {
  const auto all = commands();
  size_t width = 0;
  for (const auto& command : all) width = std::max(width, command.spec.name.size() + 2);
  std::string text;
  for (const auto& command : all) {
    const auto& spec = command.spec;
    if (spec.name.starts_with(prefix))
      text += "  " + spec.name + std::string(width - spec.name.size(), ' ') + spec.summary + '\n';
  }
  return text;
}

std::string program_help() {
  return "pawprint teaches a pretrained network a new job from a folder of photos, and sorts photos with it.\n\n"
         "usage: pawprint COMMAND ... (`pawprint COMMAND --help` says more)\n\n" +
         command_lines("") + "\nexample: pawprint finetune pets --out run\n\n" + program_notes();
}

int print_error(const std::string& name, const std::string& message, int exit_code) {
  std::fflush(stdout);
  std::fprintf(stderr, "pawprint%s: %s\n", name.empty() ? "" : (' ' + name).c_str(), message.c_str());
  return exit_code;
}

int dispatch_command(const Command& command, int argc, const char* const* argv, const Handler& handler) {
  const std::string& name = command.spec.name;
  try {
    if (wants_help(argc, argv)) {
      std::fputs(help_text(command.spec).c_str(), stdout);
      return kExitOk;
    }
    const Arguments arguments(command.spec, argc, argv);
    if (command.text) return std::fputs(command.text(arguments).c_str(), stdout), kExitOk;
    return handler(command, arguments);
  } catch (const UsageError& error) {
    return print_error(name, std::string(error.what()) + "; see `pawprint " + name + " --help`", kExitUsage);
  } catch (const Interrupted& error) {
    return print_error(name, error.what(), 128 + error.signal_number);
  } catch (const Error& error) {
    return print_error(name, error.what(), kExitFailed);
  } catch (const std::filesystem::filesystem_error& error) {
    return print_error(name, in_quotes(error.path1().native()) + ": " + error.code().message(), kExitFailed);
  } catch (const std::system_error& error) {
    const bool threads = error.code() == std::errc::resource_unavailable_try_again;
    return print_error(
        name, threads ? "a thread cannot be started: the system refuses more; try fewer --threads" : error.what(),
        kExitFailed);
  } catch (const std::bad_alloc&) {
    return print_error(name, "out of memory; try fewer --threads", kExitFailed);
  } catch (const std::exception& error) {
    return print_error(name, std::string("a bug in pawprint, please report it: ") + error.what(), kExitBug);
  }
}

// Numbers 0 to 2 belong to nobody else: what is opened next would take one that is closed, and be written into. What is
// opened here cannot be used the way it would be.
void open_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(fd, F_GETFD) < 0) static_cast<void>(open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY));
}

// `pawprint faces` and what is none of its commands.
int dispatch_family(const std::string& name, const std::string& lines, int argc, const char* const* argv) {
  const bool asked = wants_help(argc, argv);
  if (argc > 1 && !asked)
    return print_error(
        name, "expected one of its commands, got " + in_quotes(argv[1]) + "; see `pawprint " + name + " --help`",
        kExitUsage);
  const std::string text =
      "usage: pawprint " + name + " COMMAND ... (`pawprint " + name + " COMMAND --help` says more)\n\n" + lines;
  std::fputs(text.c_str(), asked ? stdout : stderr);
  return asked ? kExitOk : kExitUsage;
}

int dispatch_line(int argc, const char* const* argv, const Handler& handler) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name == "--version") return std::puts(("pawprint " + full_version()).c_str()), kExitOk;
  if (name == "--help" || name == "-h" || name == "help") return std::fputs(program_help().c_str(), stdout), kExitOk;
  if (name.empty()) return std::fputs(program_help().c_str(), stderr), kExitUsage;
  const std::string two_words = std::string(name) + ' ' + (argc > 2 ? argv[2] : "");  // `faces train`
  for (const auto& command : commands()) {
    if (command.spec.name == name) return dispatch_command(command, argc - 1, argv + 1, handler);
    if (command.spec.name == two_words) return dispatch_command(command, argc - 2, argv + 2, handler);
  }
  if (const std::string family = command_lines(std::string(name) + ' '); !family.empty())
    return dispatch_family(std::string(name), family, argc - 1, argv + 1);
  std::string names;
  for (const auto& command : commands()) names += (names.empty() ? "" : ", ") + command.spec.name;
  return print_error("", "expected a command (" + names + "), got " + in_quotes(name) + "; see `pawprint --help`",
                     kExitUsage);
}

}  // namespace

const char* program_version() { return version(); }

std::string program_notes() {
  return "Exit codes: 0 done, 1 failed, 2 wrong command line, 3 done but some photos could not be read, 70 a bug in\n"
         "pawprint, 129, 130 and 143 interrupted.\n";
}

std::vector<CommandSpec> command_specs() {
  std::vector<CommandSpec> specs;
  for (const auto& command : commands()) specs.push_back(command.spec);
  return specs;
}

int dispatch(int argc, const char* const* argv, const Handler& handler) {
  open_standard_streams();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not become so large is an error of write() then
  const int exit_code = dispatch_line(argc, argv, handler);
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  const std::string reason = errno == 0 ? "" : std::string(": ") + std::strerror(errno);
  return print_error("", "stdout: cannot be written" + reason, exit_code == kExitOk ? kExitFailed : exit_code);
}

}  // namespace pawprint
