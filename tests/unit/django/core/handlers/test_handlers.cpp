#include <catch2/catch.hpp>

#include "django/core/exceptions.h"
#include "django/core/handlers/exception.h"
#include "django/core/handlers/wsgi.h"
#include "django/core/signals.h"
#include "django/urls/conf.h"
#include "django/utils/deprecation.h"
#include "tests/unit/django/site.h"

using namespace django::core::handlers;
using django::core::handlers::wsgi::WSGIHandler;
using django::http::HttpRequest;
using django::http::HttpResponse;
using django::http::HttpResponsePtr;
using django::urls::Kwargs;
using django::urls::URLPatterns;
using django::urls::view;
using site_::call;
using site_::make_environ;
using site_::get;
using site_::List;
using site_::Site;

namespace {

std::string order;

// A layer that writes down when it is passed.
class Layer : public django::utils::deprecation::MiddlewareMixin {
 public:
  Layer(GetResponse get_response, std::string name) : MiddlewareMixin(std::move(get_response), "Layer"), name_(std::move(name)) {}
  HttpResponsePtr process_view(HttpRequest&, const django::urls::View& callback, const Kwargs&) override {
    order += name_ + "v:" + callback.name + " ";
    return nullptr;
  }
  HttpResponsePtr process_exception(HttpRequest& request, const std::exception_ptr&) override {
    order += name_ + "e ";
    return request.GET().contains("rescue") ? std::make_shared<HttpResponse>("rescued") : nullptr;
  }

 protected:
  HttpResponsePtr process_request(HttpRequest& request) override {
    order += name_ + "> ";
    return request.GET().get("stop") == name_ ? std::make_shared<HttpResponse>("stopped by " + name_) : nullptr;
  }
  HttpResponsePtr process_response(HttpRequest&, HttpResponsePtr response) override {
    order += "<" + name_ + " ";
    return response;
  }

 private:
  std::string name_;
};

MiddlewareClass layer(const std::string& name) {
  return {name, [name](GetResponse get_response) { return std::make_shared<Layer>(std::move(get_response), name); }};
}

const python::importlib::FrozenModule layers[] = {
    {"layers", [](python::importlib::Module& module) {
       module.set("A", layer("A"));
       module.set("B", layer("B"));
       module.set("Unused", MiddlewareClass{"Unused", [](GetResponse) -> std::shared_ptr<Middleware> {
                                              throw django::core::exceptions::MiddlewareNotUsed("not today");
                                            }});
       module.set("Nothing", MiddlewareClass{"Nothing", [](GetResponse) { return std::shared_ptr<Middleware>(); }});
     }},
    {"mysite.layered_urls", [](python::importlib::Module& module) {
       const django::urls::View fine{.name = "fine", .function = [](HttpRequest&, const Kwargs&) { return std::make_shared<HttpResponse>("fine"); }};
       const django::urls::View raises{.name = "raises", .function = [](HttpRequest&, const Kwargs&) -> HttpResponsePtr { throw python::ValueError("no"); }};
       const django::urls::View quits{.name = "quits", .function = [](HttpRequest&, const Kwargs&) -> HttpResponsePtr { throw python::SystemExit(3); }};
       module.set("urlpatterns", URLPatterns{django::urls::path("fine/", fine), django::urls::path("raises/", raises), django::urls::path("quits/", quits)});
     }},
    {"mysite.handler_urls", [](python::importlib::Module& module) {
       module.set("urlpatterns", URLPatterns{django::urls::path("fine/", django::urls::View{.name = "fine", .function = [](HttpRequest&, const Kwargs&) -> HttpResponsePtr {
                                               throw python::RuntimeError("broken");
                                             }})});
       module.set("handler404", django::urls::resolvers::ErrorHandler([](HttpRequest&, const std::exception_ptr&) -> HttpResponsePtr {
                    throw python::ValueError("the handler itself is broken");
                  }));
       module.set("handler500", django::urls::resolvers::ErrorHandler(
                                    [](HttpRequest&, const std::exception_ptr&) { return std::make_shared<HttpResponse>("own 500", django::http::ResponseInit{.status = 500}); }));
     }},
};

struct Layered : Site {
  explicit Layered(const site_::Dict& more = {}) : Site(with(more)) { python::importlib::set_frozen(layers, {}); }
  static site_::Dict with(site_::Dict options) {
    options.insert(options.begin(), {{"MIDDLEWARE", List{"layers.A", "layers.B"}}, {"ROOT_URLCONF", "mysite.layered_urls"}});
    return options;
  }
};

}  // namespace

