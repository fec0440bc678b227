# jemalloc 5.3 or later (Debian: libjemalloc-dev). BSD-2-Clause. The program's malloc, set up in app/main.cpp.
find_library(JEMALLOC_LIBRARY jemalloc REQUIRED)
add_library(pawprint_jemalloc INTERFACE)
if(NOT PAWPRINT_SANITIZE)  # the sanitizers bring their own malloc
  # Nothing names it, so that a linker told --as-needed would leave it out.
  target_link_libraries(pawprint_jemalloc INTERFACE -Wl,--push-state,--no-as-needed ${JEMALLOC_LIBRARY} -Wl,--pop-state)
endif()
