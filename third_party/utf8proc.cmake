# utf8proc 2.8 or later (Debian: libutf8proc-dev). MIT, with Unicode's data under its own permissive licence. Class names
# and names of files in tables are compared in Unicode's NFC.
find_library(UTF8PROC_LIBRARY utf8proc REQUIRED)
find_path(UTF8PROC_INCLUDE_DIR utf8proc.h REQUIRED)
add_library(pawprint_utf8proc INTERFACE IMPORTED)
target_link_libraries(pawprint_utf8proc INTERFACE ${UTF8PROC_LIBRARY})
target_include_directories(pawprint_utf8proc SYSTEM INTERFACE ${UTF8PROC_INCLUDE_DIR})
