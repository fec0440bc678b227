# OpenSSL 3.0 or later (Debian: libssl-dev). Apache-2.0. SHA-256 of photos, seals and frozen weights.
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
add_library(pawprint_openssl INTERFACE IMPORTED)
target_link_libraries(pawprint_openssl INTERFACE OpenSSL::Crypto)
