// textwrap: a paragraph cut into lines, as argparse cuts its help.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace python::textwrap {

/// textwrap.wrap(text, width). `width` counts code points and must be positive.
/// Source: Lib/textwrap.py, TextWrapper.wrap with its defaults
std::vector<std::string> wrap(std::string_view text, std::size_t width);

}  // namespace python::textwrap
