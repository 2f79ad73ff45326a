#include <catch2/catch.hpp>

#include "django/core/handlers/wsgi.h"
#include "tests/unit/django/site.h"

using django::core::handlers::wsgi::WSGIHandler;
using site_::call;
using site_::make_environ;
using site_::get;
using site_::List;
using site_::Site;

TEST_CASE("CommonMiddleware.process_response: a missing slash is a redirect, its query kept", "[django]") {
  const Site site;
  const WSGIHandler application;
  const auto answer = get(application, "/hello?name=Ada%20L");
  CHECK(answer.status == "301 Moved Permanently");
  CHECK(answer.header("Location") == "/hello/?name=Ada%20L");
  CHECK(answer.names() == "Content-Type Location X-Content-Type-Options Referrer-Policy Cross-Origin-Opener-Policy");
  CHECK(site.log->lines.empty());
  CHECK(get(application, "/nosuch").status == "404 Not Found");
}

TEST_CASE("CommonMiddleware.get_full_path_with_slash: a POST cannot be redirected, and DEBUG says so", "[django]") {
  const Site site;
  const WSGIHandler application;
  const auto answer = call(application, make_environ("POST", "/hello", {}, "a=1"));
  CHECK(answer.status == "500 Internal Server Error");
  CHECK(site.log->lines ==
        std::vector<std::string>{
            "ERROR Internal Server Error: /hello [RuntimeError: You called this URL via POST, but the URL doesn't end in a slash and you have APPEND_SLASH "
            "set. Django can't redirect to the slash URL while maintaining POST data. Change your form to point to 127.0.0.1:8200/hello/ (note the trailing "
            "slash), or set APPEND_SLASH=False in your Django settings.]"});
}

TEST_CASE("CommonMiddleware: APPEND_SLASH off, PREPEND_WWW, DISALLOWED_USER_AGENTS", "[django]") {
  {
    const Site site(site_::Dict{{"APPEND_SLASH", false}});
    CHECK(get(WSGIHandler(), "/hello").status == "404 Not Found");
  }
  {
    const Site site(site_::Dict{{"PREPEND_WWW", true}, {"ALLOWED_HOSTS", List{".example.com"}}});
    const WSGIHandler application;
    CHECK(get(application, "/hello", {{"HTTP_HOST", "example.com"}}).header("Location") == "http://www.example.com/hello/");
    CHECK(get(application, "/hello/?a=1", {{"HTTP_HOST", "example.com"}}).header("Location") == "http://www.example.com/hello/?a=1");
    CHECK(get(application, "/hello/", {{"HTTP_HOST", "www.example.com"}}).status == "200 OK");
  }
  {
    const Site site(site_::Dict{{"DISALLOWED_USER_AGENTS", List{"^bad", "crawl"}}});
    const WSGIHandler application;
    CHECK(get(application, "/hello/", {{"HTTP_USER_AGENT", "a crawler"}}).status == "403 Forbidden");
    CHECK(get(application, "/hello/", {{"HTTP_USER_AGENT", "not bad"}}).status == "200 OK");
  }
}

TEST_CASE("CommonMiddleware.process_response: the length, unless the body is a stream", "[django]") {
  const Site site;
  const WSGIHandler application;
  CHECK(get(application, "/hello/").header("Content-Length") == "12");
  CHECK(get(application, "/empty/").header("Content-Length") == "0");
  CHECK(get(application, "/stream/").header("Content-Length") == "(none)");
}

TEST_CASE("SecurityMiddleware: https, HSTS, and the headers the settings ask for", "[django]") {
  {
    const Site site(site_::Dict{{"SECURE_SSL_REDIRECT", true}, {"SECURE_SSL_HOST", "secure.example"}, {"SECURE_REDIRECT_EXEMPT", List{"^hello/$"}}});
    const WSGIHandler application;
    CHECK(get(application, "/cookie/?a=1").header("Location") == "https://secure.example/cookie/?a=1");
    CHECK(get(application, "/hello/").status == "200 OK");
  }
  {
    const Site site(site_::Dict{{"SECURE_HSTS_SECONDS", 60}, {"SECURE_HSTS_INCLUDE_SUBDOMAINS", true}, {"SECURE_HSTS_PRELOAD", true},
                     {"SECURE_PROXY_SSL_HEADER", python::Tuple{{"HTTP_X_PROTO", "https"}}}, {"SECURE_CONTENT_TYPE_NOSNIFF", false},
                     {"SECURE_REFERRER_POLICY", List{"no-referrer", "same-origin"}}, {"SECURE_CROSS_ORIGIN_OPENER_POLICY", nullptr}});
    const WSGIHandler application;
    const auto answer = get(application, "/hello/", {{"HTTP_X_PROTO", "https"}});
    CHECK(answer.header("Strict-Transport-Security") == "max-age=60; includeSubDomains; preload");
    CHECK(answer.header("Referrer-Policy") == "no-referrer,same-origin");
    CHECK(answer.header("X-Content-Type-Options") == "(none)");
    CHECK(answer.header("Cross-Origin-Opener-Policy") == "(none)");
    CHECK(get(application, "/hello/").header("Strict-Transport-Security") == "(none)");
  }
}

TEST_CASE("XFrameOptionsMiddleware: the setting, in capitals, unless the view has said something", "[django]") {
  const Site site(site_::Dict{{"X_FRAME_OPTIONS", "sameorigin"}});
  CHECK(get(WSGIHandler(), "/hello/").header("X-Frame-Options") == "SAMEORIGIN");
}
