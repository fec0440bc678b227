# What Debian wants otherwise than `cmake --install` has put it: run by CPack between installing and packing.
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)  # of SOURCE_DATE_EPOCH, where that is set
set(changes "pawprint (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * See changelog.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${now}
")

function(compress file)
  execute_process(COMMAND gzip -9n ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(add_notices documents)
  file(COPY ${CPACK_PAWPRINT_SOURCE}/packaging/copyright DESTINATION ${documents})  # INSTALL would heed DESTDIR
  file(WRITE ${documents}/changelog.Debian "${changes}")
  compress(${documents}/changelog.Debian)
endfunction()

set(usr ${CPACK_TEMPORARY_DIRECTORY}/runtime/usr)
set(documents ${usr}/share/doc/pawprint)
add_notices(${documents})
file(REMOVE ${documents}/LICENSE)
file(RENAME ${documents}/CHANGELOG.md ${documents}/changelog)
compress(${documents}/changelog)
compress(${usr}/share/man/man1/pawprint.1)
file(WRITE ${usr}/share/lintian/overrides/pawprint
"# Python is for those who get larger backbones or export models; the program needs none.
pawprint: python3-script-but-no-python3-dep *
")
file(RENAME ${usr}/share/zsh/site-functions ${usr}/share/zsh/vendor-completions)

set(usr ${CPACK_TEMPORARY_DIRECTORY}/dev/usr)
add_notices(${usr}/share/doc/pawprint-dev)
file(RENAME ${usr}/share/doc/pawprint/docs/example ${usr}/share/doc/pawprint-dev/examples)
file(REMOVE_RECURSE ${usr}/share/doc/pawprint)
