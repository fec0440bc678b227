# GoogleTest 1.12 or later (Debian: libgtest-dev). BSD-3-Clause. Tests only.
find_package(GTest 1.12 REQUIRED)
