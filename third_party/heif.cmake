# libheif 1.15 or later (Debian: libheif-dev). LGPL-3. Decodes HEIC and AVIF; the system's shared library, so that it can be
# replaced. Without it they are not read.
find_library(HEIF_LIBRARY heif)
find_path(HEIF_INCLUDE_DIR libheif/heif.h)
pawprint_optional(heif "HEIC and AVIF" libheif-dev ${HEIF_INCLUDE_DIR} ${HEIF_LIBRARY})
