#pragma once

#include <string>
#include <vector>

namespace pawprint {

enum class Silence { kNothing, kStdout, kBoth };  // what is not heard of what the program says; stdout and stderr

// Runs a program (line[0], looked for in PATH unless it has a `/`) in a session of its own and waits for it. Returns
// its exit code, 127 where it cannot be started. When a signal has told us to end, or we are killed, it is ended:
// throws Interrupted. Throws Error if a signal has ended it.
int run_program(const std::vector<std::string>& line, Silence silence);

}  // namespace pawprint
