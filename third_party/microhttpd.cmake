# libmicrohttpd 0.9.75 or later (Debian: libmicrohttpd-dev). LGPL-2.1. The page of `faces serve`; the system's shared
# library, so that it can be replaced.
find_library(MICROHTTPD_LIBRARY microhttpd REQUIRED)
find_path(MICROHTTPD_INCLUDE_DIR microhttpd.h REQUIRED)
add_library(pawprint_microhttpd INTERFACE)
target_link_libraries(pawprint_microhttpd INTERFACE ${MICROHTTPD_LIBRARY})
target_include_directories(pawprint_microhttpd SYSTEM INTERFACE ${MICROHTTPD_INCLUDE_DIR})
