#include "django/views/static.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "django/utils/_os.h"
#include "django/utils/http.h"
#include "python/_pyio.h"
#include "python/mimetypes.h"
#include "python/os.h"
#include "tracepoints/trace.h"

using django::http::FileResponse;
using django::http::Http404;
using django::http::HttpResponseNotModified;
using django::utils::_os::safe_join;
using django::utils::http::http_date;
using django::utils::http::parse_http_date;
namespace mimetypes = python::mimetypes;
namespace os = python::os;

namespace django::views::static_ {
namespace {

// Opened first and looked at afterwards, so that what was looked at is what is sent.
python::_pyio::BufferedReader open_rb(const std::string& fullpath) {
  try {
    return python::_pyio::BufferedReader(fullpath);
  } catch (const python::IsADirectoryError&) {
    throw Http404("Directory indexes are not allowed here.");
  } catch (const python::OSError&) {
    throw Http404(fmt::format("“{}” does not exist", fullpath));
  } catch (const python::ValueError&) {  // a NUL in the name
    throw Http404(fmt::format("“{}” does not exist", fullpath));
  }
}

}  // namespace

// django/views/static.py, serve()
http::HttpResponsePtr serve(http::HttpRequest& request, std::string path, const std::string& document_root) {
  TRACE_FRAME("views.static.serve", path, document_root);
  path = os::path::normpath(path);
  path.erase(0, std::min(path.find_first_not_of('/'), path.size()));
  const std::string fullpath = safe_join(document_root, path);
  const python::_pyio::BufferedReader file = open_rb(fullpath);

  // Respect the If-Modified-Since header.
  const double mtime = file.fstat().st_mtime_;
  const bool modified = was_modified_since(request.headers().get("If-Modified-Since"), mtime);
  TRACE_DECISION("views.static.serve:modified", modified, fullpath);
  if (!modified) return traced.result(std::make_shared<HttpResponseNotModified>());

  const auto [content_type, encoding] = mimetypes::guess_type(fullpath);
  http::FileResponseInit init;
  init.content_type = content_type.value_or("application/octet-stream");
  const auto response = std::make_shared<FileResponse>(file, std::move(init));
  response->headers.set("Last-Modified", http_date(mtime));
  if (encoding) response->headers.set("Content-Encoding", *encoding);
  return traced.result(response);
}

// django/views/static.py, was_modified_since()
bool was_modified_since(const std::optional<std::string>& header, double mtime) {
  TRACE_FRAME("views.static.was_modified_since", header, mtime);
  if (!header) return traced.result(true);
  try {
    // The header has whole seconds only, so the fraction of the file's time must not count.
    return traced.result(static_cast<std::int64_t>(std::floor(mtime)) > parse_http_date(*header));
  } catch (const python::ValueError&) {
    return traced.result(true);
  }
}

}  // namespace django::views::static_
