# OpenCV 4.6 or later (Debian: libopencv-dev). Apache-2.0. Encodes; draws; finds faces; reads films.
find_package(OpenCV 4.6 REQUIRED COMPONENTS core imgproc imgcodecs objdetect videoio)
add_library(pawprint_opencv INTERFACE IMPORTED)
target_link_libraries(pawprint_opencv INTERFACE ${OpenCV_LIBS})
target_include_directories(pawprint_opencv SYSTEM INTERFACE ${OpenCV_INCLUDE_DIRS})

# Its Haar cascades (Debian: opencv-data; Intel's licence, BSD-3-Clause), read when faces are looked for.
find_path(PAWPRINT_CASCADES haarcascade_frontalface_alt2.xml
          HINTS ${OpenCV_INSTALL_PATH}/share/opencv4/haarcascades PATHS /usr/share/opencv4/haarcascades
          DOC "the folder of OpenCV's Haar cascades")
if(NOT PAWPRINT_CASCADES)
  message(STATUS "OpenCV's Haar cascades are not installed: the program will ask for opencv-data when it needs them")
endif()
