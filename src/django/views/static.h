// django.views.static: files out of a folder. For development only: no ranges, no sendfile, no caching headers but one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "django/http/request.h"
#include "django/http/response.h"

namespace django::views::static_ {

/// A file below `document_root`, or 304 when the client's copy is no older.
/// Raises: Http404 for a folder, for what is not there and for what is no plain file; SuspiciousFileOperation for a way out.
/// Departs: a named pipe, a device or a socket is a 404; Django opens it, and its thread then waits for ever.
/// Departs: a file that may not be read is a 404; Django lets the PermissionError become a 500.
/// Left out: show_indexes, a page that lists a folder.
http::HttpResponsePtr serve(http::HttpRequest& request, std::string path, const std::string& document_root);

/// Whether a file changed after the date in an If-Modified-Since header. What cannot be read counts as changed.
/// Units: seconds since the epoch.
bool was_modified_since(const std::optional<std::string>& header, double mtime);

}  // namespace django::views::static_