TEST_CASE("handlers.base.BaseHandler.load_middleware: the first one named lies outermost", "[django]") {
  const Layered site;
  const WSGIHandler application;
  order.clear();
  CHECK(get(application, "/fine/").body == "fine");
  CHECK(order == "A> B> Av:fine Bv:fine <B <A ");
}

TEST_CASE("deprecation.MiddlewareMixin.__call__: a response on the way in ends the descent", "[django]") {
  const Layered site;
  const WSGIHandler application;
  order.clear();
  const site_::Trace trace("deprecation.*");
  CHECK(get(application, "/fine/?stop=A").body == "stopped by A");
  CHECK(order == "A> <A ");
  CHECK(trace.memory->ids == std::vector<std::string>{"deprecation.MiddlewareMixin.__call__", "deprecation.MiddlewareMixin.__call__:short_circuit=True"});
}

TEST_CASE("deprecation.MiddlewareMixin.__init__: insists on a next layer", "[django]") {
  CHECK_THROWS_WITH(Layer(nullptr, "A"), "get_response must be provided.");
}

TEST_CASE("handlers.base.BaseHandler._get_response: the innermost layer may answer for an exception", "[django]") {
  const Layered site;
  const WSGIHandler application;
  order.clear();
  CHECK(get(application, "/raises/?rescue=1").body == "rescued");
  CHECK(order == "A> B> Av:raises Bv:raises Be <B <A ");
  order.clear();
  CHECK(get(application, "/raises/").status == "500 Internal Server Error");
  CHECK(order == "A> B> Av:raises Bv:raises Be Ae <B <A ");
}

TEST_CASE("handlers.exception.convert_exception_to_response: SystemExit passes through every layer", "[django]") {
  const Layered site;
  const WSGIHandler application;
  CHECK_THROWS_AS(get(application, "/quits/"), python::SystemExit);
}

TEST_CASE("handlers.base.BaseHandler.load_middleware: MiddlewareNotUsed leaves a layer out; other trouble is told", "[django]") {
  {
    const Layered site(site_::Dict{{"MIDDLEWARE", List{"layers.Unused", "layers.B"}}});
    python::logging::getLogger("django.request").setLevel(python::logging::DEBUG);
    const WSGIHandler application;
    python::logging::getLogger("django.request").setLevel(python::logging::NOTSET);
    CHECK(site.log->lines == std::vector<std::string>{"DEBUG MiddlewareNotUsed('layers.Unused'): not today"});
    CHECK(get(application, "/fine/").body == "fine");
  }
  {
    const Layered site(site_::Dict{{"MIDDLEWARE", List{"layers.Nothing"}}});
    CHECK_THROWS_WITH(WSGIHandler(), "Middleware factory layers.Nothing returned None.");
  }
  {
    const Layered site(site_::Dict{{"MIDDLEWARE", List{"layers.Nosuch"}}});
    CHECK_THROWS_WITH(WSGIHandler(), "Module \"layers\" does not define a \"Nosuch\" attribute/class");
  }
  {
    const Layered site(site_::Dict{{"MIDDLEWARE", List{"nosuch.Middleware"}}});
    CHECK_THROWS_WITH(WSGIHandler(), "No module named 'nosuch'");
  }
}

