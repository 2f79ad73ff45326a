#include <catch2/catch.hpp>

#include "django/core/handlers/wsgi.h"
#include "django/http/request.h"
#include "tests/unit/django/site.h"

using django::core::handlers::wsgi::LimitedStream;
using django::core::handlers::wsgi::WSGIRequest;
using namespace django::http;
namespace exceptions = django::core::exceptions;

namespace {
constexpr const char* urlencoded = "application/x-www-form-urlencoded";
}

TEST_CASE("QueryDict: a name may come more than once, and the last value counts", "[django]") {
  const site_::Site site(site_::Dict{{"DATA_UPLOAD_MAX_NUMBER_FIELDS", 3}});
  const QueryDict query("a=1&b=%C3%A9+x&a=2");
  CHECK(query["a"] == "2");
  CHECK(query.getlist("a") == std::vector<std::string>{"1", "2"});
  CHECK(query.get("b") == "\xc3\xa9 x");
  CHECK(query.get("c", "none") == "none");
  CHECK(query.items() == python::urllib::parse::Pairs{{"a", "2"}, {"b", "\xc3\xa9 x"}});
  CHECK(query.urlencode() == "a=1&a=2&b=%C3%A9+x");
  CHECK_THROWS_AS(query["c"], python::KeyError);
  CHECK_THROWS_WITH(QueryDict("a&b&c&d"), "The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.");
}

TEST_CASE("handlers.wsgi.WSGIRequest.__init__: method and path as Django has them", "[django]") {
  const site_::Site site;
  const auto path_of = [](const std::string& path_info, const std::string& script_name) {
    auto environ = site_::make_environ("get", path_info, {{"SCRIPT_NAME", script_name}});
    const WSGIRequest request(environ);
    return request.path + " " + request.path_info + " " + request.method;
  };
  CHECK(path_of("/hello/", "") == "/hello/ /hello/ GET");
  CHECK(path_of("", "/app/") == "/app/ / GET");
  CHECK(path_of("/hello/", "/app/") == "/app/hello/ /hello/ GET");
  CHECK(path_of("//hello", "") == "//hello //hello GET");
  CHECK(path_of("hello/", "") == "/hello hello/ GET");
  CHECK(path_of("*", "") == "/* * GET");
  CHECK(path_of("/caf\xe9/", "") == "/caf%E9/ /caf%E9/ GET");
}

TEST_CASE("HttpRequest.body, POST: read when asked for, within the limit", "[django]") {
  const site_::Site site(site_::Dict{{"DATA_UPLOAD_MAX_MEMORY_SIZE", 20}});
  {
    auto environ = site_::make_environ("POST", "/", {{"CONTENT_TYPE", urlencoded}}, "x=1&y=2");
    WSGIRequest request(environ);
    CHECK(request.POST()["y"] == "2");
    CHECK(request.body() == "x=1&y=2");
    CHECK(request.read() == "");
  }
  {
    auto environ = site_::make_environ("POST", "/", {}, "x=1&y=2");
    WSGIRequest request(environ);
    CHECK(request.POST().empty());
    CHECK(request.body() == "x=1&y=2");
  }
  {
    auto environ = site_::make_environ("PUT", "/", {{"CONTENT_TYPE", urlencoded}}, "x=1");
    WSGIRequest request(environ);
    CHECK(request.POST().empty());
  }
  {
    auto environ = site_::make_environ("POST", "/", {}, std::string(21, 'x'));
    WSGIRequest request(environ);
    CHECK_THROWS_WITH(request.body(), "Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.");
  }
  {
    auto environ = site_::make_environ("POST", "/", {}, "hello");
    WSGIRequest request(environ);
    CHECK(request.read(2) == "he");
    CHECK_THROWS_AS(request.body(), RawPostDataException);
    CHECK(request.POST().empty());
  }
  {
    auto environ = site_::make_environ("POST", "/", {{"CONTENT_LENGTH", "abc"}}, "hello");
    WSGIRequest request(environ);
    CHECK_THROWS_WITH(request.body(), "invalid literal for int() with base 10: 'abc'");
  }
  {
    auto environ = site_::make_environ("POST", "/", {{"CONTENT_TYPE", "application/x-www-form-urlencoded; charset=latin-1"}}, "x=1");
    WSGIRequest request(environ);
    CHECK_THROWS_AS(request.POST(), exceptions::BadRequest);
  }
}

