# tracewalk_add_module: builds a module that import_module can load. This build and, installed, a project's own use it.

# The string that program and plug-in must agree on: the release, the compiler, and its C++ ABI.
function(tracewalk_plugin_abi version out)
  if(NOT TRACEWALK_CXXABI)
    execute_process(COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -x c++ -include version -E -dM /dev/null OUTPUT_VARIABLE macros)
    string(REGEX MATCH "__GXX_ABI_VERSION ([0-9]+)" ignored "${macros}")
    set(abi "cxxabi${CMAKE_MATCH_1}")
    string(REGEX MATCH "_GLIBCXX_USE_CXX11_ABI ([0-9]+)" ignored "${macros}")
    set(TRACEWALK_CXXABI "${abi}.${CMAKE_MATCH_1}" CACHE INTERNAL "The C++ ABI of this compiler")
  endif()
  set(${out} "tracewalk-${version}-${CMAKE_CXX_COMPILER_ID}-${TRACEWALK_CXXABI}" PARENT_SCOPE)
endfunction()

# tracewalk_add_module(polls.urls polls/urls.cpp): makes urls.so beside urls.cpp, importable as polls.urls. The first argument
# is the module's dotted name. Each module is one library; what it calls of Tracewalk is in the program that loads it.
function(tracewalk_add_module name)
  add_library(${name} MODULE ${ARGN})
  list(GET ARGN 0 first_source)
  get_filename_component(first_source "${first_source}" ABSOLUTE)
  get_filename_component(folder "${first_source}" DIRECTORY)
  string(REGEX REPLACE ".*\\." "" last_part "${name}")
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so" OUTPUT_NAME "${last_part}" LIBRARY_OUTPUT_DIRECTORY "${folder}"
                        CXX_EXTENSIONS OFF)
  target_compile_features(${name} PRIVATE cxx_std_20)
  # Not hidden: settings, apps and the like must be the program's own. But a function of this module is never another's, although
  # the program may have one of the same name (the demo project's polls.views, say).
  target_link_options(${name} PRIVATE LINKER:-Bsymbolic-functions)
  target_link_libraries(${name} PRIVATE tracewalk::plugin)
endfunction()

# tracewalk_add_modules(): a module for each source below this folder, named by its path: a/b/c.cpp is a.b.c.
function(tracewalk_add_modules)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  file(RELATIVE_PATH build_folder ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_BINARY_DIR})
  foreach(source ${sources})
    string(FIND "${source}" "${build_folder}/" in_build_folder)
    if(in_build_folder EQUAL 0 OR source MATCHES "(^|/)(CMakeFiles|\\.[^/]*)/")
      continue()
    endif()
    string(REGEX REPLACE "\\.cpp$" "" name "${source}")
    string(REPLACE "/" "." name "${name}")
    tracewalk_add_module(${name} ${source})
  endforeach()
endfunction()
