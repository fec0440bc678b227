# What `cmake --install` installs: the component `runtime` for all, `dev` for programs in C++.
include(CMakePackageConfigHelpers)

# The program itself knows its options: what is made of them is made by it.
set(generated ${PROJECT_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${generated})
add_custom_command(
  TARGET pawprint POST_BUILD
  COMMAND pawprint generate man > ${generated}/pawprint.1
  COMMAND pawprint generate bash > ${generated}/pawprint
  COMMAND pawprint generate zsh > ${generated}/_pawprint
  BYPRODUCTS ${generated}/pawprint.1 ${generated}/pawprint ${generated}/_pawprint)

set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME runtime)
install(TARGETS pawprint RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS pawprint-bin RUNTIME DESTINATION libexec/pawprint)  # where app/launcher.cpp looks for it
install(PROGRAMS models/export_backbone.py models/fetch.py models/to_onnx.py DESTINATION ${CMAKE_INSTALL_DATADIR}/pawprint)
install(FILES models/cli.py models/download.py DESTINATION ${CMAKE_INSTALL_DATADIR}/pawprint)
file(GLOB documents CONFIGURE_DEPENDS docs/*.md)
file(GLOB model_cards CONFIGURE_DEPENDS models/builtin/*.md)  # the networks themselves are built in
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${documents} DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)
install(DIRECTORY docs/pictures DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)
install(FILES ${model_cards} DESTINATION ${CMAKE_INSTALL_DOCDIR}/models/builtin)
install(FILES ${generated}/pawprint.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${generated}/pawprint DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${generated}/_pawprint DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)

# find_package(pawprint): static libraries, the headers that packaging/pawprint.h needs, and how dependencies are found:
# what these libraries link is IMPORTED in third_party/, and listed below and in packaging/pawprint-config.cmake.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME dev)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/pawprint)
target_compile_features(pawprint_models_base PUBLIC cxx_std_20)  # the headers ask it of those who include them
set_target_properties(pawprint_training PROPERTIES EXPORT_NAME pawprint)
install(TARGETS pawprint_models_base pawprint_base pawprint_options pawprint_evaluation pawprint_data pawprint_report
                pawprint_models pawprint_training
        EXPORT pawprint
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/pawprint INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT pawprint NAMESPACE pawprint:: FILE pawprint-targets.cmake DESTINATION ${package_folder})
write_basic_package_version_file(${generated}/pawprint-config-version.cmake COMPATIBILITY SameMinorVersion)
foreach(dependency optional gif heif highway jpeg json jxl lcms opencv openssl png raw tiff torch utf8proc webp zlib)
  list(APPEND dependencies third_party/${dependency}.cmake)
endforeach()
install(FILES packaging/pawprint-config.cmake ${generated}/pawprint-config-version.cmake ${dependencies}
        DESTINATION ${package_folder})
install(CODE "set(source_folder \"${PROJECT_SOURCE_DIR}\")
              set(stage \"${generated}/include\")
              set(include_folder \"${CMAKE_INSTALL_INCLUDEDIR}\")")
install(SCRIPT packaging/install_headers.cmake)
install(FILES docs/example/CMakeLists.txt docs/example/classify_photo.cpp
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs/example)
