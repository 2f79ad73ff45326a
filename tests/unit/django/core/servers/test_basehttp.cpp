// The development server on the loopback interface, with an application that tells what it was given.
#include <catch2/catch.hpp>

#include <condition_variable>
#include <future>
#include <mutex>

#include <fmt/format.h>

#include "django/core/servers/basehttp.h"
#include "python/exceptions.h"
#include "python/logging/__init__.h"
#include "tests/unit/python/loopback.h"

namespace basehttp = django::core::servers::basehttp;
namespace logging = python::logging;
namespace wsgiref = python::wsgiref;
using loopback::Client;

namespace {

/// Keeps what django.server logs, and lets a test wait for it.
class AccessLog : public logging::Handler {
 public:
  std::vector<logging::LogRecord> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, std::chrono::milliseconds(loopback::patience_ms), [&] { return records_.size() >= count; }));
    return records_;
  }

 protected:
  void emit(logging::LogRecord& record) override {
    const std::lock_guard lock(mutex_);
    records_.push_back(record);
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<logging::LogRecord> records_;
};

class Body : public wsgiref::Iterable {
 public:
  explicit Body(std::vector<std::string> blocks) : blocks_(std::move(blocks)) {}
  std::optional<std::string> next() override {
    if (at_ == blocks_.size()) return std::nullopt;
    return blocks_[at_++];
  }
  std::optional<std::size_t> len() const override { return blocks_.size(); }

 private:
  std::vector<std::string> blocks_;
  std::size_t at_ = 0;
};

std::shared_ptr<wsgiref::Iterable> application(wsgiref::Environ& environ, const wsgiref::StartResponse& start_response) {
  const std::string_view path = environ.get("PATH_INFO");
  if (path == "/boom") throw python::ValueError("boom");
  if (path == "/stream") {
    start_response("200 OK", {}, nullptr);
    return std::make_shared<Body>(std::vector<std::string>{"one ", "two"});
  }
  if (path == "/404") {
    start_response("404 Not Found", {{"Content-Length", "4"}}, nullptr);
    return std::make_shared<Body>(std::vector<std::string>{"gone"});
  }
  std::string body;
  if (path == "/meta") {
    for (const auto& [name, value] : environ.variables)
      if (name.starts_with("HTTP_") || name.starts_with("CONTENT_") || name.starts_with("REMOTE_") ||
          name.starts_with("SERVER_") || name == "SCRIPT_NAME")
        body += name + "=" + value + "\n";
  } else if (path == "/unread") {
    body = "unread";
  } else {
    body = fmt::format("{} {}?{} [{}]", environ.get("REQUEST_METHOD"), path, environ.get("QUERY_STRING"), environ.input->read());
  }
  start_response("200 OK", {{"Content-Type", "text/plain"}}, nullptr);
  return std::make_shared<Body>(std::vector<std::string>{body});
}

class RunningServer {
 public:
  explicit RunningServer(bool threading = true) : log(std::make_shared<AccessLog>()) {
    logger_.removeHandlers();
    logger_.addHandler(log);
    logger_.setLevel(logging::INFO);
    logger_.propagate = false;
    const basehttp::ServerClass server_class =
        threading ? basehttp::type("WSGIServer", basehttp::WSGIServer_class) : basehttp::WSGIServer_class;
    server_ = server_class({.host = "127.0.0.1"}, basehttp::WSGIRequestHandler_class, {});
    if (auto* mixin = dynamic_cast<python::socketserver::ThreadingMixIn*>(server_.get())) mixin->daemon_threads = true;
    server_->set_app(application);
    loop_ = std::async(std::launch::async, [this] { server_->serve_forever(0.01); });
  }
  ~RunningServer() {
    server_->shutdown();
    loop_.get();
    server_->server_close();
    logger_.removeHandlers();
    logger_.propagate = true;
  }
  int port() const { return server_->server_port; }

