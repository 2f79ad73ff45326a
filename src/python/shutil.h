// shutil: how wide the terminal is.
#pragma once

namespace python::shutil {

/// shutil.get_terminal_size().columns: COLUMNS when it is a positive number, else what the terminal on standard output says,
/// else 80.
int get_terminal_columns();

}  // namespace python::shutil
