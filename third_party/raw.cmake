# LibRaw 0.20 or later (Debian: libraw-dev). LGPL-2.1 or CDDL-1.0. The previews in cameras' raw files, and their development;
# the system's shared library, so that it can be replaced. Without it they are not read.
find_library(RAW_LIBRARY raw_r)
find_path(RAW_INCLUDE_DIR libraw/libraw.h)
pawprint_optional(raw "raw photos" libraw-dev ${RAW_INCLUDE_DIR} ${RAW_LIBRARY})
