# libtiff 4.5 or later (Debian: libtiff-dev). libtiff. Decodes TIFF.
find_package(TIFF 4.5 REQUIRED)
add_library(pawprint_tiff INTERFACE IMPORTED)
target_link_libraries(pawprint_tiff INTERFACE TIFF::TIFF)
