# find_package(pawprint) gives the target pawprint::pawprint, with all it needs.
if(TARGET pawprint::pawprint)
  return()
endif()
foreach(dependency optional gif heif highway jpeg json jxl lcms opencv openssl png raw tiff torch utf8proc webp zlib)
  include(${CMAKE_CURRENT_LIST_DIR}/${dependency}.cmake)
endforeach()
include(${CMAKE_CURRENT_LIST_DIR}/pawprint-targets.cmake)