TEST_CASE("handlers.wsgi.WSGIHandler.__call__: headers in Django's order, cookies last, close at the end", "[django]") {
  const Site site;
  const WSGIHandler application;
  std::string moments;
  const int started = django::core::signals::request_started.connect([&](const auto& named) { moments += "started by " + std::string(named.sender); });
  const int finished = django::core::signals::request_finished.connect([&](const auto& named) { moments += ", finished by " + std::string(named.sender); });
  const auto answer = get(application, "/cookie/", {{"HTTP_COOKIE", "flavour=plain"}});
  django::core::signals::request_started.disconnect(started);
  django::core::signals::request_finished.disconnect(finished);
  CHECK(answer.status == "200 OK");
  CHECK(answer.body == "cookie plain\n");
  CHECK(answer.headers == python::wsgiref::Headers{{"Content-Type", "text/plain; charset=utf-8"}, {"X-Frame-Options", "DENY"}, {"Content-Length", "13"},
                                                   {"X-Content-Type-Options", "nosniff"}, {"Referrer-Policy", "same-origin"},
                                                   {"Cross-Origin-Opener-Policy", "same-origin"}, {"Set-Cookie", "flavour=oat; Path=/"},
                                                   {"Set-Cookie", "size=large; HttpOnly; Path=/"}});
  CHECK(moments == "started by WSGIHandler, finished by WSGIHandler");
}

TEST_CASE("handlers.wsgi.get_script_name: FORCE_SCRIPT_NAME, a rewriting server, or SCRIPT_NAME", "[django]") {
  using django::core::handlers::wsgi::get_script_name;
  {
    const Site site;
    CHECK(get_script_name(make_environ("GET", "/x", {{"SCRIPT_NAME", "/app"}})) == "/app");
    CHECK(get_script_name(make_environ("GET", "/x", {{"SCRIPT_URL", "//app//x"}})) == "/app");
    CHECK(get_script_name(make_environ("GET", "/x", {{"REDIRECT_URL", "/other/x"}})) == "/other");
  }
  const Site site(site_::Dict{{"FORCE_SCRIPT_NAME", "/forced"}});
  CHECK(get_script_name(make_environ("GET", "/x", {{"SCRIPT_NAME", "/app"}})) == "/forced");
}

TEST_CASE("handlers.exception.response_for_exception: each kind of exception, its page and its log line", "[django]") {
  const Site site;
  const WSGIHandler application;
  const site_::Trace trace("handlers.exception.response_for_exception:kind");
  CHECK(get(application, "/nosuch/").status == "404 Not Found");
  CHECK(get(application, "/forbidden/").status == "403 Forbidden");
  CHECK(get(application, "/forbidden/").body.size() == 135);
  CHECK(get(application, "/boom/").status == "500 Internal Server Error");
  CHECK(get(application, "/none/").status == "500 Internal Server Error");
  CHECK(get(application, "/hello/", {{"HTTP_HOST", "evil.example"}}).status == "400 Bad Request");
  CHECK(site.log->lines ==
        std::vector<std::string>{
            "WARNING Not Found: /nosuch/", "WARNING Forbidden (Permission denied): /forbidden/ [django.core.exceptions.PermissionDenied: no]",
            "WARNING Forbidden (Permission denied): /forbidden/ [django.core.exceptions.PermissionDenied: no]",
            "ERROR Internal Server Error: /boom/ [ValueError: boom]",
            "ERROR Internal Server Error: /none/ [ValueError: The view polls.views.none didn't return an HttpResponse object. It returned None instead.]",
            "ERROR Invalid HTTP_HOST header: 'evil.example'. You may need to add 'evil.example' to ALLOWED_HOSTS. "
            "[django.core.exceptions.DisallowedHost: Invalid HTTP_HOST header: 'evil.example'. You may need to add 'evil.example' to ALLOWED_HOSTS.]"});
  const std::string kind = "handlers.exception.response_for_exception:kind=";
  CHECK(trace.memory->ids == std::vector<std::string>{kind + "'Http404'", kind + "'PermissionDenied'", kind + "'PermissionDenied'", kind + "'ValueError'",
                                                      kind + "'ValueError'", kind + "'SuspiciousOperation'"});
}

TEST_CASE("handlers.exception.response_for_exception: without DEBUG the pages are plain and tell nothing", "[django]") {
  const Site site(site_::Dict{{"DEBUG", false}, {"ALLOWED_HOSTS", List{"127.0.0.1"}}, {"DATA_UPLOAD_MAX_NUMBER_FIELDS", 1}});
  const WSGIHandler application;
  CHECK(get(application, "/nosuch").body.size() == 179);
  CHECK(get(application, "/boom/").body.size() == 145);
  CHECK(get(application, "/hello/", {{"HTTP_HOST", "evil.example"}}).body.size() == 143);
  CHECK(get(application, "/hello/?a=1&b=2").status == "400 Bad Request");
  CHECK(site.log->lines.back().starts_with("ERROR The number of GET/POST parameters exceeded"));
  CHECK(get(application, "/boom/").header("Content-Type") == "text/html; charset=utf-8");
}

