// pawprint-program: does what a command says. The launcher has checked the line and set the environment.
#include <cstdio>
#include <map>
#include <string>

#include "app/commands/commands.h"
#include "app/commands/run.h"
#include "app/commands/signals.h"
#include "app/training/runtime.h"
#include "models/error.h"

// jemalloc's settings: freed memory is kept. A forward pass frees and takes the same large blocks over and over; glibc
// gives those of more than 32 MB back to the kernel each time, which costs a quarter of MobileNetV2's speed in
// bfloat16.
extern "C" const char* malloc_conf;
const char* malloc_conf = "dirty_decay_ms:-1,muzzy_decay_ms:-1";

namespace pawprint {

namespace {

int run(const Command& command, const Arguments& arguments) {
  const std::map<std::string, int (*)(const Arguments&)> runs = {{"backbone", run_backbone},
                                                                 {"bench", run_bench},
                                                                 {"check", run_check},
                                                                 {"classify", run_classify},
                                                                 {"draw", run_draw},
                                                                 {"evaluate", run_evaluate},
                                                                 {"finetune", run_finetune},
                                                                 {"explain", run_explain},
                                                                 {"neurons", run_neurons},
                                                                 {"faces train", run_faces_train},
                                                                 {"faces direction", run_faces_direction},
                                                                 {"faces edit", run_faces_edit},
                                                                 {"faces strip", run_faces_strip},
                                                                 {"faces morph", run_faces_morph},
                                                                 {"faces analogy", run_faces_analogy},
                                                                 {"faces gallery", run_faces_gallery},
                                                                 {"faces score", run_faces_score},
                                                                 {"faces serve", run_faces_serve}};
  note_signals();
  require_thread_safe_blas();
  use_single_threaded_math();
  const int exit_code = runs.at(command.spec.name)(arguments);
  if (std::fflush(stdout) != 0) throw Error("stdout: cannot be written");
  return exit_code;
}

}  // namespace

}  // namespace pawprint

int main(int argc, char** argv) { return pawprint::answer(argc, argv, pawprint::run); }
