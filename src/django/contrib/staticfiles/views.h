// django.contrib.staticfiles.views: a static file found by its name below STATIC_URL.
#pragma once

#include <string>

#include "django/http/request.h"
#include "django/http/response.h"

namespace django::contrib::staticfiles::views {

/// Raises: Http404; SuspiciousFileOperation for a path that leads out of every folder.
/// Takes: `insecure`, to serve although DEBUG is off.
http::HttpResponsePtr serve(http::HttpRequest& request, const std::string& path, bool insecure = false);

}  // namespace django::contrib::staticfiles::views
