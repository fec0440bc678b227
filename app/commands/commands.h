#pragma once

#include "app/commands/arguments.h"

namespace pawprint {

// A command: what its line looks like, and what it does. run returns the exit code; it throws Error, UsageError or
// Interrupted, which main turns into exit codes.
struct Command {
  CommandSpec spec;
  int (*run)(const Arguments& arguments);
};

Command backbone_command();
Command classify_command();
Command draw_command();
Command evaluate_command();
Command finetune_command();

}  // namespace pawprint
