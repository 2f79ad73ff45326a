// socket: a TCP socket that blocks, as Python's does.
//
// socketserver calls in here to bind, listen and accept; a request's thread to receive and to send. Asio does the work, in
// socket.cpp only. Every system call it makes has its own tracepoint (syscall.*, zoom 3): this is the floor of the chain.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>  // AF_INET6, SOCK_STREAM, SHUT_WR, ...: Python's names are the system's

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "python/exceptions.h"
#include "tracepoints/repr.h"

namespace python::socket {

/// (host, port), or (host, port, flowinfo, scope_id) for IPv6: what Python calls an address.
struct Address {
  std::string host;
  int port = 0;
  bool ipv6 = false;                         // has the four-part form
  std::uint32_t flowinfo = 0, scope_id = 0;  // IPv6 only
  friend bool operator==(const Address&, const Address&) = default;
};
/// str(address): ('127.0.0.1', 8000)
std::string str(const Address& address);
void repr_to(tracepoints::Repr& out, const Address& address) noexcept;

/// A name that could not be resolved: "[Errno -2] Name or service not known".
class gaierror : public OSError {
 public:
  gaierror(int code, std::string words) : OSError("socket.gaierror", code, std::move(words), {}) {}
};

/// Not for two threads at once, but for one after another. Closed when the last owner lets go.
/// Source: Lib/socket.py, class socket; Modules/socketmodule.c
class socket {
 public:
  /// AF_INET or AF_INET6, SOCK_STREAM. Not inherited by child processes. Raises: OSError.
  socket(int family, int type);
  ~socket();
  socket(const socket&) = delete;
  socket& operator=(const socket&) = delete;

  void setsockopt(int level, int optname, int value);
  /// Raises: gaierror for an unknown host, OverflowError for a port that is none, OSError.
  void bind(const Address& address);
  void listen(int backlog);
  /// Waits for a connection; a selector has said that there is one. A signal's handler may run meanwhile, and raise.
  std::pair<std::shared_ptr<socket>, Address> accept();
  Address getsockname() const;

  /// Waits for bytes; gives how many have come, 0 when the peer has sent its last. On the main thread a signal ends the wait
  /// at once, and its handler may raise.
  std::size_t recv_into(char* buffer, std::size_t size);
  /// The same, but waits no longer than `timeout` seconds; -1 when that is over.
  std::ptrdiff_t recv_into(char* buffer, std::size_t size, double timeout);
  /// Returns when the kernel has taken everything. Raises BrokenPipeError, ConnectionResetError; never a SIGPIPE.
  void sendall(std::string_view data);

  void shutdown(int how);
  void close();
  /// -1 once it is closed.
  int fileno() const;

 private:
  struct Impl;
  explicit socket(std::unique_ptr<Impl> impl);
  bool wait_for(short events, int timeout_ms);
  std::unique_ptr<Impl> impl_;
};

/// The host's full name, by a reverse look-up; the name itself when there is none.
std::string getfqdn(std::string name = {});

}  // namespace python::socket
