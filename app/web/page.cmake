# The page is compiled in: the program is all there is to copy.
file(GLOB page_files CONFIGURE_DEPENDS app/web/page/*)
add_custom_command(
  OUTPUT page.cpp
  COMMAND ${CMAKE_COMMAND} -DOUT=page.cpp -P ${CMAKE_CURRENT_SOURCE_DIR}/app/web/embed_page.cmake -- ${page_files}
  DEPENDS app/web/embed_page.cmake ${page_files}
  VERBATIM)
