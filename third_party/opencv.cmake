# OpenCV 4.6 or later (Debian: libopencv-dev). Apache-2.0. Decodes PNG, WebP, BMP and TIFF; draws.
find_package(OpenCV 4.6 REQUIRED COMPONENTS core imgproc imgcodecs)
add_library(pawprint_opencv INTERFACE)
target_link_libraries(pawprint_opencv INTERFACE ${OpenCV_LIBS})
target_include_directories(pawprint_opencv SYSTEM INTERFACE ${OpenCV_INCLUDE_DIRS})
