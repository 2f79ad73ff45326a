// The demo app's configuration.
#pragma once

#include "python/importlib/__init__.h"

namespace polls::apps {

void exec(python::importlib::Module& module);

}  // namespace polls::apps
