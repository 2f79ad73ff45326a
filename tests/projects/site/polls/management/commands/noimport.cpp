// A module whose import fails.
#include "python/importlib/__init__.h"

namespace {
void exec(python::importlib::Module&) { python::importlib::import_module("nosuchmodule_in_command"); }
}  // namespace

TRACEWALK_MODULE(exec)