TEST_CASE("HttpRequest.POST: the text fields of a multipart form; files are left out", "[django]") {
  const site_::Site site;
  const std::string body =
      "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n2\r\n"
      "--xx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\n\r\ndata\r\n"
      "--xx\r\ncontent-disposition: form-data; name=\"b;c\"\r\n\r\n\r\n--xx--\r\n";
  {
    auto environ = site_::make_environ("POST", "/", {{"CONTENT_TYPE", "multipart/form-data; boundary=xx"}}, body);
    WSGIRequest request(environ);
    CHECK(request.POST().items() == python::urllib::parse::Pairs{{"a", "1\r\n2"}, {"b;c", ""}});
  }
  {
    auto environ = site_::make_environ("POST", "/", {{"CONTENT_TYPE", "multipart/form-data"}}, body);
    WSGIRequest request(environ);
    CHECK_THROWS_WITH(request.POST(), "Invalid boundary in multipart: None");
    CHECK(request.POST().empty());  // it is not parsed a second time
  }
}

TEST_CASE("HttpRequest.POST: multipart forms that are odd or broken", "[django]") {
  const site_::Site site;
  const auto post = [](const std::string& type, const std::string& body) {
    auto environ = site_::make_environ("POST", "/", {{"CONTENT_TYPE", type}}, body);
    return WSGIRequest(environ).POST().items();
  };
  const std::string head = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n";
  CHECK(post("multipart/form-data; boundary=x", head + "\r\n1") == python::urllib::parse::Pairs{{"a", "1"}});   // cut off
  CHECK(post("multipart/form-data; boundary=x", head) == python::urllib::parse::Pairs{});
  const auto base64 = [&](const std::string& text) { return post("multipart/form-data; boundary=x", head + "Content-Transfer-Encoding: base64\r\n\r\n" + text + "\r\n--x--\r\n"); };
  CHECK(base64("MQ==") == python::urllib::parse::Pairs{{"a", "1"}});
  CHECK(base64("TWF\nu") == python::urllib::parse::Pairs{{"a", "Man"}});
  CHECK(base64("TWE=") == python::urllib::parse::Pairs{{"a", "Ma"}});
  CHECK(base64("TWE") == python::urllib::parse::Pairs{{"a", "TWE"}});   // no padding: as it is
  CHECK_THROWS_WITH(post("multipart/form-data; boundary=\xe9", "x"), "Invalid non-ASCII Content-Type in multipart: multipart/form-data; boundary=\xc3\xa9");
  CHECK_THROWS_WITH(post("multipart/form-data; boundary=\"x \"", "x"), "Invalid boundary in multipart: x ");
}

TEST_CASE("QueryDict: bytes that are no UTF-8 make all of it Latin-1; percent-encoded ones are replaced", "[django]") {
  const site_::Site site;
  const auto get = [](const std::string& query) {
    auto environ = site_::make_environ("GET", "/");
    environ.variables["QUERY_STRING"] = query;
    return WSGIRequest(environ).GET().items();
  };
  CHECK(get("a=\xe9") == python::urllib::parse::Pairs{{"a", "\xc3\xa9"}});
  CHECK(get("a=\xc3\xa9&b=%E9") == python::urllib::parse::Pairs{{"a", "\xc3\xa9"}, {"b", "\xef\xbf\xbd"}});
  CHECK(get("a=\xc3\xa9&b=\xe9") == python::urllib::parse::Pairs{{"a", "\xc3\x83\xc2\xa9"}, {"b", "\xc3\xa9"}});
}

TEST_CASE("HttpRequest.POST: a charset that nobody knows counts for none", "[django]") {
  const site_::Site site;
  for (const auto& [charset, accepted] : {std::pair("nosuch", true), std::pair("UTF-8", true), std::pair("utf8", false), std::pair("Latin 1", false)}) {
    auto environ = site_::make_environ("POST", "/", {{"CONTENT_TYPE", std::string("application/x-www-form-urlencoded; charset=") + charset}}, "x=1");
    WSGIRequest request(environ);
    if (accepted) CHECK(request.POST()["x"] == "1");
    else CHECK_THROWS_AS(request.POST(), exceptions::BadRequest);
  }
}

TEST_CASE("LimitedStream: ends where the body ends", "[django]") {
  const auto under = std::make_shared<site_::Body>("line\nrest of itGET / HTTP/1.1");
  LimitedStream stream(under, 15);
  CHECK(stream.read(2) == "li");
  CHECK(stream.readline() == "ne\n");
  CHECK(stream.readline(3) == "res");
  CHECK(stream.read(100) == "t of it");
  CHECK(stream.read() == "");
  CHECK(under->read() == "GET / HTTP/1.1");
  CHECK(LimitedStream(under, -5).read().empty());
}

