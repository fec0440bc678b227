#pragma once

#include <filesystem>
#include <vector>

namespace pawprint {

// What a process may do although it is in the sandbox.
struct SandboxRules {
  std::vector<std::filesystem::path> writable = {};  // folders with all that is in them, devices, FIFOs
  std::vector<std::filesystem::path> cleared = {};   // folders in which empty folders may be removed
  bool may_serve = false;                            // answer on TCP sockets
  bool may_start_programs = false;                   // and connect; files are guarded from those programs, too
};

// Which of it the kernel could do.
struct Sandbox {
  bool guards_files = false;                 // Landlock, from Linux 5.19
  bool guards_programs_and_network = false;  // seccomp
};

// From here on no photo and no model can make this process open files for writing, make, rename or remove them other
// than as the rules say, start programs, reach into other processes, or reach the network: the calls fail with EACCES
// or EPERM. Reading is not restricted. What the kernel does not know stays possible. Call it before threads are
// started: Landlock binds the calling thread and those that it starts. Throws Error where a kernel that knows refuses.
Sandbox enter_sandbox(const SandboxRules& rules);

}  // namespace pawprint
