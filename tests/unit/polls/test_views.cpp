#include <catch2/catch.hpp>

#include "django/core/handlers/wsgi.h"
#include "tests/unit/django/site.h"

using django::core::handlers::wsgi::WSGIHandler;
using site_::call;
using site_::make_environ;
using site_::get;
using site_::Site;

TEST_CASE("polls.views: the same answers as the fixture's views, byte for byte", "[demo]") {
  const Site site;
  const WSGIHandler application;
  CHECK(get(application, "/hello/").body == "hello world\n");
  CHECK(get(application, "/hello/?name=Ada%20L").body == "hello Ada L\n");
  CHECK(get(application, "/item/caf\xc3\xa9/").body == "item caf\xc3\xa9\n");
  CHECK(get(application, "/item/caf\xe9/").body == "item caf%E9\n");
  CHECK(get(application, "/item/a/b/").status == "404 Not Found");
  CHECK(get(application, "/stream/").body == "chunk 0\nchunk 1\nchunk 2\n");
  CHECK(get(application, "/close/").header("X-Close") == "yes");
  CHECK(get(application, "/moved/").header("Location") == "/hello/");
  CHECK(get(application, "/empty/").status == "204 No Content");
  CHECK(call(application, make_environ("POST", "/form/", {}, "a=1")).body == "form POST\n");
  CHECK(call(application, make_environ("POST", "/lazybody/", {}, "a=1")).body == "body not read\n");
  CHECK(call(application, make_environ("POST", "/echo/", {{"CONTENT_TYPE", "application/x-www-form-urlencoded"}}, "x=1&y=2")).body ==
        R"({"body": "x=1&y=2", "content_length": "7", "content_type": "application/x-www-form-urlencoded", "method": "POST", "post": [["x", "1"], ["y", "2"]], "transfer_encoding": null})"
        "\n");
  CHECK(call(application, make_environ("POST", "/echo/", {}, "caf\xe9")).body ==
        R"({"body": "caf\u00e9", "content_length": "4", "content_type": "text/plain", "method": "POST", "post": [], "transfer_encoding": null})"
        "\n");
  const auto index = get(application, "/");
  CHECK(index.status == "200 OK");
  for (const char* link : {"/hello/", "/boom/", "/static/polls/hello.txt", "/slow/"}) CHECK(index.body.find("href=\"" + std::string(link)) != std::string::npos);
}

TEST_CASE("polls.views.meta: request.META as Python's json.dumps writes it", "[demo]") {
  const Site site;
  auto env = make_environ("GET", "/meta/?q=1", {{"HTTP_X_L", "caf\xe9"}, {"HTTP_X_CUSTOM", "v"}, {"PATH", "/bin"}});
  CHECK(call(WSGIHandler(), env).body ==
        "{\n \"CONTENT_LENGTH\": \"\",\n \"CONTENT_TYPE\": \"text/plain\",\n \"HTTP_HOST\": \"127.0.0.1:8200\",\n \"HTTP_X_CUSTOM\": \"v\",\n"
        " \"HTTP_X_L\": \"caf\\u00e9\",\n \"PATH_INFO\": \"/meta/\",\n \"QUERY_STRING\": \"q=1\",\n \"REQUEST_METHOD\": \"GET\",\n \"SCRIPT_NAME\": \"\",\n"
        " \"SERVER_NAME\": \"localhost\",\n \"SERVER_PORT\": \"8200\",\n \"request.path\": \"/meta/\",\n \"wsgi.multiprocess\": false,\n"
        " \"wsgi.multithread\": true,\n \"wsgi.run_once\": false,\n \"wsgi.url_scheme\": \"http\"\n}\n");
}
