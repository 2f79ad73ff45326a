// django.core.wsgi: the one call in a project's wsgi module.
#pragma once

#include "python/wsgiref/types.h"

namespace django::core::wsgi {

/// Sets Django up, once more or for the first time, and gives the application.
/// Source: django/core/wsgi.py, get_wsgi_application
python::wsgiref::Application get_wsgi_application();

}  // namespace django::core::wsgi
