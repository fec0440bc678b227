# LibTorch 1.13 or later (Debian: libtorch-dev). BSD-3-Clause. Networks, tensors, automatic differentiation.
find_package(Torch 1.13 REQUIRED)
add_library(pawprint_torch INTERFACE IMPORTED)
target_link_libraries(pawprint_torch INTERFACE ${TORCH_LIBRARIES} ${CMAKE_DL_LIBS})
target_include_directories(pawprint_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
