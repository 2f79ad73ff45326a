// The demo project's URLconf: which path leads to which view.
#pragma once

#include "python/importlib/__init__.h"

namespace mysite::urls {

void exec(python::importlib::Module& module);

}  // namespace mysite::urls
