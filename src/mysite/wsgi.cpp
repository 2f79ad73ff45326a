#include "mysite/wsgi.h"

#include "django/core/wsgi.h"
#include "python/os.h"

using django::core::wsgi::get_wsgi_application;
namespace os = python::os;

namespace mysite::wsgi {

void exec(python::importlib::Module& module) {
  // A server that is no management command starts here, and nobody has named the settings yet.
  os::environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings");
  module.set("application", get_wsgi_application());
}

}  // namespace mysite::wsgi
