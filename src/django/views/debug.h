// django.views.debug: the pages that developers see while DEBUG is on. Words and look are our own; when each appears, and
// with which status, is Django's.
//
// A page is one HTML text: it loads nothing, runs nothing, and all that came from the request stands in it as text.
#pragma once

#include <exception>
#include <string>

#include "django/http/request.h"
#include "django/http/response.h"
#include "python/builtins.h"

namespace django::views::debug {

/// The page of a 404: which patterns were tried. The welcome page when the URLconf is empty.
http::HttpResponsePtr technical_404_response(http::HttpRequest& request, const http::Http404& exception);

/// "It works": what a project without URLs of its own shows. Status 200.
http::HttpResponsePtr default_urlconf(http::HttpRequest& request);

/// The page of an exception, as HTML or, for a client that takes no HTML, as text.
/// Departs: C++ keeps no frames of an exception, so the page shows the exception and its causes, and no source lines.
http::HttpResponsePtr technical_500_response(http::HttpRequest& request, const std::exception_ptr& exc_value, int status_code = 500);

/// Hides what must not be shown: values whose name tells of a secret, also inside dicts and lists.
/// Source: django/views/debug.py, SafeExceptionReporterFilter.cleanse_setting
python::Value cleanse_setting(std::string_view key, const python::Value& value);

}  // namespace django::views::debug
