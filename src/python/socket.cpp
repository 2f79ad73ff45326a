#include "python/socket.h"

#include <netdb.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <optional>
#include <system_error>
#include <variant>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include "python/builtins.h"
#include "python/signal.h"
#include "python/time.h"
#include "tracepoints/trace.h"

namespace python::socket {
namespace {

using asio::ip::tcp;
using Listener = tcp::acceptor;
using Connection = tcp::socket;

// Asio's sockets must belong to a context, though nothing asynchronous is ever asked of it. It is never destroyed: daemon
// threads may still hold sockets while the process ends.
asio::io_context& context() {
  static asio::io_context& the_context = *new asio::io_context;
  return the_context;
}

void raise_if(const asio::error_code& error) {
  if (error) raise_os_error(error.value());
}

tcp protocol_of(int family) { return family == AF_INET6 ? tcp::v6() : tcp::v4(); }

using Endpoint = tcp::endpoint;

Address address_of(const Endpoint& endpoint) {
  Address address;
  address.port = endpoint.port();
  if (endpoint.address().is_v4()) {
    address.host = endpoint.address().to_v4().to_string();
  } else {
    // Asio appends %scope to a link-local address; Python keeps it apart.
    address.host = asio::ip::make_address_v6(endpoint.address().to_v6().to_bytes()).to_string();
    address.ipv6 = true;
    address.scope_id = static_cast<std::uint32_t>(endpoint.address().to_v6().scope_id());
  }
  return address;
}

// Modules/socketmodule.c, setipaddr(): a numeric address as it is, "" for any address, everything else by the resolver.
// The resolver is called here and not through Asio, which keeps only part of its error codes.
Endpoint setipaddr(const std::string& name, int port, int family) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  if (name.empty()) hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(name.empty() ? nullptr : name.c_str(), name.empty() ? "0" : nullptr, &hints, &found);
  if (code == EAI_SYSTEM) raise_os_error(errno);
  if (code != 0) throw gaierror(code, ::gai_strerror(code));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  Endpoint endpoint;
  std::memcpy(endpoint.data(), found->ai_addr, std::min<std::size_t>(found->ai_addrlen, endpoint.capacity()));
  endpoint.resize(found->ai_addrlen);
  endpoint.port(static_cast<std::uint16_t>(port));
  return endpoint;
}

}  // namespace

std::string str(const Address& address) {
  std::string text = "(" + repr(address.host) + ", " + std::to_string(address.port);
  if (address.ipv6) text += ", " + std::to_string(address.flowinfo) + ", " + std::to_string(address.scope_id);
  return text + ")";
}

void repr_to(tracepoints::Repr& out, const Address& address) noexcept {
  using tracepoints::repr_to;
  out.put('(');
  repr_to(out, address.host);
  out.put(", ");
  repr_to(out, address.port);
  if (address.ipv6) {
    out.put(", ");
    repr_to(out, address.flowinfo);
    out.put(", ");
    repr_to(out, address.scope_id);
  }
  out.put(')');
}

struct socket::Impl {
  template <class Handle>
  Impl(std::in_place_type_t<Handle> kind, int family) : handle(kind, context()), family(family) {}

  std::variant<Listener, Connection> handle;
  int family;

  Listener& listener() {
    if (auto* found = std::get_if<Listener>(&handle)) return *found;
    raise_os_error(EINVAL);
  }
  Connection& connection() {
    if (auto* found = std::get_if<Connection>(&handle)) return *found;
    raise_os_error(ENOTCONN);
  }
};

// Asio opens sockets that a child process would inherit, and offers no other: so the descriptor is made here and given to it.
socket::socket(int family, int type) {
  int fd = -1;
  {
    TRACE_FRAME("syscall.socket", family, type);
    fd = traced.result(::socket(family, type | SOCK_CLOEXEC, 0));
    if (fd < 0) raise_os_error(errno);
  }
  impl_ = std::make_unique<Impl>(std::in_place_type<Listener>, family);
  asio::error_code error;
  impl_->listener().assign(protocol_of(family), fd, error);
  if (error) {
    ::close(fd);
    raise_if(error);
  }
}

