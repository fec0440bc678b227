#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pawprint {

// The networks that ship (models/embedded), each with a model card beside it. They are compiled in: the program is all
// there is to copy. Their names stand for their files wherever a network's file is asked for, unless a file has that
// name.
inline constexpr char kShippedBackbone[] = "petite", kShippedFaces[] = "faces64";

// The bytes of the file; nothing for another name, or one that this build was made without.
std::optional<std::string_view> shipped_network(const std::string& name);

}  // namespace pawprint
