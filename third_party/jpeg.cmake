# libjpeg-turbo 2.1 or later (Debian: libjpeg-dev). BSD-3-Clause and IJG. Decodes JPEG, tells when one is cut
# short, and changes single blocks of one.
find_package(JPEG REQUIRED)
add_library(pawprint_jpeg INTERFACE IMPORTED)
target_link_libraries(pawprint_jpeg INTERFACE JPEG::JPEG)
