#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/base/builtin_names.h"

namespace pawprint {

// The bytes of the file; nothing for another name, or one that this build was made without.
std::optional<std::string_view> builtin_network(const std::string& name);

}  // namespace pawprint
