// pawprint-bin: does what a command says. The launcher has checked the line and set the environment.
#include <unistd.h>

#include <cstdio>
#include <map>
#include <string>
#include <type_traits>

#include "app/base/backbone_names.h"
#include "app/base/cores.h"
#include "app/base/format.h"
#include "app/cli/commands.h"
#include "app/cli/parse.h"
#include "app/commands/output_folders.h"
#include "app/commands/run.h"
#include "app/commands/signals.h"
#include "app/sandbox/sandbox.h"
#include "app/training/runtime.h"
#include "models/backbone.h"
#include "models/base/error.h"
#include "models/base/messages.h"
#include "models/base/watchdog.h"

// jemalloc's settings: freed memory is kept. A forward pass frees and takes the same large blocks over and over; glibc
// gives those of more than 32 MB back to the kernel each time, which costs a quarter of MobileNetV2's speed in
// bfloat16.
extern "C" const char* malloc_conf;
const char* malloc_conf = "dirty_decay_ms:-1,muzzy_decay_ms:-1";

namespace pawprint {

namespace {

// visit_threads() takes no more than there are cores.
void say_fewer_threads(const std::string& given) {
  if (const int64_t cores = available_cores(); std::stoll(given) > cores)
    std::fprintf(messages(), "--threads %s: %s may be used, so many are taken\n", given.c_str(),
                 counted(cores, "core").c_str());
}

template <class Options>
int start(int (*run)(const Options&, const Session&), const Arguments& arguments) {
  Options options = parse<Options>(arguments);
  const Session session{arguments.flag("quiet"), arguments.command_line(), !arguments.flag("no-sandbox")};
  if (const auto threads = arguments.text("threads"); threads && !session.quiet) say_fewer_threads(*threads);
  OutputFolders folders{OptionList(options)};
  if constexpr (requires { options.cache.folder; }) folders.add_cache(options.cache.folder);
  if constexpr (requires { options.choices; }) folders.add_cache(options.choices);
  constexpr bool kServes = std::is_same_v<Options, ServeOptions> || std::is_same_v<Options, LabelOptions>;
  constexpr bool kGets = std::is_same_v<Options, BackboneGetOptions>;
  if constexpr (kGets) folders.add_cache(kept_backbones_folder());
  // A process in the sandbox reaches no GPU that it has not opened before.
  if constexpr (requires { options.network.device; }) resolve_device(options.network.device);
  if (session.sandbox) enter_sandbox({folders.writable(), folders.parents(), kServes, kGets});
  if constexpr (requires { options.photos.remark; }) {
    if (!session.quiet) options.photos.remark = print_remarks();
  }
  if constexpr (requires { options.network.timeout_s; }) Watchdog::set_limit(options.network.timeout_s);
  if constexpr (requires { options.timeout_s; }) Watchdog::set_limit(options.timeout_s);
  return run(options, session);
}

int run(const Command& command, const Arguments& arguments) {
  const std::map<std::string, int (*)(const Arguments&)> runs = {
#define COMMAND(name, options, ...) {#name, [](const Arguments& line) { return start(run_##name, line); }},
#include "app/cli/commands.def"
#undef COMMAND
  };
  note_signals();
  require_thread_safe_blas();
  use_single_threaded_math();
  try {
    return runs.at(command.id)(arguments);
  } catch (const Interrupted&) {
    signal_is_told();
    throw;
  }
}

}  // namespace

}  // namespace pawprint

int main(int argc, char** argv) {
#ifndef __SANITIZE_ADDRESS__  // which reports there
  pawprint::silence_libraries();
#endif
  const int code = pawprint::dispatch(argc, argv, pawprint::run);
  std::fflush(nullptr);
  _exit(code);  // LibTorch's taking apart of its registers takes a seventh of a short command's time
}
