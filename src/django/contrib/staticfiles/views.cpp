#include "django/contrib/staticfiles/views.h"

#include <algorithm>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/contrib/staticfiles/finders.h"
#include "django/views/static.h"
#include "python/os.h"
#include "tracepoints/trace.h"

using django::conf::settings;
using django::http::Http404;
namespace os = python::os;

namespace django::contrib::staticfiles::views {

// django/contrib/staticfiles/views.py, serve()
http::HttpResponsePtr serve(http::HttpRequest& request, const std::string& path, bool insecure) {
  TRACE_FRAME("staticfiles.views.serve", path, insecure);
  if (!settings.DEBUG() && !insecure) throw Http404();
  // Python: a path with a NUL never names a file. For the system it would end there, and name another one.
  if (path.find('\0') != std::string::npos) throw Http404(fmt::format("'{}' could not be found", path));
  std::string normalized_path = os::path::normpath(path);
  normalized_path.erase(0, std::min(normalized_path.find_first_not_of('/'), normalized_path.size()));
  const std::optional<std::string> absolute_path = finders::find(normalized_path);
  if (!absolute_path) {
    if (path.ends_with('/') || path.empty()) throw Http404("Directory indexes are not allowed here.");
    throw Http404(fmt::format("'{}' could not be found", path));
  }
  const std::string document_root = os::path::dirname(*absolute_path);
  return traced.result(django::views::static_::serve(request, os::path::basename(*absolute_path), document_root));
}

}  // namespace django::contrib::staticfiles::views
