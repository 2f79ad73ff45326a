#include "django/core/wsgi.h"

#include "django/__init__.h"
#include "django/core/handlers/wsgi.h"
#include "tracepoints/trace.h"

using django::core::handlers::wsgi::WSGIHandler;

namespace django::core::wsgi {

// django/core/wsgi.py, get_wsgi_application()
python::wsgiref::Application get_wsgi_application() {
  TRACE_FRAME("wsgi.get_wsgi_application");
  django::setup(/*set_prefix=*/false);
  return WSGIHandler();
}

}  // namespace django::core::wsgi
