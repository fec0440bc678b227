# Files that are built in: the program is all there is to copy.
# pawprint_builtin_files(TARGET FOLDER FUNCTION): TARGET gets the FUNCTION of app/base/builtin_file.h that finds the files of FOLDER.
function(pawprint_builtin_files target folder function)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*)
  set(script app/base/builtin_files.cmake)
  add_custom_command(
    OUTPUT ${function}.cpp
    COMMAND ${CMAKE_COMMAND} -DFUNCTION=${function} -P ${CMAKE_CURRENT_SOURCE_DIR}/${script} -- ${files}
    DEPENDS ${script} ${files}
    VERBATIM)
  target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
endfunction()
if(NOT CMAKE_SCRIPT_MODE_FILE)
  return()
endif()

# cmake -DFUNCTION=page_file -P builtin_files.cmake -- FILE...: writes page_file.cpp.
# As raw strings of at most 8 kB each: the standard promises 64 kB.
set(type_.html "text/html; charset=utf-8")
set(type_.css "text/css; charset=utf-8")
set(type_.js "text/javascript; charset=utf-8")
set(type_.svg "image/svg+xml")
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
  set(literal "")
  string(LENGTH "${text}" length)
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} 8000 part)
    string(APPEND literal "\n     R\"PAGE(${part})PAGE\"")
    math(EXPR at "${at} + 8000")
  endwhile()
  string(APPEND entries "    {\"${name}\", \"${type_${extension}}\",${literal}},\n")
endforeach()
file(WRITE "${FUNCTION}.cpp" "// Made by builtin_files.cmake.\n#include \"app/base/builtin_file.h\"\n
namespace pawprint {\n
const BuiltinFile* ${FUNCTION}(std::string_view name) {
  static constexpr BuiltinFile kFiles[] = {\n${entries}  };
  for (const auto& file : kFiles)
    if (file.name == name) return &file;
  return nullptr;
}\n
}  // namespace pawprint\n")
