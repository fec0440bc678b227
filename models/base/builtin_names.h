#pragma once

namespace pawprint {

// The networks that ship (models/embedded), each with a model card beside it. They are compiled in: the program is all
// there is to copy. Their names stand for their files wherever a network's file is asked for, unless a file has that
// name.
inline constexpr char kShippedBackbone[] = "petite", kShippedFaces[] = "faces64";

}  // namespace pawprint
