#pragma once

#include <string_view>

namespace pawprint {

// A file that is built into the program, by pawprint_builtin_files() of builtin_files.cmake.
struct BuiltinFile {
  std::string_view name, type, content;  // `main.js`; a MIME type
};

// The file with that name, or null.
const BuiltinFile* report_page_file(std::string_view name);  // of app/report/page/
const BuiltinFile* page_file(std::string_view name);         // of app/web/page/

}  // namespace pawprint
