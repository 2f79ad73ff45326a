#include <catch2/catch.hpp>

#include <future>
#include <stdexcept>

#include "python/exceptions.h"
#include "python/io.h"
#include "python/socketserver.h"
#include "python/sys.h"
#include "tests/unit/python/loopback.h"

namespace socketserver = python::socketserver;
using loopback::Client;

namespace {

// Answers each line with itself; throws when told to; gives the tid-independent name of nobody.
class EchoHandler : public socketserver::StreamRequestHandler {
  void handle() override {
    for (std::string line; !(line = rfile->readline()).empty();) {
      if (line == "throw\n") throw python::ValueError("told to");
      wfile->write(line);
    }
  }
  void finish() override {
    wfile->write("finished\n");
    StreamRequestHandler::finish();
  }
};

class Report : public python::io::TextIO {
 public:
  Report() : before_(python::sys::stderr_) { python::sys::stderr_ = this; }
  ~Report() override { python::sys::stderr_ = before_; }
  void write(std::string_view text) override { written_.set_value(std::string(text)); }
  std::string get() { return written_.get_future().get(); }

 private:
  python::io::TextIO* before_;
  std::promise<std::string> written_;
};

class EchoServer : public socketserver::TCPServer {
 public:
  using TCPServer::request_queue_size;
  bool refuse = false;
  bool verify_request(const socketserver::Request& request, const socketserver::Address& address) override {
    return TCPServer::verify_request(request, address) && !refuse;
  }
};

template <class Server>
class Running {
 public:
  Running() : server(std::make_shared<Server>()) {
    server->init({.host = "127.0.0.1"}, socketserver::handler_class<EchoHandler>("EchoHandler"));
    loop_ = std::async(std::launch::async, [this] { server->serve_forever(0.01); });
  }
  ~Running() {
    server->shutdown();
    loop_.get();
    server->server_close();
  }
  int port() const { return server->server_address.port; }
  std::shared_ptr<Server> server;

 private:
  std::future<void> loop_;
};

}  // namespace

TEST_CASE("socketserver.TCPServer: serves one connection after the other", "[python]") {
  Running<EchoServer> running;
  for (int i = 0; i < 2; ++i) {
    Client client(running.port());
    client.send("hello\n");
    CHECK(client.read_until("\n") == "hello\n");
    client.finish_sending();
    CHECK(client.read_all() == "finished\n");
  }
}

TEST_CASE("socketserver.ThreadingMixIn: two connections are served at the same time", "[python]") {
  Running<socketserver::Threading<EchoServer>> running;
  Client first(running.port()), second(running.port());
  first.send("1\n");
  CHECK(first.read_until("\n") == "1\n");
  second.send("2\n");
  CHECK(second.read_until("\n") == "2\n");
  first.send("3\n");
  CHECK(first.read_until("\n") == "3\n");
  first.finish_sending();
  second.finish_sending();
  CHECK(first.read_all() == "finished\n");
  CHECK(second.read_all() == "finished\n");
}

TEST_CASE("socketserver.BaseServer.handle_error: an exception is reported, finish() runs, the server goes on", "[python]") {
  Report report;
  Running<socketserver::Threading<EchoServer>> running;
  Client client(running.port());
  client.send("throw\n");
  CHECK(client.read_all() == "finished\n");
  const std::string line(40, '-');
  CHECK_THAT(report.get(), Catch::Matches(line + "\nException occurred during processing of request from "
                                                 "\\('127\\.0\\.0\\.1', [0-9]+\\)\nValueError: told to\n" + line + "\n"));
  Client next(running.port());
  next.send("still here\n");
  CHECK(next.read_until("\n") == "still here\n");
}

TEST_CASE("socketserver.BaseServer.verify_request: a connection that is refused is closed unserved", "[python]") {
  Running<EchoServer> running;
  running.server->refuse = true;
  Client client(running.port());
  CHECK(client.read_all().empty());
}

TEST_CASE("socketserver.TCPServer.init: when it cannot bind it raises, and leaves no socket open", "[python]") {
  Running<EchoServer> running;
  const auto second = std::make_shared<EchoServer>();
  CHECK_THROWS_WITH(second->init({.host = "127.0.0.1", .port = running.port()},
                                 socketserver::handler_class<EchoHandler>("EchoHandler")),
                    "[Errno 98] Address already in use");
  CHECK(second->fileno() == -1);
}

TEST_CASE("socketserver.Threading: a connection outlives the one who made the server", "[python]") {
  auto server = std::make_shared<socketserver::Threading<EchoServer>>();
  server->daemon_threads = true;
  server->init({.host = "127.0.0.1"}, socketserver::handler_class<EchoHandler>("EchoHandler"));
  auto loop = std::async(std::launch::async, [server] { server->serve_forever(0.01); });
  Client client(server->server_address.port);
  client.send("before\n");
  CHECK(client.read_until("\n") == "before\n");
  server->shutdown();
  loop.get();
  loop = {};
  server.reset();
  client.send("after\n");
  CHECK(client.read_until("\n") == "after\n");
}

TEST_CASE("socketserver.BufferedReader: lines and blocks, whatever the pieces they come in", "[python]") {
  python::socket::socket listening(AF_INET, SOCK_STREAM);
  listening.bind({.host = "127.0.0.1"});
  listening.listen(1);
  Client client(listening.getsockname().port);
  socketserver::BufferedReader reader(listening.accept().first);
  const std::string big(20'000, 'x');
  auto sending = std::async(std::launch::async, [&] {
    for (const char c : std::string("one\ntwo\n")) client.send(std::string(1, c));
    client.send("limited line\n" + big + "\n0123456789rest");
    client.finish_sending();
  });
  CHECK(reader.readline() == "one\n");
  CHECK(reader.readline(100) == "two\n");
  CHECK(reader.readline(7) == "limited");
  CHECK(reader.readline(0).empty());
  CHECK(reader.readline() == " line\n");
  CHECK(reader.readline(65537) == big + "\n");
  CHECK(reader.peek().front() == '0');
  CHECK(reader.read(10) == "0123456789");
  CHECK(reader.read(0).empty());
  CHECK(reader.read() == "rest");
  CHECK(reader.readline().empty());
  CHECK(reader.peek().empty());
  sending.get();
}
