#include <catch2/catch.hpp>

#include <deque>

#include "python/exceptions.h"
#include "python/wsgiref/handlers.h"
#include "python/wsgiref/util.h"

namespace wsgiref = python::wsgiref;
using wsgiref::Application;
using wsgiref::Environ;
using wsgiref::StartResponse;

namespace {

class Blocks : public wsgiref::Iterable {
 public:
  explicit Blocks(std::deque<std::string> blocks, bool* closed = nullptr)
      : count_(blocks.size()), blocks_(std::move(blocks)), closed_(closed) {}
  std::optional<std::string> next() override {
    if (blocks_.empty()) return std::nullopt;
    std::string block = blocks_.front();
    blocks_.pop_front();
    if (block == "throw") throw python::ValueError("in the body");
    if (block == "gone") throw python::BrokenPipeError(32, "Broken pipe");
    return block;
  }
  std::optional<std::size_t> len() const override { return count_; }
  void close() override {
    if (closed_ != nullptr) *closed_ = true;
  }

 private:
  std::size_t count_;
  std::deque<std::string> blocks_;
  bool* closed_;
};

struct Served {
  std::vector<std::string> sends;  // one entry per write to the connection
  std::string errors;
  bool incomplete = false;
  std::string all() const {
    std::string text;
    for (const std::string& send : sends) text += send;
    return text;
  }
  std::string body() const { return all().substr(all().find("\r\n\r\n") + 4); }
};

class Handler : public wsgiref::handlers::SimpleHandler {
 public:
  Handler(Served& served, Environ environ)
      : SimpleHandler(
            nullptr, [&](std::string_view data) { served.sends.emplace_back(data); },
            [&](std::string_view text) { served.errors += text; }, std::move(environ)),
        served_(served) {
    server_software = "Test/1";
  }
  void response_incomplete() override { served_.incomplete = true; }

 private:
  Served& served_;
};

Served serve(const Application& application) {
  Served served;
  Environ environ;
  environ.variables = {{"SERVER_PROTOCOL", "HTTP/1.1"}, {"REQUEST_METHOD", "GET"}};
  Handler(served, environ).run(application);
  return served;
}

Application answering(wsgiref::Headers headers, std::deque<std::string> blocks, bool* closed = nullptr) {
  return [=](Environ&, const StartResponse& start_response) {
    start_response("200 OK", headers, nullptr);
    return std::make_shared<Blocks>(blocks, closed);
  };
}

const std::string server_error = "A server error occurred.  Please contact the administrator.";

}  // namespace

TEST_CASE("wsgiref.handlers.BaseHandler.run: status, Date, Server, then the application's headers, with the first block", "[python]") {
  const Served served = serve(answering({{"Content-Type", "text/plain"}, {"X-A", "1"}}, {"hello"}));
  REQUIRE(served.sends.size() == 1);
  CHECK_THAT(served.sends[0], Catch::Matches("HTTP/1\\.0 200 OK\r\nDate: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} "
                                             "[0-9:]{8} GMT\r\nServer: Test/1\r\nContent-Type: text/plain\r\nX-A: 1\r\n"
                                             "Content-Length: 5\r\n\r\nhello"));
}

TEST_CASE("wsgiref.handlers.BaseHandler.write: each further block is sent at once", "[python]") {
  const Served served = serve(answering({}, {"one", "two", "three"}));
  REQUIRE(served.sends.size() == 3);
  CHECK(served.sends[1] == "two");
  CHECK(served.all().find("Content-Length") == std::string::npos);
}

TEST_CASE("wsgiref.handlers.BaseHandler.finish_content: a response without blocks has length 0", "[python]") {
  const Served served = serve(answering({}, {}));
  CHECK(served.all().find("Content-Length: 0\r\n\r\n") != std::string::npos);
}

TEST_CASE("wsgiref.handlers.BaseHandler.handle_error: before the headers it is a 500, and the iterable is closed", "[python]") {
  bool closed = false;
  const Served early = serve([](Environ&, const StartResponse&) -> std::shared_ptr<wsgiref::Iterable> {
    throw python::ValueError("in the application");
  });
  CHECK(early.all().starts_with("HTTP/1.0 500 Internal Server Error\r\n"));
  CHECK(early.all().find("Content-Type: text/plain\r\n") != std::string::npos);
  CHECK(early.body() == server_error);
  CHECK(early.errors == "ValueError: in the application\n");
  const Served in_body = serve(answering({}, {"throw"}, &closed));
  CHECK(in_body.body() == server_error);
  CHECK(closed);
}

TEST_CASE("wsgiref.handlers.BaseHandler.handle_error: after the headers nothing more is sent, and the response is incomplete", "[python]") {
  const Served served = serve(answering({{"Content-Length", "100"}}, {"one", "throw"}));
  CHECK(served.body() == "one");
  CHECK(served.incomplete);
  CHECK(served.errors == "ValueError: in the body\n");
}

