// input(): one line from the person at the terminal.
#pragma once

#include <string>
#include <string_view>

#include "python/exceptions.h"

namespace python {

/// input() met the end of the input before anything else.
PYTHON_EXCEPTION(EOFError, Exception)

/// Writes the prompt to sys.stdout and gives the next line of standard input, without its newline.
/// Raises: EOFError; KeyboardInterrupt when Ctrl-C comes while it waits.
std::string input(std::string_view prompt);

}  // namespace python
