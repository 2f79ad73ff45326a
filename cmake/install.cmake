# What `cmake --install` lays down: the program, its data, and what a project needs to build modules of its own.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(PROGRAMS $<TARGET_FILE:manage> DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME tracewalk)

# Data, laid out as src/ is: python::sys::prefix() finds share/tracewalk beside bin.
file(GLOB_RECURSE data_files CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR}/src/*)
list(FILTER data_files EXCLUDE REGEX "\\.(cpp|h)$|^tracewalk/watch/")  # the recorder is carried inside the program
foreach(file ${data_files})
  get_filename_component(folder ${file} DIRECTORY)
  if(file MATCHES "/manage-tpl$")
    install(PROGRAMS src/${file} DESTINATION share/tracewalk/${folder})  # startproject copies its mode
  else()
    install(FILES src/${file} DESTINATION share/tracewalk/${folder})
  endif()
endforeach()
install(FILES walkthrough.md docs/walkthrough.zh.md DESTINATION share/tracewalk OPTIONAL)

set(include_dir ${CMAKE_INSTALL_INCLUDEDIR}/tracewalk)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/generated/tracepoints/ids.h DESTINATION ${include_dir}/tracepoints)
foreach(room tracepoints src/python src/django)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${room}/*.h)
  foreach(header ${headers})
    get_filename_component(folder ${header} DIRECTORY)
    string(REGEX REPLACE "^src/" "" folder ${folder})
    install(FILES ${header} DESTINATION ${include_dir}/${folder})
  endforeach()
endforeach()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tracewalk)
file(RELATIVE_PATH tracewalk_UP /${package_dir} /)
set(TRACEWALK_COMPILED_IN 0)
if(TRACEPOINTS)
  set(TRACEWALK_COMPILED_IN 1)
endif()
configure_file(cmake/tracewalkConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/generated/tracewalkConfig.cmake @ONLY)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/generated/tracewalkConfigVersion.cmake COMPATIBILITY ExactVersion)
install(FILES cmake/plugin.cmake ${CMAKE_CURRENT_BINARY_DIR}/generated/tracewalkConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/generated/tracewalkConfigVersion.cmake DESTINATION ${package_dir})
