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
#include "models/base/did_you_mean.h"
#include "models/base/error.h"
#include "models/base/messages.h"
#include "models/base/version.h"

namespace pawprint {

namespace {

std::string formats_read() {
  return std::string("JPEG, PNG, WebP, BMP, TIFF, GIF") + (PAWPRINT_HAS_HEIF ? ", HEIC, AVIF" : "") +
         (PAWPRINT_HAS_JXL ? ", JPEG XL" : "") + (PAWPRINT_HAS_RAW ? ", raw photos" : "");
}

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

// A line for each command whose name begins with `prefix`, or more where its summary is long.
std::string command_lines(const std::string& prefix) {
  const auto all = commands();
  size_t width = 0;
  for (const auto& command : all) width = std::max(width, command.spec.name.size() + 2);
  std::string text;
  for (const auto& command : all) {
    const auto& spec = command.spec;
    if (!spec.name.starts_with(prefix)) continue;
    std::string before = "  " + spec.name + std::string(width - spec.name.size(), ' ');
    for (const auto& line : wrapped(spec.summary, kHelpWidth - before.size())) {
      text += before + line + '\n';
      before.assign(before.size(), ' ');
    }
  }
  return text;
}

std::string program_help() {
  return "pawprint teaches a pretrained network a new job from a folder of photos, and sorts photos with it.\n\n"
         "usage: pawprint COMMAND ... (`pawprint COMMAND --help` says more)\n\n" +
         command_lines("") + "\nexample: pawprint finetune pets --out run\n\n" + program_notes();
}

// A message and where the rest is said.
std::string with_help(const std::string& message, const std::string& command) {
  return message + (message.ends_with('?') ? " see `pawprint " : "; see `pawprint ") + command + "--help`";
}

int print_error(const std::string& name, const std::string& message, int exit_code) {
  std::fflush(stdout);
  std::fprintf(messages(), "pawprint%s: %s\n", name.empty() ? "" : (' ' + name).c_str(), message.c_str());
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
    return print_error(name, with_help(error.what(), name + ' '), kExitUsage);
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

// The commands of a family, `faces` without that word; of none, all.
std::vector<std::string> names_of(const std::string& family) {
  std::vector<std::string> names;
  for (const auto& command : commands()) {
    const auto& name = command.spec.name;
    if (family.empty()) names.push_back(name);
    if (!family.empty() && name.starts_with(family + ' ')) names.push_back(name.substr(family.size() + 1));
  }
  return names;
}

// `pawprint faces` and what is none of its commands.
int dispatch_family(const std::string& name, const std::string& lines, int argc, const char* const* argv) {
  const bool asked = wants_help(argc, argv);
  if (argc > 1 && !asked)
    return print_error(
        name,
        with_help("expected one of its commands, got " + in_quotes(argv[1]) + did_you_mean(argv[1], names_of(name)),
                  name + ' '),
        kExitUsage);
  const std::string text =
      "usage: pawprint " + name + " COMMAND ... (`pawprint " + name + " COMMAND --help` says more)\n\n" + lines;
  std::fputs(text.c_str(), asked ? stdout : messages());
  return asked ? kExitOk : kExitUsage;
}

int dispatch_line(int argc, const char* const* argv, const Handler& handler) {
  const std::string_view said = argc > 1 ? argv[1] : "", name = said == "train" ? "finetune" : said;
  if (name == "help" && argc > 2) {  // `pawprint help faces train`
    std::vector<const char*> line = {argv[0]};
    line.insert(line.end(), argv + 2, argv + argc);
    line.push_back("--help");
    return dispatch_line(static_cast<int>(line.size()), line.data(), handler);
  }
  if (name == "--version" || name == "-v")
    return std::puts(("pawprint " + full_version() + "\nreads " + formats_read()).c_str()), kExitOk;
  if (name == "--help" || name == "-h" || name == "help") return std::fputs(program_help().c_str(), stdout), kExitOk;
  if (name.empty()) return std::fputs(program_help().c_str(), messages()), kExitUsage;
  const std::string two_words = std::string(name) + ' ' + (argc > 2 ? argv[2] : "");  // `faces train`
  for (const auto& command : commands())  // `backbone get` is not `backbone` with a file of that name
    if (command.spec.name == two_words) return dispatch_command(command, argc - 2, argv + 2, handler);
  for (const auto& command : commands())
    if (command.spec.name == name) return dispatch_command(command, argc - 1, argv + 1, handler);
  if (const std::string family = command_lines(std::string(name) + ' '); !family.empty())
    return dispatch_family(std::string(name), family, argc - 1, argv + 1);
  const auto names = names_of("");
  std::string listed;
  for (const auto& each : names) listed += (listed.empty() ? " (" : ", ") + each;
  const std::string meant = did_you_mean(name, names);
  const std::string message = "expected a command" + (meant.empty() ? listed + ')' : "") + ", got " + in_quotes(name);
  return print_error("", with_help(message + meant, ""), kExitUsage);
}

}  // namespace

const char* program_version() { return version(); }

std::string program_notes() {
  return "Exit codes: 0 done, 1 failed, 2 wrong command line, 3 done but some photos could not be read, 70 a\n"
         "bug in pawprint, 129, 130 and 143 interrupted.\n";
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
