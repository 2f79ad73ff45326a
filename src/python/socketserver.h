// socketserver: the loop that waits for connections, and the frame in which one connection is served.
//
// A server is made by init(), which binds and listens; serve_forever() then hands each connection to process_request(): in this
// thread, or, with ThreadingMixIn in front, in a thread of its own. There a handler is made, and making it is serving.
//
// Python's `request` is, at this level, a connection's socket.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "python/socket.h"
#include "python/threading.h"
#include "python/wsgiref/types.h"

namespace python::socketserver {

using Request = std::shared_ptr<socket::socket>;
using socket::Address;

class BaseServer;

/// A handler class as a value. Calling it makes a handler, and that serves the whole connection.
struct RequestHandlerClass {
  std::string_view name;
  void (*call)(const Request& request, const Address& client_address, BaseServer& server) = nullptr;
  void operator()(const Request& request, const Address& client_address, BaseServer& server) const {
    call(request, client_address, server);
  }
};
void repr_to(tracepoints::Repr& out, const RequestHandlerClass& handler_class) noexcept;

template <class Handler>
constexpr RequestHandlerClass handler_class(std::string_view name) {
  return {name, [](const Request& request, const Address& client_address, BaseServer& server) {
            Handler handler;
            handler.init(request, client_address, server);
          }};
}

/// Always made with std::make_shared: the threads of a server share its ownership, as Python's do.
/// Source: Lib/socketserver.py, class BaseServer
class BaseServer : public std::enable_shared_from_this<BaseServer> {
 public:
  virtual ~BaseServer() = default;

  /// Handles one connection per turn, until shutdown(). Units: poll_interval in seconds.
  void serve_forever(double poll_interval = 0.5);
  /// Ends serve_forever(), which runs in another thread, and waits for its end.
  void shutdown();
  /// Once per turn of the loop.
  virtual void service_actions();
  virtual bool verify_request(const Request& request, const Address& client_address);
  /// Serves the connection here and now.
  virtual void process_request(const Request& request, const Address& client_address);
  void finish_request(const Request& request, const Address& client_address);
  /// Reports the exception that is being handled: call it in a catch block.
  virtual void handle_error(const Request& request, const Address& client_address);
  virtual void server_close() = 0;
  virtual int fileno() const = 0;

  Address server_address;

  /// ThreadingMixIn's half that needs the server's own functions. Never throws.
  void process_request_thread(unsigned number, const Request& request, const Address& client_address) noexcept;
  /// The running number that the next connection gets, from 1: what a trace calls "request 3".
  static unsigned next_request_number();

 protected:
  /// Python's __init__.
  void init(Address address, RequestHandlerClass handler_class);
  virtual std::pair<Request, Address> get_request() = 0;
  virtual void shutdown_request(const Request& request) = 0;

 private:
  void _handle_request_noblock();

  RequestHandlerClass RequestHandlerClass_;
  std::atomic<bool> shutdown_request_{false};
  std::mutex shut_down_mutex_;
  std::condition_variable shut_down_condition_;
  bool is_shut_down_ = true;
};

/// Source: Lib/socketserver.py, class TCPServer
class TCPServer : public BaseServer {
 public:
  ~TCPServer() override;
  // Departs: Python's __init__ calls the overrides of server_bind; a C++ constructor cannot, so init() is a call of its own.
  /// Python's __init__: makes the socket, binds, listens. On failure the socket is closed, and the failure goes on.
  void init(Address server_address, RequestHandlerClass handler_class, bool bind_and_activate = true);

  virtual void server_bind();
  virtual void server_activate();
  void server_close() override;
  int fileno() const override;

 protected:
  std::pair<Request, Address> get_request() override;
  void shutdown_request(const Request& request) override;

  int address_family = AF_INET;
  int socket_type = SOCK_STREAM;
  int request_queue_size = 5;
  bool allow_reuse_address = false;
  std::unique_ptr<socket::socket> socket_;
};

/// One thread per connection. The class itself is what isinstance() asks for.
/// Source: Lib/socketserver.py, class ThreadingMixIn
class ThreadingMixIn {
 public:
  virtual ~ThreadingMixIn() = default;
  /// A daemon thread does not keep the program alive.
  bool daemon_threads = false;
  /// server_close() waits for the threads that are no daemons.
  bool block_on_close = true;

 protected:
  void process_request(std::shared_ptr<BaseServer> server, const Request& request, const Address& client_address);
  void join_threads();

 private:
  std::mutex threads_mutex_;
  std::vector<threading::Thread> _threads;
};

/// class X(ThreadingMixIn, Server): the mixin's process_request wins, as it comes first.
template <class Server>
class Threading final : public ThreadingMixIn, public Server {
 public:
  void process_request(const Request& request, const Address& client_address) override {
    ThreadingMixIn::process_request(this->shared_from_this(), request, client_address);
  }
  void server_close() override {
    Server::server_close();
    join_threads();
  }
};

/// What makefile('rb') gives: the connection's bytes, read ahead in a buffer.
class BufferedReader : public wsgiref::InputStream {
 public:
  explicit BufferedReader(Request request) : request_(std::move(request)) {}
  std::string read(std::ptrdiff_t size = -1) override;
  std::string readline(std::ptrdiff_t size = -1) override;
  /// What has been read ahead; waits for something when that is nothing. Empty at the end.
  std::string_view peek();
  void consume(std::size_t size);
  /// What has come and has not been read.
  std::size_t buffered() const { return buffer_.size() - position_; }

 private:
  bool fill();

  Request request_;
  std::string buffer_;
  std::size_t position_ = 0;
};

/// Source: Lib/socketserver.py, class _SocketWriter: unbuffered.
class _SocketWriter {
 public:
  explicit _SocketWriter(Request request) : request_(std::move(request)) {}
  void write(std::string_view data) { request_->sendall(data); }

 private:
  Request request_;
};

/// Source: Lib/socketserver.py, class BaseRequestHandler
class BaseRequestHandler {
 public:
  virtual ~BaseRequestHandler() = default;
  // Departs: Python's __init__ serves the connection; a C++ constructor cannot reach the overrides, so init() is a call of its own.
  /// Python's __init__: setup(), handle(), and finish() whatever happens.
  void init(const Request& request, const Address& client_address, BaseServer& server);

 protected:
  virtual void setup() {}
  virtual void handle() {}
  virtual void finish() {}

  Request request;
  Address client_address;
  BaseServer* server = nullptr;
};

/// Source: Lib/socketserver.py, class StreamRequestHandler
class StreamRequestHandler : public BaseRequestHandler {
 protected:
  void setup() override;
  void finish() override;

  // Departs: Python leaves Nagle's algorithm on, so a second small write waits up to 44 ms for the client's delayed ACK.
  bool disable_nagle_algorithm = true;
  Request connection;
  std::shared_ptr<BufferedReader> rfile;
  std::unique_ptr<_SocketWriter> wfile;
};

}  // namespace python::socketserver
