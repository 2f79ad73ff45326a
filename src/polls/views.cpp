#include "polls/views.h"

#include <algorithm>
#include <array>

#include "django/core/exceptions.h"
#include "django/utils/encoding.h"
#include "polls/index_page.h"
#include "python/json.h"
#include "python/time.h"

using django::core::exceptions::PermissionDenied;
using django::http::HttpResponse;
using django::http::HttpResponseRedirect;
using django::http::ResponseInit;
using django::http::StreamingHttpResponse;
using django::utils::encoding::decode_latin1;
using python::Value;
namespace json = python::json;
namespace time_ = python::time;

namespace polls::views {
namespace {

HttpResponsePtr text(std::string s) {
  ResponseInit init;
  init.content_type = "text/plain; charset=utf-8";
  return std::make_shared<HttpResponse>(std::move(s), std::move(init));
}

// request.META.get(key): WSGI's texts are bytes, one for each character.
Value meta_value(const HttpRequest& request, std::string_view key) {
  if (!request.environ.contains(key)) return {};
  return decode_latin1(request.environ[key]);
}

constexpr std::array<std::string_view, 18> KEYS = {
    "REQUEST_METHOD", "PATH_INFO",    "QUERY_STRING",   "SCRIPT_NAME",       "SERVER_NAME",     "SERVER_PORT",
    "SERVER_PROTOCOL", "REMOTE_ADDR", "REMOTE_HOST",    "CONTENT_TYPE",      "CONTENT_LENGTH",  "GATEWAY_INTERFACE",
    "SERVER_SOFTWARE", "wsgi.url_scheme", "wsgi.multithread", "wsgi.multiprocess", "wsgi.run_once", "RUN_MAIN"};

}  // namespace

HttpResponsePtr index(HttpRequest&) { return std::make_shared<HttpResponse>(std::string(index_page)); }

HttpResponsePtr hello(HttpRequest& request) { return text("hello " + request.GET().get("name", "world") + "\n"); }

HttpResponsePtr echo(HttpRequest& request) {
  const std::string body = request.body();
  auto items = request.POST().items();
  std::sort(items.begin(), items.end());
  python::List post;
  for (const auto& [key, value] : items) post.push_back(python::List{key, value});
  return text(json::dumps(python::Dict{{"method", request.method},
                                       {"content_type", meta_value(request, "CONTENT_TYPE")},
                                       {"content_length", meta_value(request, "CONTENT_LENGTH")},
                                       {"transfer_encoding", meta_value(request, "HTTP_TRANSFER_ENCODING")},
                                       {"body", decode_latin1(body)},
                                       {"post", post}},
                          {.sort_keys = true}) +
              "\n");
}

HttpResponsePtr form(HttpRequest& request) { return text("form " + request.method + "\n"); }

HttpResponsePtr boom(HttpRequest&) { throw python::ValueError("boom"); }

HttpResponsePtr moved(HttpRequest&) { return std::make_shared<HttpResponseRedirect>("/hello/"); }

HttpResponsePtr stream(HttpRequest&) {
  // Python: a generator stops at each yield and goes on from there when the next block is asked for.
  const auto chunks = [i = 0]() mutable -> std::optional<std::string> {
    if (i > 0) time_::sleep(0.05);
    if (i == 3) return std::nullopt;
    return "chunk " + std::to_string(i++) + "\n";
  };
  ResponseInit init;
  init.content_type = "text/plain";
  return std::make_shared<StreamingHttpResponse>(chunks, std::move(init));
}

HttpResponsePtr cookie(HttpRequest& request) {
  HttpResponsePtr r = text("cookie " + request.cookie("flavour", "-") + "\n");
  r->set_cookie("flavour", "oat");
  r->set_cookie("size", "large", {.httponly = true});
  return r;
}

HttpResponsePtr slow(HttpRequest&) {
  time_::sleep(0.6);
  return text("slow done\n");
}

HttpResponsePtr lazybody(HttpRequest&) { return text("body not read\n"); }

HttpResponsePtr meta(HttpRequest& request) {
  python::Dict out;
  for (const auto& [k, v] : request.META) {
    if (std::find(KEYS.begin(), KEYS.end(), k) == KEYS.end() && !k.starts_with("HTTP_")) continue;
    // These two are text already: WSGIRequest put them there.
    out.emplace_back(k, k == "PATH_INFO" || k == "SCRIPT_NAME" ? v : decode_latin1(v));
  }
  out.emplace_back("wsgi.url_scheme", request.environ.url_scheme);
  out.emplace_back("wsgi.multithread", request.environ.multithread);
  out.emplace_back("wsgi.multiprocess", request.environ.multiprocess);
  out.emplace_back("wsgi.run_once", request.environ.run_once);
  out.emplace_back("request.path", request.path);
  return text(json::dumps(out, {.sort_keys = true, .indent = 1}) + "\n");
}

HttpResponsePtr forbidden(HttpRequest&) { throw PermissionDenied("no"); }

HttpResponsePtr empty(HttpRequest&) {
  ResponseInit init;
  init.status = 204;
  return std::make_shared<HttpResponse>("", std::move(init));
}

HttpResponsePtr close_header(HttpRequest&) {
  HttpResponsePtr r = text("closing\n");
  r->headers.set("X-Close", "yes");
  return r;
}

HttpResponsePtr none(HttpRequest&) { return nullptr; }

HttpResponsePtr item(HttpRequest&, const Kwargs& kwargs) { return text("item " + kwargs["pk"].str() + "\n"); }

void exec(python::importlib::Module& module) {
  using django::urls::view;
  for (const auto& one : {view<index>, view<hello>, view<echo>, view<form>, view<boom>, view<moved>, view<stream>, view<cookie>,
                          view<slow>, view<lazybody>, view<meta>, view<forbidden>, view<empty>, view<close_header>, view<none>, view<item>})
    module.set(one.name.substr(one.name.rfind('.') + 1), one);
}

}  // namespace polls::views