socket::socket(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

socket::~socket() {
  try {
    close();
  } catch (const OSError&) {
    // The descriptor is gone in any case, and a destructor has nobody to tell.
  }
}

int socket::fileno() const {
  return std::visit([](auto& handle) { return handle.is_open() ? handle.native_handle() : -1; }, impl_->handle);
}

namespace {

// An option whose level and name are known only at run time, in the form Asio asks for.
struct Option {
  int level_, name_, value_;
  template <class P> int level(const P&) const { return level_; }
  template <class P> int name(const P&) const { return name_; }
  template <class P> const void* data(const P&) const { return &value_; }
  template <class P> std::size_t size(const P&) const { return sizeof value_; }
};

}  // namespace

void socket::setsockopt(int level, int optname, int value) {
  const int fd = fileno();
  TRACE_FRAME("syscall.setsockopt", fd, level, optname, value);
  asio::error_code error;
  std::visit([&](auto& handle) { handle.set_option(Option{level, optname, value}, error); }, impl_->handle);
  raise_if(error);
}

// Modules/socketmodule.c, sock_bind()
void socket::bind(const Address& address) {
  const int fd = fileno();
  TRACE_FRAME("socket.bind", fd, address);
  // Python: the host is resolved before the port is looked at.
  Endpoint endpoint = setipaddr(address.host, 0, impl_->family);
  if (address.port < 0 || address.port > 0xffff) throw OverflowError("bind(): port must be 0-65535.");
  endpoint.port(static_cast<std::uint16_t>(address.port));
  asio::error_code error;
  {
    TRACE_FRAME("syscall.bind", fd, address);
    impl_->listener().bind(endpoint, error);
    raise_if(error);
  }
}

// Modules/socketmodule.c, sock_listen()
void socket::listen(int backlog) {
  const int fd = fileno();
  TRACE_FRAME("socket.listen", fd, backlog);
  asio::error_code error;
  {
    TRACE_FRAME("syscall.listen", fd, backlog);
    impl_->listener().listen(backlog, error);
    raise_if(error);
  }
}

namespace {

// Not Asio's accept: it has no way to keep the new descriptor from child processes.
int accept_from(int fd, Endpoint& peer) {
  for (;;) {
    auto size = static_cast<socklen_t>(peer.capacity());
    {
      TRACE_FRAME("syscall.accept", fd);
      const int accepted = traced.result(::accept4(fd, peer.data(), &size, SOCK_CLOEXEC));
      if (accepted >= 0) {
        peer.resize(size);
        return accepted;
      }
      if (errno != EINTR) raise_os_error(errno);
    }
    signal::check_signals();
  }
}

}  // namespace

// Lib/socket.py, socket.accept()
std::pair<std::shared_ptr<socket>, Address> socket::accept() {
  TRACE_FRAME("socket.accept");
  Endpoint peer;
  const int fd = accept_from(fileno(), peer);
  auto impl = std::make_unique<Impl>(std::in_place_type<Connection>, impl_->family);
  asio::error_code error;
  std::get<Connection>(impl->handle).assign(protocol_of(impl_->family), fd, error);
  if (error) {
    ::close(fd);
    raise_if(error);
  }
  std::pair accepted(std::shared_ptr<socket>(new socket(std::move(impl))), address_of(peer));
  traced.result(accepted.second);
  return accepted;
}

Address socket::getsockname() const {
  const int fd = fileno();
  TRACE_FRAME("syscall.getsockname", fd);
  asio::error_code error;
  const Endpoint endpoint = std::visit([&](auto& handle) { return handle.local_endpoint(error); }, impl_->handle);
  raise_if(error);
  return traced.result(address_of(endpoint));
}

// Waits until the socket is ready. Only the main thread waits here, or who has a deadline: a signal may come just before a
// blocking call, which would then sleep on. Other threads never run handlers, so they go straight to their call.
// Gives: false when the time is over.
bool socket::wait_for(short events, int timeout_ms) {
  const int wakeup = signal::wakeup_fd();
  if (wakeup < 0 && timeout_ms < 0) return true;
  const int fd = fileno();
  const double deadline = time::monotonic() + timeout_ms / 1000.0;
  for (;;) {
    signal::check_signals();
    std::array<pollfd, 2> watched{{{fd, events, 0}, {wakeup, POLLIN, 0}}};
    int ready = 0;
    {
      TRACE_FRAME("syscall.poll", fd, timeout_ms);
      ready = traced.result(::poll(watched.data(), watched.size(), timeout_ms));
    }
    if (ready < 0 && errno != EINTR) raise_os_error(errno);
    if (ready > 0 && watched[0].revents != 0) return true;
    if (timeout_ms < 0) continue;
    timeout_ms = static_cast<int>(std::ceil((deadline - time::monotonic()) * 1000));
    if (timeout_ms <= 0) return false;
  }
}

std::size_t socket::recv_into(char* buffer, std::size_t size) {
  return static_cast<std::size_t>(recv_into(buffer, size, -1));
}

std::ptrdiff_t socket::recv_into(char* buffer, std::size_t size, double timeout) {
  const int timeout_ms = timeout < 0 ? -1 : static_cast<int>(std::ceil(timeout * 1000));
  const int fd = fileno();
  for (;;) {
    if (!wait_for(POLLIN, timeout_ms)) return -1;
    asio::error_code error;
    std::size_t received = 0;
    {
      TRACE_FRAME("syscall.recv", fd, size);
      received = traced.result(impl_->connection().receive(asio::buffer(buffer, size), 0, error));
      if (error && error != asio::error::eof && error != asio::error::interrupted) raise_os_error(error.value());
    }
    if (error != asio::error::interrupted) return static_cast<std::ptrdiff_t>(received);
    signal::check_signals();
  }
}

void socket::sendall(std::string_view data) {
  const int fd = fileno();
  while (!data.empty()) {
    wait_for(POLLOUT, -1);
    asio::error_code error;
    {
      const std::size_t size = data.size();
      TRACE_FRAME("syscall.send", fd, size);
      // Asio sends with MSG_NOSIGNAL: a peer that has gone is an error here, never a SIGPIPE.
      data.remove_prefix(traced.result(impl_->connection().send(asio::buffer(data), 0, error)));
      if (error && error != asio::error::interrupted) raise_os_error(error.value());
    }
    if (error) signal::check_signals();
  }
}

void socket::shutdown(int how) {
  const int fd = fileno();
  TRACE_FRAME("syscall.shutdown", fd, how);
  asio::error_code error;
  impl_->connection().shutdown(static_cast<Connection::shutdown_type>(how), error);
  raise_if(error);
}

void socket::close() {
  const int fd = fileno();
  if (fd < 0) return;
  TRACE_FRAME("syscall.close", fd);
  asio::error_code error;
  std::visit([&](auto& handle) { handle.close(error); }, impl_->handle);
  raise_if(error);
}

// Lib/socket.py, getfqdn(), with gethostbyaddr() inside
std::string getfqdn(std::string name) {
  TRACE_FRAME("socket.getfqdn", name);
  if (name.empty() || name == "0.0.0.0" || name == "::") {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) == 0) name = host.data();
  }
  Endpoint endpoint;
  try {
    endpoint = setipaddr(name, 0, AF_UNSPEC);
  } catch (const OSError&) {
    return traced.result(std::move(name));
  }
  const sockaddr* address = endpoint.data();
  const void* bytes = endpoint.address().is_v4()
                          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(address)->sin_addr)
                          : static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr);
  hostent entry{};
  hostent* found = nullptr;
  std::vector<char> buffer(16384);
  int host_error = 0;
  if (::gethostbyaddr_r(bytes, endpoint.address().is_v4() ? 4 : 16, address->sa_family, &entry, buffer.data(), buffer.size(),
                        &found, &host_error) != 0 ||
      found == nullptr)
    return traced.result(std::move(name));
  const std::string hostname = found->h_name;
  if (hostname.find('.') != std::string::npos) return traced.result(hostname);
  for (char** alias = found->h_aliases; *alias != nullptr; ++alias)
    if (std::strchr(*alias, '.') != nullptr) return traced.result(std::string(*alias));
  return traced.result(hostname);
}

}  // namespace python::socket
