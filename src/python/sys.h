// sys: the command line, the module search path, the three streams, and where the program's own files are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "python/io.h"

namespace python::sys {

/// argv[0] is the program as it was called.
inline std::vector<std::string> argv;

/// Where import_module looks, in order: the project's folder first, the program's own demo project last (see demo_path()).
inline std::vector<std::string> path;

/// This program's file, absolute; what sys.executable is for Python.
std::string executable();

/// The folder that holds the program's data, laid out as src/ is: django/conf/project_template, polls/static, ...
/// An installed program has it in share/tracewalk, one in a build tree uses the sources it was built from.
std::string prefix();

/// The standard streams. Their pointees change only in tests.
extern io::TextIO* stdout_;
extern io::TextIO* stderr_;

}  // namespace python::sys
