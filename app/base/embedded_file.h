#pragma once

#include <string_view>

namespace pawprint {

// A file that is compiled into the program, by pawprint_embed() of embed_files.cmake.
struct EmbeddedFile {
  std::string_view name, type, content;  // `main.js`; a MIME type
};

}  // namespace pawprint
