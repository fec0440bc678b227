# `cpack -G DEB` in the build folder: pawprint, and pawprint-dev with what programs in C++ need.
set(PAWPRINT_MAINTAINER "The pawprint authors <pawprint@localhost>" CACHE STRING "who answers for the Debian packages")
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pawprint)
set(CPACK_PACKAGE_VENDOR "The pawprint authors")
set(CPACK_PACKAGE_CONTACT ${PAWPRINT_MAINTAINER})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # would come before each description
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL runtime dev)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/packaging/debian_files.cmake)
set(CPACK_PAWPRINT_SOURCE ${PROJECT_SOURCE_DIR})

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME pawprint)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION
"teaches a pretrained network a new job from a folder of photos
pawprint takes a network that knows a thousand kinds of things, fits a new
last layer on a few hundred photos of yours, a folder per class, and sorts
photos with it. It shows what a model is worth and where it looks, finds what
is wrong with a dataset, and puts smiles on faces.")
# Found by no look at the program: OpenCV's cascades are read at run time, and which OpenBLAS libblas.so.3 is, the system
# chooses. Its serial build gives wrong numbers to programs of several threads, and pawprint refuses it.
set(CPACK_DEBIAN_RUNTIME_PACKAGE_DEPENDS "libopenblas0-pthread, opencv-data")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_RECOMMENDS "python3-torchvision, curl, ca-certificates")  # for share/pawprint/*.py
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)

set(CPACK_DEBIAN_DEV_PACKAGE_NAME pawprint-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_DESCRIPTION
"classifies photos with models of pawprint, from C++
Headers, static libraries and the CMake package of pawprint: programs load a
model.pt and get features and probabilities of photos, as pawprint does.")
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libgif-dev, libheif-dev, libhwy-dev, libjpeg-dev, libjxl-dev, liblcms2-dev, libopenblas0-pthread, libopencv-dev, libpng-dev, libraw-dev, libssl-dev, libtiff-dev, libtorch-dev, libutf8proc-dev, libwebp-dev, nlohmann-json3-dev, zlib1g-dev")
set(CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS "cmake, pawprint")
include(CPack)
