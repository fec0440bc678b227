# Which pawprint this is, compiled into models/base: looked at in every build, written only where it has changed, so that
# a commit costs one small source and the links. Outside git, as in a tarball, the revision is `unknown`.
#   cmake -DSOURCE=FOLDER -DVERSION=0.1.0 -DOUT=revision.cpp -P revision.cmake
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(revision_source ${CMAKE_CURRENT_BINARY_DIR}/revision.cpp)
  add_custom_target(
    pawprint_revision
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${CMAKE_CURRENT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION} -DOUT=${revision_source} -P
            ${CMAKE_CURRENT_LIST_FILE}
    BYPRODUCTS ${revision_source}
    COMMENT ""
    VERBATIM)
  target_sources(pawprint_models_base PRIVATE ${revision_source})
  add_dependencies(pawprint_models_base pawprint_revision)
  return()
endif()

set(revision unknown)
if(EXISTS ${SOURCE}/.git)  # else git would describe a repository further up
  execute_process(COMMAND git describe --always --dirty WORKING_DIRECTORY ${SOURCE} RESULT_VARIABLE status
                  OUTPUT_VARIABLE said OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(status EQUAL 0 AND said MATCHES "^[A-Za-z0-9._/-]+$")
    set(revision ${said})
  endif()
endif()
file(CONFIGURE OUTPUT ${OUT} @ONLY CONTENT [[
#include "models/base/version.h"

namespace pawprint {

const char* version() { return "@VERSION@"; }
const char* revision() { return "@revision@"; }

}  // namespace pawprint
]])
