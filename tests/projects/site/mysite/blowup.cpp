// What the settings import, and it fails: settings are data, and raise nothing of their own.
#include "python/exceptions.h"
#include "python/importlib/__init__.h"

namespace {
void exec(python::importlib::Module&) { throw python::RuntimeError("settings blew up"); }
}  // namespace

TRACEWALK_MODULE(exec)
