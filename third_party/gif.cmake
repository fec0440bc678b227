# giflib 5.2 or later (Debian: libgif-dev). MIT. Decodes GIF.
find_package(GIF 5.2 REQUIRED)
add_library(pawprint_gif INTERFACE IMPORTED)
target_link_libraries(pawprint_gif INTERFACE GIF::GIF)
