// A URLconf whose import fails: it imports what is not there.
#include "python/importlib/__init__.h"

namespace {
void exec(python::importlib::Module&) { python::importlib::import_module("nosuchmodule_in_urls"); }
}  // namespace

TRACEWALK_MODULE(exec)
