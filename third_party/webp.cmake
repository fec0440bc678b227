# libwebp 1.2.4 or later (Debian: libwebp-dev). BSD-3-Clause. Decodes WebP.
find_library(WEBP_LIBRARY webp REQUIRED)
find_library(WEBP_DEMUX_LIBRARY webpdemux REQUIRED)
find_path(WEBP_INCLUDE_DIR webp/demux.h REQUIRED)
add_library(pawprint_webp INTERFACE IMPORTED)
target_link_libraries(pawprint_webp INTERFACE ${WEBP_DEMUX_LIBRARY} ${WEBP_LIBRARY})
target_include_directories(pawprint_webp SYSTEM INTERFACE ${WEBP_INCLUDE_DIR})
