# libseccomp 2.5 or later (Debian: libseccomp-dev). LGPL-2.1. Which system calls the program may make (app/sandbox); the
# system's shared library, so that it can be replaced.
find_library(SECCOMP_LIBRARY seccomp REQUIRED)
find_path(SECCOMP_INCLUDE_DIR seccomp.h REQUIRED)
add_library(pawprint_seccomp INTERFACE)
target_link_libraries(pawprint_seccomp INTERFACE ${SECCOMP_LIBRARY})
target_include_directories(pawprint_seccomp SYSTEM INTERFACE ${SECCOMP_INCLUDE_DIR})
