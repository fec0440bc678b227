#include "app/sandbox/sandbox.h"

#include <sys/prctl.h>

#include "app/sandbox/sandbox_parts.h"

namespace pawprint {

Sandbox enter_sandbox(const SandboxRules& rules) {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  Sandbox sandbox;
  sandbox.guards_files = guard_files(rules);
  sandbox.guards_programs_and_network = guard_calls(rules);
  return sandbox;
}

}  // namespace pawprint
