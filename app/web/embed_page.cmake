# cmake -DOUT=page.cpp -P embed_page.cmake FILE...: writes page_file() (app/web/page.h) with the files in it.
# As raw strings of at most 8 kB each: the standard promises 64 kB.
set(entries "")
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE 5 ${last})
  set(file "${CMAKE_ARGV${i}}")
  get_filename_component(name "${file}" NAME)
  get_filename_component(extension "${file}" LAST_EXT)
  file(READ "${file}" text)
  if(text MATCHES "\\)PAGE\"")
    message(FATAL_ERROR "${file}: expected no )PAGE\" in it")
  endif()
  set(type_.html "text/html; charset=utf-8")
  set(type_.css "text/css; charset=utf-8")
  set(type_.js "text/javascript; charset=utf-8")
  set(type_.svg "image/svg+xml")
  set(literal "")
  string(LENGTH "${text}" length)
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 8000 part)
    string(APPEND literal "\n     R\"PAGE(${part})PAGE\"")
    math(EXPR at "${at} + 8000")
  endwhile()
  if(name STREQUAL "index.html")
    set(name "")
  endif()
  string(APPEND entries "    {\"/${name}\", \"${type_${extension}}\",${literal}},\n")
endforeach()
file(WRITE "${OUT}" "// Made by embed_page.cmake.\n#include \"app/web/page.h\"\n
namespace pawprint {\n
const PageFile* page_file(std::string_view path) {
  static constexpr PageFile kFiles[] = {\n${entries}  };
  for (const auto& file : kFiles)
    if (file.path == path) return &file;
  return nullptr;
}\n
}  // namespace pawprint\n")
