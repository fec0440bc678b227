#pragma once

#include <string_view>

namespace pawprint {

// A file that is compiled into the program, by pawprint_embed() of embed_files.cmake.
struct EmbeddedFile {
  std::string_view name, type, content;  // `main.js`; a MIME type
};

// The file with that name, or null.
const EmbeddedFile* style_sheet(std::string_view name);  // of app/report/page/
const EmbeddedFile* page_file(std::string_view name);    // of app/web/page/

}  // namespace pawprint
