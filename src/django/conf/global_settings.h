// django/conf/global_settings.py as a module: a settings module may import it, and diffsettings compares with it.
#pragma once

#include "python/importlib/__init__.h"

namespace django::conf {

/// The body of the module: its names are those of global_settings().
void exec_global_settings(python::importlib::Module& module);

}  // namespace django::conf
