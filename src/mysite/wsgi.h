// The demo project's WSGI module: the application that WSGI_APPLICATION names.
#pragma once

#include "python/importlib/__init__.h"

namespace mysite::wsgi {

void exec(python::importlib::Module& module);

}  // namespace mysite::wsgi
