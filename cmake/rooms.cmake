# One target per room: a folder whose sources may include what STYLE's table allows, and no more.

function(set_room_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast)
  # GCC 12 sees overlapping copies in std::string's operator+ where there are none (its bug 105651), and uninitialised members
  # inside Asio and std::optional when it optimises.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-stringop-overflow -Wno-maybe-uninitialized>)
  if(TRACEWALK_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# add_room(NAME FOLDER...): the objects of every source below the folders. Include roots: the repository and src/.
function(add_room name)
  set(sources "")
  foreach(folder ${ARGN})
    file(GLOB_RECURSE found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
    # Templates of startproject are data, not sources of this build.
    list(FILTER found EXCLUDE REGEX "_template/")
    list(APPEND sources ${found})
  endforeach()
  add_library(${name} OBJECT ${sources})
  target_include_directories(${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/src)
  set_room_options(${name})
endfunction()

# Links every object of the rooms, called or not, and exports every symbol: a plug-in calls BaseCommand and its like in the
# program that loads it.
function(link_whole target)
  target_link_libraries(${target} PRIVATE ${ARGN})
  set_target_properties(${target} PROPERTIES ENABLE_EXPORTS ON)
endfunction()

# embed_text(TARGET FILE NAME): `extern const std::string_view NAME;` with the file's text, in namespace embedded.
function(embed_text target file name)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} text)
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/generated/embedded/${name}.cpp @ONLY CONTENT
"#include <string_view>
namespace embedded {
extern const std::string_view @name@;
const std::string_view @name@ = R\"embedded(@text@)embedded\";
}  // namespace embedded
")
  target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated/embedded/${name}.cpp)
endfunction()
