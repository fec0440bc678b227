#pragma once

namespace pawprint {

// The builtin networks (models/builtin), each with a model card beside it. They are built in: the program is all
// there is to copy. Their names mean their files wherever a network's file is asked for, unless a file has that
// name.
inline constexpr char kBuiltinBackbone[] = "petite", kBuiltinFaces[] = "faces64";

}  // namespace pawprint