TEST_CASE("wsgiref.handlers.BaseHandler.run: a client that has gone is no error", "[python]") {
  bool closed = false;
  const Served served = serve(answering({}, {"one", "gone"}, &closed));
  CHECK(served.errors.empty());
  CHECK(closed);
}

TEST_CASE("wsgiref.handlers.BaseHandler.write: never more than Content-Length, and less is told", "[python]") {
  const Served more = serve(answering({{"Content-Length", "5"}}, {"hello world", "!"}));
  CHECK(more.body() == "hello");
  CHECK_FALSE(more.incomplete);
  const Served less = serve(answering({{"Content-Length", "5"}}, {"hell"}));
  CHECK(less.body() == "hell");
  CHECK(less.incomplete);
}

TEST_CASE("wsgiref.handlers.BaseHandler.start_response: what may not be sent becomes a 500", "[python]") {
  const auto status = [](std::string text, wsgiref::Headers headers = {}) {
    return serve([=](Environ&, const StartResponse& start_response) {
      start_response(text, headers, nullptr);
      return std::make_shared<Blocks>(std::deque<std::string>{"x"});
    });
  };
  CHECK(status("200 OK").all().starts_with("HTTP/1.0 200 OK\r\n"));
  CHECK(status("abc def").errors == "AssertionError: Status message must begin w/3-digit code\n");
  CHECK(status("20").errors == "AssertionError: Status must be at least 4 characters\n");
  CHECK(status("200OK").errors == "AssertionError: Status message must have a space after code\n");
  CHECK(status("200 OK\r\nX: 1").body() == server_error);
  CHECK(status("200 OK", {{"X", "a\r\nY: b"}}).body() == server_error);
  CHECK(status("200 OK", {{"Connection", "close"}}).errors ==
        "AssertionError: Hop-by-hop header, 'Connection: close', not allowed\n");
}

TEST_CASE("wsgiref.handlers.BaseHandler.start_response: a second call needs an exception", "[python]") {
  const Served twice = serve([](Environ&, const StartResponse& start_response) {
    start_response("200 OK", {}, nullptr);
    start_response("201 Created", {}, nullptr);
    return std::make_shared<Blocks>(std::deque<std::string>{"x"});
  });
  CHECK(twice.errors == "AssertionError: Headers already set!\n");
  const Served replaced = serve([](Environ&, const StartResponse& start_response) {
    start_response("200 OK", {}, nullptr);
    start_response("503 Service Unavailable", {}, std::make_exception_ptr(python::ValueError("late")));
    return std::make_shared<Blocks>(std::deque<std::string>{"x"});
  });
  CHECK(replaced.all().starts_with("HTTP/1.0 503 Service Unavailable\r\n"));
}

TEST_CASE("wsgiref.handlers.BaseHandler.setup_environ: the process's environment is there, and the request's wins", "[python]") {
  Environ seen;
  Served served;
  Environ environ;
  environ.variables = {{"SERVER_PROTOCOL", "HTTP/1.1"}, {"PATH", "/from/the/request"}};
  Handler(served, environ).run([&](Environ& env, const StartResponse& start_response) {
    seen = env;
    start_response("200 OK", {}, nullptr);
    return std::make_shared<Blocks>(std::deque<std::string>{"x"});
  });
  CHECK(seen.get("PATH") == "/from/the/request");
  CHECK(seen.get("SERVER_SOFTWARE") == "Test/1");
  CHECK(seen.url_scheme == "http");
}

TEST_CASE("wsgiref.handlers.format_date_time: the format of HTTP dates", "[python]") {
  CHECK(wsgiref::handlers::format_date_time(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(wsgiref::handlers::format_date_time(1'795'353'305) == "Sun, 22 Nov 2026 13:15:05 GMT");
}

namespace {
struct WSGIHandler {
  std::shared_ptr<wsgiref::Iterable> operator()(Environ&, const StartResponse&) const { return nullptr; }
};
}  // namespace
namespace project {
struct StaticFilesHandler : WSGIHandler {};
}  // namespace project

TEST_CASE("wsgiref.Application: a trace names the class of an application", "[python]") {
  const auto shown = [](const Application& application) {
    tracepoints::Repr out;
    repr_to(out, application);
    return std::string(out.str());
  };
  CHECK(shown(project::StaticFilesHandler()) == "<StaticFilesHandler>");
  CHECK(shown([](Environ&, const StartResponse&) { return std::shared_ptr<wsgiref::Iterable>(); }) == "<application>");
}

TEST_CASE("wsgiref.util.unquote_to_bytes: decodes once, and leaves what is no escape", "[python]") {
  CHECK(wsgiref::util::unquote_to_bytes("/a%20b%2Fc") == "/a b/c");
  CHECK(wsgiref::util::unquote_to_bytes("%25zz%zz%4") == "%zz%zz%4");
  CHECK(wsgiref::util::unquote_to_bytes("%c3%A9") == "\xc3\xa9");
}
