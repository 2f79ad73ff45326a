// A settings module in C++ clothes: a TOML file whose keys become the module's attributes.
//
// Called by import_module when the path finder meets a/b/c.toml. Where Python runs the code of settings.py, this reads
// settings.toml; what needs code in Python has a word of its own here:
//
//     from = "mysite.settings"        # from mysite.settings import *        (a string, or a list of them)
//     import = ["polls.signals"]      # import polls.signals                 (for what importing it does)
//     STATIC_ROOT = "{BASE_DIR}/static_root"
//
// `from` comes first, `import` second, then the file's own keys, wherever in the file they stand. `from` takes what the other
// module's settings are: its attributes that hold a value and whose names do not begin with an underscore.
//
// BASE_DIR is the project's folder, as the settings.py that startproject writes has it: two steps up from the file
// (site/mysite/settings.toml: site). A file may say otherwise: BASE_DIR = "..", taken from the file's own folder; and a
// BASE_DIR that `from` brings is kept. Everywhere else, in every string at any depth, {BASE_DIR} becomes that folder;
// {{BASE_DIR}} stays as the text {BASE_DIR}.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "python/importlib/__init__.h"

namespace python::importlib {

/// How many files may take from each other by `from`, one after the other.
inline constexpr std::size_t max_from_depth = 16;

/// Runs the TOML file as the body of `module`: every key becomes an attribute that holds a python::Value.
/// Raises: OSError, tomllib::TOMLDecodeError ("FILE:LINE:COLUMN: ..."); what importing the modules of `from` and `import` raises
/// (ModuleNotFoundError for a wrong name); ImportError when files take from each other in a circle, which it names.
void exec_toml(Module& module, const std::string& file);

/// The same from a text that is linked into the program. `file` is where it would be on disk: messages name it, and
/// BASE_DIR follows from it.
void exec_toml_text(Module& module, std::string_view text, const std::string& file);

}  // namespace python::importlib
