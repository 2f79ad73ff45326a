// fnmatch: shell patterns, as the --ignore options and the tracer's users write them.
#pragma once

#include <string_view>

namespace python::fnmatch {

/// Whether the whole name fits: * any text (a slash too), ? one character, [seq], [!seq]. Case counts.
bool fnmatchcase(std::string_view name, std::string_view pattern);

}  // namespace python::fnmatch
