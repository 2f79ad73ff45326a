// A module without a Command class.
#include "python/importlib/__init__.h"

namespace {
void exec(python::importlib::Module&) {}
}  // namespace

TRACEWALK_MODULE(exec)