  /// Sends all of it on one connection, and gives all that comes back.
  std::string exchange(std::string_view request) {
    Client client(port());
    client.send(request);
    client.finish_sending();
    return client.read_all();
  }

  std::shared_ptr<AccessLog> log;

 private:
  logging::Logger& logger_ = logging::getLogger("django.server");
  std::shared_ptr<basehttp::WSGIServer> server_;
  std::future<void> loop_;
};

std::string body_of(const std::string& response) { return response.substr(response.find("\r\n\r\n") + 4); }
std::string status_of(const std::string& response) { return response.substr(0, response.find("\r\n")); }
bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

}  // namespace

TEST_CASE("basehttp.WSGIRequestHandler: a request is answered and logged, the connection stays", "[django]") {
  RunningServer server;
  Client client(server.port());
  client.send("GET /hello/?name=1 HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string first = client.read_response();
  CHECK_THAT(first, Catch::Matches("HTTP/1\\.1 200 OK\r\nDate: [^\r]+\r\nServer: WSGIServer/0\\.2 Tracewalk/[0-9.]+\r\n"
                                   "Content-Type: text/plain\r\nContent-Length: [0-9]+\r\n\r\n[^\r]*"));
  CHECK(body_of(first) == "GET /hello/?name=1 []");
  client.send("GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string second = client.read_all();
  CHECK(body_of(second) == "GET /2? []");
  const auto records = server.log->wait_for(2);
  CHECK(records[0].msg == "\"GET /hello/?name=1 HTTP/1.1\" 200 21");
  CHECK(records[0].level == logging::INFO);
  CHECK(records[0].status_code == 200);
  CHECK_THAT(records[0].server_time, Catch::Matches("[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4} [0-9:]{8}"));
}

TEST_CASE("basehttp.WSGIRequestHandler.handle: pipelined requests are answered in order", "[django]") {
  RunningServer server;
  const std::string answer = server.exchange(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
      "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /4 HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(count(answer, "HTTP/1.1 200 OK") == 3);
  const std::size_t first = answer.find("GET /1? []"), second = answer.find("POST /2? [abc]"), third = answer.find("GET /3? []");
  CHECK(first < second);
  CHECK(second < third);
  CHECK(third != std::string::npos);
}

TEST_CASE("basehttp.WSGIRequestHandler: a request may be cut at any byte", "[django]") {
  RunningServer server;
  const std::vector<std::pair<std::string, std::string>> requests = {
      {"GET /a?b HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nConnection: close\r\n\r\n", "GET /a?b []"},
      {"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello", "POST /p? [hello]"},
      {"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n",
       "POST /c? [abcde]"},
  };
  for (const auto& [request, answer] : requests)
    for (std::size_t cut = 1; cut < request.size(); ++cut) {
      Client client(server.port());
      client.send(request.substr(0, cut));
      client.send(request.substr(cut));
      CHECK(body_of(client.read_all()) == answer);
    }
}

TEST_CASE("basehttp.ServerHandler.cleanup_headers: without a length, without threads, the connection closes", "[django]") {
  {
    RunningServer server;
    Client client(server.port());
    client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string answer = client.read_all();
    CHECK(has(answer, "Connection: close\r\n"));
    CHECK(body_of(answer) == "one two");
  }
  {
    RunningServer server(false);
    Client client(server.port());
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string answer = client.read_all();
    CHECK(has(answer, "Connection: close\r\n"));
    CHECK(body_of(answer) == "GET /x? []");
  }
}

TEST_CASE("basehttp.ServerHandler.finish_response: HEAD has headers only, and the connection stays", "[django]") {
  RunningServer server;
  const std::string answer = server.exchange("HEAD /404 HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 404 Not Found\r\n"));
  CHECK(has(answer, "Content-Length: 4\r\n\r\nHTTP/1.1 200 OK\r\n"));
  const auto records = server.log->wait_for(2);
  CHECK(records[0].msg == "\"HEAD /404 HTTP/1.1\" 404 0");
  CHECK(records[0].level == logging::WARNING);
}

TEST_CASE("basehttp.ServerHandler.close: a body that nobody read is not the next request", "[django]") {
  RunningServer server;
  const std::string unread = "GET /smuggled HTTP/1.1\r\n\r\n";
  const std::string answer = server.exchange(fmt::format("POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{}", unread.size(), unread) +
                                             "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(count(answer, "HTTP/1.1 200 OK") == 2);
  CHECK(has(answer, "GET /next? []"));
  CHECK_FALSE(has(answer, "smuggled"));
}

TEST_CASE("basehttp.ServerHandler.close: past the limit the connection is given up instead", "[django]") {
  RunningServer server;
  Client client(server.port());
  client.send("POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
  CHECK(body_of(client.read_response()) == "unread");
  client.send(std::string(3 * 1024 * 1024, 'x'));
  CHECK(client.read_all().empty());
}

TEST_CASE("basehttp.WSGIRequestHandler: a chunked body is read, and its length told", "[django]") {
  RunningServer server;
  const std::string answer = server.exchange(
      "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
      "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(has(answer, "POST /c? [hello world]"));
  CHECK(has(answer, "GET /next? []"));
}

TEST_CASE("basehttp.WSGIRequestHandler.get_environ: the CGI variables, without names that have an underscore", "[django]") {
  RunningServer server;
  const std::string meta = body_of(server.exchange(
      "GET /meta HTTP/1.1\r\nHost: a\r\nX_Under: no\r\nX-Under: yes\r\nX-A: 1\r\nx-a: 2\r\nConnection: close\r\n\r\n"));
  CHECK(has(meta, "HTTP_X_UNDER=yes\n"));
  CHECK(has(meta, "HTTP_X_A=1,2\n"));
  CHECK(has(meta, "CONTENT_TYPE=text/plain\nHTTP_CONNECTION=close\nHTTP_HOST=a\n"));
  CHECK(has(meta, "CONTENT_LENGTH=\n"));
  CHECK(has(meta, "REMOTE_ADDR=127.0.0.1\n"));
  CHECK(has(meta, "SCRIPT_NAME=\n"));
  CHECK(has(meta, "SERVER_PROTOCOL=HTTP/1.1\n"));
  CHECK(has(meta, fmt::format("SERVER_PORT={}\n", server.port())));
  CHECK(has(meta, "SERVER_SOFTWARE=WSGIServer/0.2\n"));
}

TEST_CASE("http.server.BaseHTTPRequestHandler.parse_request: what is no request is answered 400 and logged", "[django]") {
  RunningServer server;
  const std::string answer = server.exchange("GARBAGE\r\n\r\n");
  CHECK(status_of(answer) == "HTTP/1.1 400 Bad request syntax ('GARBAGE')");
  CHECK(has(answer, "Connection: close\r\nContent-Type: text/html;charset=utf-8\r\nContent-Length: "));
  CHECK(has(answer, "<title>Error response</title>"));
  const auto records = server.log->wait_for(2);
  CHECK(records[0].msg == "code 400, message Bad request syntax ('GARBAGE')");
  CHECK(records[0].level == logging::INFO);
  CHECK(records[1].msg == "\"GARBAGE\" 400 -");
  CHECK(records[1].level == logging::WARNING);
  CHECK(records[1].status_code == 400);
}

TEST_CASE("http.server.BaseHTTPRequestHandler.parse_request: the words of each refusal", "[django]") {
  RunningServer server;
  const auto status = [&](std::string_view request) { return status_of(server.exchange(request)); };
  CHECK(status("POST /hello/\r\n\r\n") == "HTTP/1.1 400 Bad HTTP/0.9 request type ('POST')");
  CHECK(status("GET /hello/\r\n\r\n") == "HTTP/1.1 400 Bad request syntax ('GET /hello/')");
  CHECK(status("GET / x HTTP/1.1\r\n\r\n") == "HTTP/1.1 400 Bad request syntax ('GET / x HTTP/1.1')");
  CHECK(status("GET / HTTP/x.y\r\n\r\n") == "HTTP/1.1 400 Bad request version ('HTTP/x.y')");
  CHECK(status("GET / HTTP/1\r\n\r\n") == "HTTP/1.1 400 Bad request version ('HTTP/1')");
  CHECK(status("GET / HTTP/2.0\r\n\r\n") == "HTTP/1.1 505 Invalid HTTP version (2.0)");
  CHECK(status("\r\n").empty());
  CHECK(status("").empty());
  CHECK(status("GET /hel") == "HTTP/1.1 400 Bad request syntax ('GET /hel')");
  CHECK(status("GET / HTTP/1.1\r\nHost: a\r\n") == "HTTP/1.1 400 Incomplete headers");
  CHECK(status("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n") == "HTTP/1.1 400 Bad request headers");
  CHECK(status("GET / HTTP/1.2\r\nHost: a\r\n\r\n") == "HTTP/1.1 200 OK");
  CHECK(status("GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n") == "HTTP/1.1 200 OK");
  CHECK(status("FOO / HTTP/1.1\r\nHost: a\r\n\r\n") == "HTTP/1.1 200 OK");
}

TEST_CASE("http.server.BaseHTTPRequestHandler.parse_request: the limits of lines and headers", "[django]") {
  RunningServer server;
  const auto status = [&](const std::string& request) { return status_of(server.exchange(request)); };
  const auto line_of = [](std::size_t size) { return "GET /" + std::string(size - 16, 'a') + " HTTP/1.1\r\n"; };
  CHECK(line_of(65536).size() == 65536);
  CHECK(status(line_of(65536) + "Host: a\r\n\r\n") == "HTTP/1.1 200 OK");
  CHECK(status(line_of(65537) + "Host: a\r\n\r\n") == "HTTP/1.1 414 URI Too Long");
  CHECK(status("GET / HTTP/1.1\r\nX: " + std::string(70'000, 'a') + "\r\n\r\n") == "HTTP/1.1 431 Line too long");
  const auto with_headers = [](int count) {
    std::string request = "GET / HTTP/1.1\r\n";
    for (int i = 0; i < count; ++i) request += fmt::format("X-{}: 1\r\n", i);
    return request + "\r\n";
  };
  CHECK(status(with_headers(99)) == "HTTP/1.1 200 OK");
  CHECK(status(with_headers(100)) == "HTTP/1.1 431 Too many headers");
}

TEST_CASE("http.server.BaseHTTPRequestHandler.parse_request: a refusal ends the connection", "[django]") {
  RunningServer server;
  for (const char* framing : {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
                              "Transfer-Encoding : chunked\r\n", "Content-Length: x\r\n"}) {
    const std::string answer = server.exchange(fmt::format(
        "POST / HTTP/1.1\r\nHost: a\r\n{}\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n", framing));
    CHECK(status_of(answer) == "HTTP/1.1 400 Bad request headers");
    CHECK(count(answer, "HTTP/1.1 ") == 1);
  }
  const std::string bad_chunk = server.exchange(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(status_of(bad_chunk) == "HTTP/1.1 400 Bad chunked body");
  CHECK(count(bad_chunk, "HTTP/1.1 ") == 1);
}

TEST_CASE("http.server.BaseHTTPRequestHandler.parse_request: leading slashes collapse", "[django]") {
  RunningServer server;
  CHECK(has(server.exchange("GET ///evil.example/x HTTP/1.1\r\nHost: a\r\n\r\n"), "GET /evil.example/x? []"));
  CHECK(has(server.exchange("GET // HTTP/1.1\r\nHost: a\r\n\r\n"), "GET /? []"));
}

TEST_CASE("http.server.BaseHTTPRequestHandler.parse_request: when a connection is kept", "[django]") {
  RunningServer server;
  const auto answers = [&](std::string_view first) {
    return count(server.exchange(fmt::format("{}\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n", first)), "HTTP/1.1 200 OK");
  };
  CHECK(answers("GET / HTTP/1.1\r\nHost: a") == 2);
  CHECK(answers("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close") == 1);
  CHECK(answers("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, close") == 1);
  CHECK(answers("GET / HTTP/1.0\r\nHost: a") == 1);
  CHECK(answers("GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive") == 2);
}

TEST_CASE("http.server.BaseHTTPRequestHandler.handle_expect_100: asks for the body before it comes", "[django]") {
  RunningServer server;
  Client client(server.port());
  client.send("POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  CHECK(body_of(client.read_all()) == "POST /e? [hello]");
  CHECK_FALSE(has(server.exchange("POST /e HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"), "100 Continue"));
}

TEST_CASE("basehttp.WSGIRequestHandler.log_message: a TLS hello gets a hint", "[django]") {
  RunningServer server;
  server.exchange(std::string("\x16\x03\x01\x02\x00\x01\xfc\x03\r\n\r\n", 12));
  const auto records = server.log->wait_for(2);
  CHECK(records[1].msg == "You're accessing the development server over HTTPS, but it only supports HTTP.");
  CHECK(records[1].level == logging::ERROR);
  CHECK(records[1].status_code == 500);
}

TEST_CASE("basehttp.WSGIRequestHandler.log_message: control characters are escaped", "[django]") {
  RunningServer server;
  server.exchange("GET /\x1b[2J\x07 HTTP/1.1\r\n\r\n");
  const auto records = server.log->wait_for(2);
  CHECK(records[1].msg == "\"GET /\\x1b[2J\\x07 HTTP/1.1\" 400 -");
}

TEST_CASE("basehttp.WSGIServer.handle_error: a client that resets is one line in the log", "[django]") {
  RunningServer server;
  {
    Client client(server.port());
    client.send("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
    client.read_response();
    client.reset();
  }
  const auto records = server.log->wait_for(2);
  CHECK_THAT(records[1].msg, Catch::Matches("- Broken pipe from \\('127\\.0\\.0\\.1', [0-9]+\\)"));
  CHECK(records[1].level == logging::INFO);
  CHECK(has(server.exchange("GET /after HTTP/1.1\r\nHost: a\r\n\r\n"), "GET /after? []"));
}

TEST_CASE("basehttp.run: binds, tells the port, serves until an exception", "[django]") {
  int bound = 0;
  CHECK_THROWS_AS(basehttp::run("127.0.0.1", 0, application, false, true,
                                [&](int port) {
                                  bound = port;
                                  throw python::ValueError("enough");
                                }),
                  python::ValueError);
  CHECK(bound > 0);
  CHECK_THROWS_WITH(basehttp::run("127.0.0.1", 99999, application), "bind(): port must be 0-65535.");
  CHECK_THROWS_WITH(basehttp::run("999.1.1.1", 8000, application), "[Errno -2] Name or service not known");
}

TEST_CASE("basehttp.type: the mixin is in front of the class it is given", "[django]") {
  const basehttp::ServerClass httpd_cls = basehttp::type("WSGIServer", basehttp::WSGIServer_class);
  CHECK(httpd_cls.name == "WSGIServer");
  const auto threaded = httpd_cls({.host = "127.0.0.1"}, basehttp::WSGIRequestHandler_class, {});
  CHECK(dynamic_cast<python::socketserver::ThreadingMixIn*>(threaded.get()) != nullptr);
  const auto plain = basehttp::WSGIServer_class({.host = "127.0.0.1"}, basehttp::WSGIRequestHandler_class, {});
  CHECK(dynamic_cast<python::socketserver::ThreadingMixIn*>(plain.get()) == nullptr);
}
