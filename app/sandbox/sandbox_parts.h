// The two parts of the sandbox. For app/sandbox/*.cpp alone.
#pragma once

#include "app/sandbox/sandbox.h"

namespace pawprint {

// Each returns whether the kernel can, and needs PR_SET_NO_NEW_PRIVS. Throws Error where it refuses.
bool guard_files(const SandboxRules& rules);
bool guard_calls(const SandboxRules& rules);

}  // namespace pawprint
