# find_package(pawprint) gives the target pawprint::pawprint, with all it needs.
if(TARGET pawprint::pawprint)
  return()
endif()
foreach(dependency gif highway jpeg json opencv openssl png tiff torch utf8proc zlib)
  include(${CMAKE_CURRENT_LIST_DIR}/${dependency}.cmake)
endforeach()
include(${CMAKE_CURRENT_LIST_DIR}/pawprint-targets.cmake)
