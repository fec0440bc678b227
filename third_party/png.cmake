# libpng 1.6.39 or later (Debian: libpng-dev). libpng-2.0. Decodes PNG.
find_package(PNG 1.6.39 REQUIRED)
add_library(pawprint_png INTERFACE IMPORTED)
target_link_libraries(pawprint_png INTERFACE PNG::PNG)
