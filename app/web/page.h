#pragma once

#include <string_view>

namespace pawprint {

// A file of app/web/page/, compiled into the program.
struct PageFile {
  std::string_view path, type, content;  // `/main.js`; a MIME type
};

// Null if there is none. `/` is index.html.
const PageFile* page_file(std::string_view path);

}  // namespace pawprint
