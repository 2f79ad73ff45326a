#include <catch2/catch.hpp>

#include <fcntl.h>

#include <future>

#include "python/socket.h"
#include "tests/unit/python/loopback.h"

using python::socket::Address;
using Socket = python::socket::socket;

namespace {

struct Listening {
  Listening() {
    socket.bind({.host = "127.0.0.1"});
    socket.listen(5);
    port = socket.getsockname().port;
  }
  Socket socket{AF_INET, SOCK_STREAM};
  int port = 0;
};

}  // namespace

TEST_CASE("socket.bind: port 0 gets a real port, getsockname tells it", "[python]") {
  const Listening listening;
  CHECK(listening.port > 0);
  CHECK(listening.socket.getsockname().host == "127.0.0.1");
}

TEST_CASE("socket.bind: an address in use is OSError 98 with the system's words", "[python]") {
  const Listening first;
  Socket second(AF_INET, SOCK_STREAM);
  CHECK_THROWS_WITH(second.bind({.host = "127.0.0.1", .port = first.port}), "[Errno 98] Address already in use");
}

TEST_CASE("socket.bind: a name that does not resolve is gaierror -2", "[python]") {
  Socket socket(AF_INET, SOCK_STREAM);
  CHECK_THROWS_WITH(socket.bind({.host = "999.1.1.1", .port = 8000}), "[Errno -2] Name or service not known");
  CHECK_THROWS_AS(socket.bind({.host = "999.1.1.1", .port = 8000}), python::socket::gaierror);
}

TEST_CASE("socket.bind: a port above 65535 is OverflowError, after the host was resolved", "[python]") {
  Socket socket(AF_INET, SOCK_STREAM);
  CHECK_THROWS_AS(socket.bind({.host = "127.0.0.1", .port = 99999}), python::OverflowError);
  CHECK_THROWS_WITH(socket.bind({.host = "127.0.0.1", .port = 65536}), "bind(): port must be 0-65535.");
  CHECK_THROWS_AS(socket.bind({.host = "999.1.1.1", .port = 99999}), python::socket::gaierror);
}

TEST_CASE("socket.bind: an IPv6 address has four parts", "[python]") {
  Socket socket(AF_INET6, SOCK_STREAM);
  socket.bind({.host = "::1"});
  const Address address = socket.getsockname();
  CHECK(address.host == "::1");
  CHECK(python::socket::str(address) == "('::1', " + std::to_string(address.port) + ", 0, 0)");
}

TEST_CASE("socket.accept: both ends talk, and the end of one is 0 bytes at the other", "[python]") {
  Listening listening;
  loopback::Client client(listening.port);
  const auto [connection, address] = listening.socket.accept();
  CHECK(address.host == "127.0.0.1");
  client.send("hello");
  char buffer[16];
  const std::size_t size = connection->recv_into(buffer, sizeof buffer);
  CHECK(std::string(buffer, size) == "hello");
  client.finish_sending();
  CHECK(connection->recv_into(buffer, sizeof buffer) == 0);
  connection->sendall("world");
  connection->shutdown(SHUT_WR);
  CHECK(client.read_all() == "world");
  connection->close();
  CHECK(connection->fileno() == -1);
  connection->close();
}

TEST_CASE("socket.socket: no descriptor is inherited by a child process", "[python]") {
  Listening listening;
  loopback::Client client(listening.port);
  const auto [connection, address] = listening.socket.accept();
  CHECK((::fcntl(listening.socket.fileno(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(connection->fileno(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("socket.recv: a deadline that passes gives -1", "[python]") {
  Listening listening;
  loopback::Client client(listening.port);
  const auto [connection, address] = listening.socket.accept();
  char buffer[16];
  CHECK(connection->recv_into(buffer, sizeof buffer, 0.01) == -1);
  client.send("x");
  CHECK(connection->recv_into(buffer, sizeof buffer, 10.0) == 1);
}

TEST_CASE("socket.sendall: a peer that has gone is an error, not a signal", "[python]") {
  Listening listening;
  loopback::Client client(listening.port);
  const std::shared_ptr<Socket> connection = listening.socket.accept().first;
  client.reset();
  const auto send_much = [&] {
    for (int i = 0; i < 100; ++i) connection->sendall(std::string(1 << 20, 'x'));
  };
  CHECK_THROWS_AS(send_much(), python::ConnectionError);
}

TEST_CASE("socket.sendall: everything arrives, however slowly it is read", "[python]") {
  Listening listening;
  loopback::Client client(listening.port);
  const auto [connection, address] = listening.socket.accept();
  const std::string much(8 << 20, 'x');
  auto sending = std::async(std::launch::async, [&, &connection = connection] {
    connection->sendall(much);
    connection->shutdown(SHUT_WR);
  });
  CHECK(client.read_all().size() == much.size());
  sending.get();
}

TEST_CASE("socket.getfqdn: the loopback address has a name, an unknown name stays itself", "[python]") {
  CHECK_FALSE(python::socket::getfqdn("127.0.0.1").empty());
  CHECK(python::socket::getfqdn("no-such-host.invalid") == "no-such-host.invalid");
}
