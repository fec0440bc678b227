# A library that the program can be built without.
# pawprint_optional(NAME READS PACKAGE INCLUDE_DIR LIBRARY): the target pawprint_NAME and PAWPRINT_HAS_NAME, where it is there.
#   READS    what it is needed for
#   PACKAGE  Debian's
function(pawprint_optional name reads package include_dir library)
  string(TOUPPER ${name} upper)
  option(PAWPRINT_${upper} "read ${reads}, if ${package} is there" ON)
  set(has 0)
  if(PAWPRINT_${upper} AND include_dir AND library)
    set(has 1)
    add_library(pawprint_${name} INTERFACE IMPORTED)
    target_link_libraries(pawprint_${name} INTERFACE ${library})
    target_include_directories(pawprint_${name} SYSTEM INTERFACE ${include_dir})
  else()
    message(STATUS "Without ${package}: ${reads} will not be read")
  endif()
  set(PAWPRINT_HAS_${upper} ${has} PARENT_SCOPE)
endfunction()