TEST_CASE("handlers.exception.response_for_exception: the URLconf's own handlers, and what happens when they fail", "[django]") {
  const Layered site(site_::Dict{{"DEBUG", false}, {"ALLOWED_HOSTS", List{"*"}}, {"ROOT_URLCONF", "mysite.handler_urls"}, {"MIDDLEWARE", List{}}});
  const WSGIHandler application;
  CHECK(get(application, "/fine/").body == "own 500");
  CHECK(get(application, "/nosuch/").body == "own 500");
}

TEST_CASE("handlers.exception: DEBUG_PROPAGATE_EXCEPTIONS lets the exception out", "[django]") {
  const Site site(site_::Dict{{"DEBUG_PROPAGATE_EXCEPTIONS", true}});
  const WSGIHandler application;
  CHECK_THROWS_WITH(get(application, "/boom/"), "boom");
}

TEST_CASE("handlers.base.BaseHandler.get_response: a path cannot forge a line of the log", "[django]") {
  const Site site;
  const WSGIHandler application;
  get(application, "/x\n[now] \"GET /forged\"\x1b[31m/");
  REQUIRE(site.log->lines.size() == 1);
  CHECK(site.log->lines.front() == "WARNING Not Found: /x\\n[now] \"GET /forged\"\\x1b[31m/");
}

TEST_CASE("handlers: the calls of a request, in Django's order and nesting", "[django]") {
  const Site site;
  const WSGIHandler application;
  const site_::Trace trace("handlers.*,deprecation.MiddlewareMixin.__call__,urls.*,http.response.*,views.*,-*:*");
  get(application, "/hello");
  // as recorded of Django 5.2 for a path that lacks its slash
  const std::vector<std::string> expected = {
      "handlers.wsgi.WSGIHandler.__call__",
      "handlers.wsgi.WSGIRequest.__init__",
      "handlers.base.BaseHandler.get_response",
      "handlers.exception.convert_exception_to_response.inner",
      "deprecation.MiddlewareMixin.__call__",
      "handlers.exception.convert_exception_to_response.inner",
      "deprecation.MiddlewareMixin.__call__",
      "handlers.exception.convert_exception_to_response.inner",
      "deprecation.MiddlewareMixin.__call__",
      "handlers.exception.convert_exception_to_response.inner",
      "handlers.base.BaseHandler._get_response",
      "handlers.base.BaseHandler.resolve_request",
      "urls.resolvers.URLResolver.resolve",
      "!urls.resolvers.URLResolver.resolve",
      "!handlers.base.BaseHandler.resolve_request",
      "!handlers.base.BaseHandler._get_response",
      "handlers.exception.response_for_exception",
      "views.debug.technical_404_response",
      "urls.resolvers.URLResolver.resolve",
      "!urls.resolvers.URLResolver.resolve",
      "urls.resolvers.URLResolver.resolve",
      "!urls.resolvers.URLResolver.resolve",
      "urls.resolvers.URLResolver.resolve",
      "http.response.HttpResponseBase.close",
  };
  CHECK(trace.memory->ids == expected);
}

TEST_CASE("handlers.wsgi.WSGIHandler.__init__: the calls that build the onion", "[django]") {
  const Site site;
  const site_::Trace trace("handlers.*,deprecation.*,module_loading.*");
  const WSGIHandler application;
  const std::vector<std::string> expected = {
      "handlers.wsgi.WSGIHandler.__init__",
      "handlers.base.BaseHandler.load_middleware",
      "handlers.exception.convert_exception_to_response",
      "module_loading.import_string",
      "deprecation.MiddlewareMixin.__init__",
      "handlers.exception.convert_exception_to_response",
      "module_loading.import_string",
      "deprecation.MiddlewareMixin.__init__",
      "handlers.exception.convert_exception_to_response",
      "module_loading.import_string",
      "deprecation.MiddlewareMixin.__init__",
      "handlers.exception.convert_exception_to_response",
  };
  CHECK(trace.memory->ids == expected);
}
