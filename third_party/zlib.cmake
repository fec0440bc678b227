# zlib 1.2.13 or later (Debian: zlib1g-dev). Zlib. Unpacks the texts of PNG files.
find_package(ZLIB 1.2.13 REQUIRED)
add_library(pawprint_zlib INTERFACE IMPORTED)
target_link_libraries(pawprint_zlib INTERFACE ZLIB::ZLIB)
