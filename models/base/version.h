#pragma once

#include <string>

namespace pawprint {

const char* version();       // 0.1.0
const char* revision();      // `git describe --always --dirty` when it was built: 9217078-dirty; `unknown` outside git
std::string full_version();  // 0.1.0 (9217078-dirty): in `pawprint --version`, model.pt and metrics.json

}  // namespace pawprint
