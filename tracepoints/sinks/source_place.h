// Where a stage stands: in Django, and here.
#pragma once

#include <string>

#include "tracepoints/tracepoint.h"

namespace tracepoints::sinks {

/// "django/core/servers/basehttp.py:214 (5.2)"; "" for what Django does not have (a system call). Where the event came from a real Django,
/// `file` is that installation's: then it is "/usr/lib/python3/dist-packages/django/core/servers/basehttp.py:177".
std::string django_place(const Tracepoint& stage, std::string_view file = {}, int line = 0);

/// "src/django/core/servers/basehttp.cpp:120", from the place the compiler gave; without one (or with a real Django's), by the rule of the
/// mirror: django/a/b.py is src/django/a/b.cpp, Lib/a.py is src/python/a.cpp.
std::string our_place(const Tracepoint& stage, std::string_view file, int line);

}  // namespace tracepoints::sinks
