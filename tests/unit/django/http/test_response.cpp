#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "django/core/signals.h"
#include "django/http/response.h"
#include "tests/unit/django/site.h"

using namespace django::http;

TEST_CASE("HttpResponse.__init__: type, status and words", "[django]") {
  const site_::Site site;
  HttpResponse response("hello");
  CHECK(response.status_code == 200);
  CHECK(response.reason_phrase() == "OK");
  CHECK(response.headers.get("content-type") == "text/html; charset=utf-8");
  CHECK(response.charset() == "utf-8");
  CHECK(response.content() == "hello");
  CHECK(HttpResponse("", {.content_type = "text/plain; charset=\"latin-1\""}).charset() == "latin-1");
  CHECK(HttpResponse("", {.status = 418}).reason_phrase() == "I'm a Teapot");
  CHECK(HttpResponse("", {.status = 599}).reason_phrase() == "Unknown Status Code");
  CHECK(HttpResponse("", {.reason = "Fine"}).reason_phrase() == "Fine");
  CHECK_THROWS_WITH(HttpResponse("", {.status = 600}), "HTTP status code must be an integer from 100 to 599.");
  CHECK(HttpResponseNotFound().status_code == 404);
  CHECK(HttpResponseNotAllowed({"GET", "HEAD"}).headers.get("Allow") == "GET, HEAD");
  CHECK(JsonResponse({{"a", 1}}).content() == R"({"a": 1})");
  CHECK(JsonResponse({{"a", 1}}).headers.get("Content-Type") == "application/json");
}

TEST_CASE("ResponseHeaders: any case finds them, their order stays, and no line break gets in", "[django]") {
  ResponseHeaders headers;
  headers.set("X-One", "1");
  headers.set("X-Two", "2");
  headers.set("x-one", "3");
  headers.setdefault("X-TWO", "4");
  CHECK(headers.items() == python::wsgiref::Headers{{"x-one", "3"}, {"X-Two", "2"}});
  headers.erase("X-ONE");
  CHECK_FALSE(headers.contains("X-One"));
  CHECK_THROWS_WITH(headers.set("X-Three", "a\r\nb"), "Header values can't contain newlines (got 'a\\r\\nb')");
  CHECK_THROWS_AS(headers.set("X\n", "a"), BadHeaderError);
}

TEST_CASE("HttpResponse: is the iterable, once", "[django]") {
  const site_::Site site;
  HttpResponse response("a");
  response.write("b");
  CHECK(response.next() == "a");
  CHECK(response.next() == "b");
  CHECK(response.next() == std::nullopt);
  CHECK(response.len() == std::nullopt);
  HttpResponse empty;
  CHECK(empty.next() == "");  // an empty block: the server sends the headers with it
  CHECK(empty.next() == std::nullopt);
  HttpResponseNotModified not_modified;
  CHECK(not_modified.next() == std::nullopt);
  CHECK(not_modified.items().empty());
}

TEST_CASE("HttpResponseBase.set_cookie, delete_cookie", "[django]") {
  const site_::Site site;
  HttpResponse response;
  response.set_cookie("a", "1", {.httponly = true});
  CHECK(response.cookies.find("a")->OutputString() == "a=1; HttpOnly; Path=/");
  response.set_cookie("a", "2", {.max_age = 60});
  CHECK(response.cookies.find("a")->OutputString().find("; Max-Age=60; Path=/") != std::string::npos);
  CHECK(response.cookies.find("a")->OutputString().find("expires=") != std::string::npos);
  response.delete_cookie("__Secure-b");
  CHECK(response.cookies.find("__Secure-b")->OutputString() ==
        "__Secure-b=\"\"; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; Secure");
  CHECK_THROWS_AS(response.set_cookie("c", "", {.samesite = "maybe"}), python::ValueError);
}

TEST_CASE("http.response.HttpResponseBase.close: runs every closer and fires request_finished once", "[django]") {
  const site_::Site site;
  HttpResponse response;
  std::string calls;
  response._resource_closers.emplace_back([&] { calls += "a"; throw python::ValueError("no"); });
  response._resource_closers.emplace_back([&] { calls += "b"; });
  response._handler_class = "WSGIHandler";
  const int number = django::core::signals::request_finished.connect([&](const auto& named) { calls += named.sender; });
  response.close();
  django::core::signals::request_finished.disconnect(number);
  CHECK(calls == "abWSGIHandler");
  CHECK(response.closed);
}

TEST_CASE("StreamingHttpResponse: asks its generator for one block at a time, and has no content", "[django]") {
  const site_::Site site;
  int made = 0;
  StreamingHttpResponse response([&]() -> std::optional<std::string> { return ++made < 3 ? std::optional(std::to_string(made)) : std::nullopt; });
  CHECK(made == 0);
  CHECK(response.next() == "1");
  CHECK(made == 1);
  CHECK(response.next() == "2");
  CHECK(response.next() == std::nullopt);
  CHECK(response.streaming());
  CHECK_THROWS_WITH(response.content(), "This StreamingHttpResponse instance has no `content` attribute. Use `streaming_content` instead.");
}

TEST_CASE("FileResponse: says how long and what it is, and never sends more or quietly less", "[django]") {
  const site_::Site site;
  char name[] = "/tmp/responseXXXXXX";
  const std::string folder = ::mkdtemp(name), path = folder + "/data.tar.gz";
  std::ofstream(path) << std::string(5000, 'x');
  {
    FileResponse response{python::_pyio::BufferedReader(path)};
    CHECK(response.items() == python::wsgiref::Headers{{"Content-Type", "application/gzip"}, {"Content-Length", "5000"},
                                                       {"Content-Disposition", "inline; filename=\"data.tar.gz\""}});
    CHECK(response.next()->size() == 4096);
    CHECK(response.next()->size() == 904);
    CHECK(response.next() == std::nullopt);
  }
  {
    FileResponse response{python::_pyio::BufferedReader(path)};
    std::ofstream(path, std::ios::app) << "more";
    CHECK(response.next()->size() + response.next()->size() == 5000);
    CHECK(response.next() == std::nullopt);
  }
  {
    FileResponse response{python::_pyio::BufferedReader(path)};
    std::filesystem::resize_file(path, 10);
    CHECK(response.next()->size() == 10);
    CHECK_THROWS_AS(response.next(), python::ConnectionAbortedError);
  }
  FileResponseInit init;
  init.as_attachment = true;
  init.filename = "other.txt";
  init.content_type = "text/css";
  FileResponse named{python::_pyio::BufferedReader(path), init};
  CHECK(named.headers.get("Content-Type") == "text/css");
  CHECK(named.headers.get("Content-Disposition") == "attachment; filename=\"other.txt\"");
  std::filesystem::remove_all(folder);
}

TEST_CASE("HttpResponseRedirect: Location is a URI, and its scheme a harmless one", "[django]") {
  const site_::Site site;
  CHECK(HttpResponseRedirect("/hello/").status_code == 302);
  CHECK(HttpResponseRedirect("/\xc3\xa9/ a").url() == "/%C3%A9/%20a");
  CHECK(HttpResponsePermanentRedirect("https://example.com/").status_code == 301);
  CHECK_THROWS_WITH(HttpResponseRedirect("javascript:alert(1)"), "Unsafe redirect to URL with protocol 'javascript'");
}
