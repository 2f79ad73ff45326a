#include <catch2/catch.hpp>

#include "django/core/handlers/wsgi.h"
#include "django/urls/conf.h"
#include "django/views/debug.h"
#include "tests/unit/django/site.h"

using django::core::handlers::wsgi::WSGIHandler;
using django::views::debug::cleanse_setting;
using site_::call;
using site_::make_environ;
using site_::get;
using site_::Site;

namespace {
bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const python::importlib::FrozenModule no_urls[] = {
    {"plain.urls", [](python::importlib::Module& module) { module.set("urlpatterns", django::urls::URLPatterns{}); }}};
}  // namespace

TEST_CASE("views.debug.technical_404_response: the patterns that were tried, in order", "[django]") {
  const Site site;
  const auto answer = get(WSGIHandler(), "/nosuch/");
  CHECK(answer.status == "404 Not Found");
  CHECK(contains(answer.body, "<title>Page not found at /nosuch/</title>"));
  CHECK(contains(answer.body, "http://127.0.0.1:8200/nosuch/"));
  CHECK(contains(answer.body, "<code>mysite.urls</code>"));
  CHECK(answer.body.find("<code>hello/</code>") < answer.body.find("<code>boom/</code>"));
  CHECK(contains(answer.body, "^item/(?P&lt;pk&gt;[^/]+)/$"));
}

TEST_CASE("views.debug.technical_404_response: the title has the path inside the application", "[django]") {
  const Site site(site_::Dict{{"FORCE_SCRIPT_NAME", "/app"}});
  const auto answer = get(WSGIHandler(), "/nosuch/");
  CHECK(contains(answer.body, "<title>Page not found at /nosuch/</title>"));
  CHECK(contains(answer.body, "http://127.0.0.1:8200/app/nosuch/"));
}

TEST_CASE("views.debug.technical_404_response: an empty URLconf shows the welcome page, status 200", "[django]") {
  const Site site(site_::Dict{{"ROOT_URLCONF", "plain.urls"}, {"MIDDLEWARE", site_::List{}}});
  python::importlib::set_frozen(no_urls, {});
  const WSGIHandler application;
  const site_::Trace trace("views.debug.*");
  const auto answer = get(application, "/");
  CHECK(answer.status == "200 OK");
  CHECK(contains(answer.body, "<title>The install worked successfully! Congratulations!</title>"));
  CHECK(trace.memory->ids == std::vector<std::string>{"views.debug.technical_404_response", "views.debug.technical_404_response:welcome=True", "views.debug.default_urlconf"});
}

TEST_CASE("views.debug.technical_500_response: a page, or a text for who takes no HTML", "[django]") {
  const Site site;
  const WSGIHandler application;
  const auto page = get(application, "/boom/");
  CHECK(contains(page.body, "<title>ValueError at /boom/</title>"));
  CHECK(contains(page.body, "polls.views.boom"));
  CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
  const auto text = get(application, "/boom/", {{"HTTP_ACCEPT", "text/plain"}});
  CHECK(text.status == "500 Internal Server Error");
  CHECK(text.header("Content-Type") == "text/plain; charset=utf-8");
  CHECK(text.body.starts_with("ValueError at /boom/\nboom\n\nRequest Method: GET\nRequest URL: http://127.0.0.1:8200/boom/\nDjango Version: 5.2.10\n"));
  CHECK_FALSE(contains(text.body, "<"));
}

TEST_CASE("views.debug: pages load nothing, and nothing from the request becomes markup", "[django]") {
  const Site site;
  const WSGIHandler application;
  for (const std::string path : {"/<script>alert(1)</script>/", "/boom/?<script>=\"'><script>", "/nosuch\x1b[31m/"}) {
    const auto answer = get(application, path, {{"HTTP_X", "<script>"}, {"HTTP_COOKIE", "<script>=<script>"}});
    CHECK_FALSE(contains(answer.body, "<script"));
    CHECK_FALSE(contains(answer.body, "\x1b"));
    CHECK_FALSE(contains(answer.body, "src="));
    CHECK_FALSE(contains(answer.body, "@import"));
    CHECK_FALSE(contains(answer.body, "url("));
  }
}

TEST_CASE("views.debug: secrets are not shown", "[django]") {
  const Site site(site_::Dict{{"MY_API_TOKEN", "hush-1"}, {"OTHER", site_::Dict{{"password", "hush-2"}, {"fine", "shown"}}}});
  const WSGIHandler application;
  for (const std::string accept : {"text/html", "text/plain"}) {
    const auto answer = get(application, "/boom/?password=hush-3",
                            {{"HTTP_ACCEPT", accept}, {"HTTP_COOKIE", "sessionid=hush-4"}, {"HTTP_AUTHORIZATION", "Basic hush-5"}, {"AWS_SECRET", "hush-6"}});
    CHECK_FALSE(contains(answer.body, "not-shown-to-anyone"));
    CHECK_FALSE(contains(answer.body, "hush-1"));
    CHECK_FALSE(contains(answer.body, "hush-2"));
    CHECK_FALSE(contains(answer.body, "hush-4"));
    CHECK_FALSE(contains(answer.body, "hush-5"));
    CHECK_FALSE(contains(answer.body, "hush-6"));
    CHECK(contains(answer.body, "shown"));
  }
}

TEST_CASE("views.debug.cleanse_setting: by the name, also further in", "[django]") {
  CHECK(cleanse_setting("SECRET_KEY", "x") == python::Value("********************"));
  CHECK(cleanse_setting("DEBUG", true) == python::Value(true));
  CHECK(cleanse_setting("A", site_::List{site_::Dict{{"api_key", 1}}}) == python::Value(site_::List{site_::Dict{{"api_key", "********************"}}}));
}

TEST_CASE("views.debug.technical_500_response: a request that cannot be read still gets its page", "[django]") {
  const Site site(site_::Dict{{"DATA_UPLOAD_MAX_NUMBER_FIELDS", 1}});
  const auto answer = get(WSGIHandler(), "/hello/?a=1&b=2");
  CHECK(answer.status == "400 Bad Request");
  CHECK(contains(answer.body, "TooManyFieldsSent"));
}
