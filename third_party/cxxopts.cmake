# cxxopts 3.1 or later (Debian: libcxxopts-dev). MIT. Splits command lines; values are converted by app/commands/.
find_package(cxxopts 3.1 REQUIRED)
add_library(pawprint_cxxopts INTERFACE)
target_link_libraries(pawprint_cxxopts INTERFACE cxxopts::cxxopts)
