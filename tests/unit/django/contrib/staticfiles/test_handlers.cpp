#include <catch2/catch.hpp>

#include "django/contrib/staticfiles/handlers.h"
#include "django/__init__.h"
#include "tests/unit/django/site.h"

using django::contrib::staticfiles::handlers::StaticFilesHandler;
using site_::call;
using site_::make_environ;
using site_::get;
using site_::List;
using site_::Site;

namespace {

// Stands for the project's application.
std::shared_ptr<python::wsgiref::Iterable> inside(python::wsgiref::Environ&, const python::wsgiref::StartResponse& start_response) {
  start_response("200 OK", {}, nullptr);
  return std::make_shared<django::http::HttpResponse>("inside");
}

struct StaticSite : Site {
  explicit StaticSite(const site_::Dict& options = {}) : Site(options) { django::setup(); }
};

}  // namespace

TEST_CASE("staticfiles.handlers.StaticFilesHandler.__call__: STATIC_URL is its own, the rest goes inside", "[django]") {
  const StaticSite site;
  const StaticFilesHandler application(inside);
  CHECK(get(application, "/hello/").body == "inside");
  CHECK(get(application, "/staticpolls/hello.txt").body == "inside");
  const auto answer = get(application, "/static/polls/hello.txt?v=2", {{"HTTP_HOST", "evil.example"}});
  CHECK(answer.status == "200 OK");
  CHECK(answer.body == "hello from a static file\n");
  CHECK(answer.names() == "Content-Type Content-Length Content-Disposition Last-Modified");
  CHECK(get(application, "/static/polls/empty.txt").body.empty());
  CHECK(call(application, make_environ("POST", "/static/polls/site.css", {}, "x=1")).header("Content-Type") == "text/css");
  CHECK(get(application, "/static/polls/x/../hello.txt").status == "200 OK");
}

TEST_CASE("staticfiles.handlers.StaticFilesHandlerMixin.get_response: what is not there is a 404 page, and no way leads out", "[django]") {
  const StaticSite site;
  const StaticFilesHandler application(inside);
  for (const std::string path : {"/static/polls/nosuch.txt", "/static/polls/", "/static/polls", "/static/", "/static/../mysite/settings.toml",
                                 "/static/polls/../../../mysite/settings.toml", "/static//etc/passwd", "/static/%2e%2e/mysite/settings.toml",
                                 "/static/polls/hello%2etxt", "/static/..\\..\\mysite"}) {
    INFO(path);
    const auto answer = get(application, path);
    CHECK(answer.status == "404 Not Found");
    CHECK(answer.names() == "Content-Type");
  }
  CHECK(get(application, std::string("/static/polls/hello.txt\0.css", 28)).status == "404 Not Found");
  // normpath takes the slash away before the finders are asked, in Django too.
  CHECK(get(application, "/static/polls/hello.txt/").status == "200 OK");
  CHECK(site.log->lines.empty());
}

TEST_CASE("staticfiles.handlers.StaticFilesHandlerMixin._should_handle: a STATIC_URL on another host is not ours", "[django]") {
  const StaticSite site(site_::Dict{{"STATIC_URL", "http://cdn.example/static/"}});
  const StaticFilesHandler application(inside);
  CHECK(get(application, "/static/polls/hello.txt").body == "inside");
}

TEST_CASE("staticfiles.handlers.StaticFilesHandler: serves without DEBUG too, since get_handler has decided; its 404 is plain then", "[django]") {
  const StaticSite site(site_::Dict{{"DEBUG", false}, {"ALLOWED_HOSTS", List{"*"}}});
  const StaticFilesHandler application(inside);
  CHECK(get(application, "/static/polls/hello.txt").status == "200 OK");
  CHECK(get(application, "/static/polls/nosuch.txt").body.size() == 179);
}

TEST_CASE("staticfiles.handlers.StaticFilesHandler.__init__: refuses settings without STATIC_URL", "[django]") {
  const StaticSite site(site_::Dict{{"STATIC_URL", nullptr}});
  CHECK_THROWS_WITH(StaticFilesHandler(inside), "You're using the staticfiles app without having set the required STATIC_URL setting.");
}

TEST_CASE("staticfiles.handlers: the calls for a static file, in Django's order", "[django]") {
  const StaticSite site;
  const site_::Trace trace("staticfiles.*,handlers.*,utils._os.*,views.*,http.response.*");
  const StaticFilesHandler application(inside);
  get(application, "/static/polls/hello.txt");
  get(application, "/hello/");
  const std::vector<std::string> expected = {
      "staticfiles.handlers.StaticFilesHandler.__init__",
      "handlers.wsgi.WSGIHandler.__init__",
      "staticfiles.handlers.StaticFilesHandlerMixin.load_middleware",
      "staticfiles.handlers.StaticFilesHandler.__call__",
      "staticfiles.handlers.StaticFilesHandlerMixin._should_handle",
      "staticfiles.handlers.StaticFilesHandler.__call__:should_handle=True",
      "handlers.wsgi.WSGIHandler.__call__",
      "handlers.wsgi.WSGIRequest.__init__",
      "staticfiles.handlers.StaticFilesHandlerMixin.get_response",
      "staticfiles.handlers.StaticFilesHandlerMixin.serve",
      "staticfiles.views.serve",
      "staticfiles.finders.find",
      "utils._os.safe_join",
      "views.static.serve",
      "utils._os.safe_join",
      "views.static.was_modified_since",
      "views.static.serve:modified=True",
      "http.response.HttpResponseBase.close",
      "staticfiles.handlers.StaticFilesHandler.__call__",
      "staticfiles.handlers.StaticFilesHandlerMixin._should_handle",
      "staticfiles.handlers.StaticFilesHandler.__call__:should_handle=False",
      "http.response.HttpResponseBase.close",
  };
  // How often the finders join paths depends on the folders there are; each look is one call.
  std::vector<std::string> seen = trace.memory->ids;
  seen.erase(std::unique(seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a == b && a == "utils._os.safe_join"; }), seen.end());
  CHECK(seen == expected);
}
