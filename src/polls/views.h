// The demo app's views: one for each thing that a request and a response can be.
#pragma once

#include "django/http/request.h"
#include "django/http/response.h"
#include "django/urls/resolvers.h"
#include "python/importlib/__init__.h"

namespace polls::views {

using django::http::HttpRequest;
using django::http::HttpResponsePtr;
using django::urls::Kwargs;

HttpResponsePtr index(HttpRequest& request);         // what there is to try
HttpResponsePtr hello(HttpRequest& request);         // ?name=...
HttpResponsePtr echo(HttpRequest& request);          // what was sent, as JSON
HttpResponsePtr form(HttpRequest& request);
HttpResponsePtr boom(HttpRequest& request);          // ValueError
HttpResponsePtr moved(HttpRequest& request);         // a redirect to /hello/
HttpResponsePtr stream(HttpRequest& request);        // three blocks, one every 0.05 s
HttpResponsePtr cookie(HttpRequest& request);
HttpResponsePtr slow(HttpRequest& request);          // 0.6 s
HttpResponsePtr lazybody(HttpRequest& request);      // leaves the body unread
HttpResponsePtr meta(HttpRequest& request);          // request.META, as JSON
HttpResponsePtr forbidden(HttpRequest& request);     // PermissionDenied
HttpResponsePtr empty(HttpRequest& request);         // 204
HttpResponsePtr close_header(HttpRequest& request);
HttpResponsePtr none(HttpRequest& request);          // None, which no view may return
HttpResponsePtr item(HttpRequest& request, const Kwargs& kwargs);

void exec(python::importlib::Module& module);

}  // namespace polls::views
