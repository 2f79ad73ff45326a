# Writes ids.h: the ids of the catalogue, in order, and nothing else. Call sites include it instead of the catalogue itself,
# so that a changed sentence rebuilds one file and not the program. catalogue.cpp asserts that both agree.
file(GLOB catalogue_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/tracepoints/catalogue/*.h)
list(SORT catalogue_files)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${catalogue_files})
set(ids "")
foreach(file ${catalogue_files})
  file(STRINGS ${file} lines REGEX "[{ ]\\.id *= *\"")
  foreach(line ${lines})
    string(REGEX REPLACE ".*\\.id *= *\"([^\"]*)\".*" "    \"\\1\",\n" id "${line}")
    string(APPEND ids "${id}")
  endforeach()
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/generated/tracepoints/ids.h @ONLY CONTENT
"// Made by cmake/ids.cmake from tracepoints/catalogue/*.h.
#pragma once

#include <string_view>

namespace tracepoints {

inline constexpr std::string_view ids[] = {
@ids@};

}  // namespace tracepoints
")