TEST_CASE("HttpRequest.get_host: ALLOWED_HOSTS decides, with Django's words", "[django]") {
  const auto host_of = [](const std::optional<std::string>& host) {
    auto environ = site_::make_environ("GET", "/");
    if (host) environ.variables["HTTP_HOST"] = *host;
    else environ.variables.erase("HTTP_HOST");
    WSGIRequest request(environ);
    return request.get_host();
  };
  {
    const site_::Site site;
    CHECK(host_of("127.0.0.1:8200") == "127.0.0.1:8200");
    CHECK(host_of("a.localhost") == "a.localhost");
    CHECK(host_of("[::1]:8200") == "[::1]:8200");
    CHECK(host_of(std::nullopt) == "localhost:8200");
    CHECK_THROWS_WITH(host_of("evil.example"), "Invalid HTTP_HOST header: 'evil.example'. You may need to add 'evil.example' to ALLOWED_HOSTS.");
    CHECK_THROWS_WITH(host_of(""), "Invalid HTTP_HOST header: ''. The domain name provided is not valid according to RFC 1034/1035.");
    CHECK_THROWS_WITH(host_of("my_host"), "Invalid HTTP_HOST header: 'my_host'. The domain name provided is not valid according to RFC 1034/1035.");
    CHECK_THROWS_AS(host_of("127.0.0.1:8200,evil.example"), exceptions::DisallowedHost);
    CHECK_THROWS_AS(host_of("localhost\n"), exceptions::DisallowedHost);
  }
  {
    const site_::Site site(site_::Dict{{"DEBUG", false}, {"ALLOWED_HOSTS", site_::List{".example.com"}}});
    CHECK(host_of("Example.com.") == "Example.com.");
    CHECK(host_of("www.example.com:80") == "www.example.com:80");
    CHECK_THROWS_AS(host_of("localhost"), exceptions::DisallowedHost);
  }
  {
    const site_::Site site(site_::Dict{{"ALLOWED_HOSTS", site_::List{"*"}}});
    CHECK(host_of("anything.example") == "anything.example");
  }
}

TEST_CASE("HttpRequest: scheme, full path, absolute URI", "[django]") {
  const site_::Site site(site_::Dict{{"SECURE_PROXY_SSL_HEADER", python::Tuple{{"HTTP_X_FORWARDED_PROTO", "https"}}}, {"USE_X_FORWARDED_HOST", true}});
  auto environ = site_::make_environ("GET", "/a b/?q=\xc3\xa9");
  {
    WSGIRequest request(environ);
    CHECK(request.scheme() == "http");
    CHECK(request.get_full_path() == "/a%20b/?q=%C3%A9");
    CHECK(request.get_full_path(true) == "/a%20b/?q=%C3%A9");
    CHECK(request.build_absolute_uri() == "http://127.0.0.1:8200/a%20b/?q=%C3%A9");
    CHECK(request.build_absolute_uri("/x/") == "http://127.0.0.1:8200/x/");
    CHECK(request.build_absolute_uri("x") == "http://127.0.0.1:8200/a%20b/x");
    CHECK(request.build_absolute_uri("https://example.com/y") == "https://example.com/y");
  }
  environ.variables["HTTP_X_FORWARDED_PROTO"] = "https,http";
  environ.variables["HTTP_X_FORWARDED_HOST"] = "a.localhost";
  WSGIRequest proxied(environ);
  CHECK(proxied.is_secure());
  CHECK(proxied.get_host() == "a.localhost");
  auto slash = site_::make_environ("GET", "/a");
  CHECK(WSGIRequest(slash).get_full_path(true) == "/a/");
}

TEST_CASE("HttpRequest: cookies, headers and what the client accepts", "[django]") {
  const site_::Site site;
  auto environ = site_::make_environ("GET", "/?a=1", {{"HTTP_COOKIE", "flavour=plain"}, {"HTTP_USER_AGENT", "t"}});
  WSGIRequest request(environ);
  CHECK(request.cookie("flavour") == "plain");
  CHECK(request.cookie("size", "-") == "-");
  CHECK(request.GET()["a"] == "1");
  CHECK(request.headers().get("User-Agent") == "t");
  CHECK(request.headers().get("content-type") == "text/plain");
  CHECK_FALSE(request.headers().get("X-None"));
  CHECK(request.accepts("text/html"));
  const auto accepts = [&](const std::string& accept) {
    auto other = site_::make_environ("GET", "/", {{"HTTP_ACCEPT", accept}});
    return WSGIRequest(other).accepts("text/html");
  };
  CHECK_FALSE(accepts("text/plain"));
  CHECK(accepts("text/plain, text/html;q=0.9"));
  CHECK(accepts("text/*"));
  CHECK(accepts("application/json, */*"));
}
