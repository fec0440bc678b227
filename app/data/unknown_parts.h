#pragma once

#include "app/data/folder_reader.h"

namespace pawprint {

// Throws Error, with the candidates, for folders that would be taken for classes and mostly are none: those that hold
// the same sub-folders are parts that are not known as such, those that hold parts are datasets, and of two of which
// one holds folders and the other photos either may be meant.
void refuse_unknown_parts(const FolderReader& reader);

}  // namespace pawprint
