# Highway 1.0.3 or later (Debian: libhwy-dev). Apache-2.0 or BSD-3-Clause. Vector code, chosen by processor at run time.
find_package(hwy 1.0.3 REQUIRED)
add_library(pawprint_highway INTERFACE IMPORTED)
target_link_libraries(pawprint_highway INTERFACE hwy::hwy)
# What it defines exports names on Windows alone, and would keep a source from headers that were compiled without it.
set_property(TARGET hwy::hwy PROPERTY INTERFACE_COMPILE_DEFINITIONS)
