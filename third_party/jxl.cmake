# libjxl 0.7 or later (Debian: libjxl-dev). BSD-3-Clause. Decodes JPEG XL. Without it that is not read.
find_library(JXL_LIBRARY jxl)
find_path(JXL_INCLUDE_DIR jxl/decode.h)
pawprint_optional(jxl "JPEG XL" libjxl-dev ${JXL_INCLUDE_DIR} ${JXL_LIBRARY})
