# Little CMS 2.14 or later (Debian: liblcms2-dev). MIT. Converts colors by their profiles.
find_path(PAWPRINT_LCMS_INCLUDE lcms2.h REQUIRED)
find_library(PAWPRINT_LCMS_LIBRARY lcms2 REQUIRED)
mark_as_advanced(PAWPRINT_LCMS_INCLUDE PAWPRINT_LCMS_LIBRARY)
add_library(pawprint_lcms INTERFACE IMPORTED)
target_link_libraries(pawprint_lcms INTERFACE ${PAWPRINT_LCMS_LIBRARY})
target_include_directories(pawprint_lcms SYSTEM INTERFACE ${PAWPRINT_LCMS_INCLUDE})
