# Highway 1.0.3 or later (Debian: libhwy-dev). Apache-2.0 or BSD-3-Clause. Vector code, chosen by processor at run time.
find_package(hwy 1.0.3 REQUIRED)
add_library(pawprint_highway INTERFACE IMPORTED)
target_link_libraries(pawprint_highway INTERFACE hwy::hwy)
