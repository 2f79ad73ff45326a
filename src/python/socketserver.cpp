#include "python/socketserver.h"

#include <algorithm>
#include <cerrno>
#include <exception>

#include "python/exceptions.h"
#include "python/selectors.h"
#include "python/sys.h"
#include "python/time.h"
#include "tracepoints/trace.h"

namespace python::socketserver {
namespace {

/// How long the loop rests when accept() fails for want of something (descriptors, memory): seconds.
constexpr double accept_back_off = 0.05;
/// io.DEFAULT_BUFFER_SIZE of Python 3.13.
constexpr std::size_t default_buffer_size_bytes = 8192;
/// A long read grows by this much at a time, so that a promised length alone takes no memory.
constexpr std::size_t read_step_bytes = 64 * 1024;

}  // namespace

void repr_to(tracepoints::Repr& out, const RequestHandlerClass& handler_class) noexcept {
  out.put("<class ");
  out.put(handler_class.name);
  out.put('>');
}

unsigned BaseServer::next_request_number() {
  static std::atomic<unsigned> last{0};
  return ++last;
}

// Lib/socketserver.py, BaseServer.__init__()
void BaseServer::init(Address address, RequestHandlerClass handler_class) {
  server_address = std::move(address);
  RequestHandlerClass_ = handler_class;
}

// Lib/socketserver.py, BaseServer.serve_forever()
void BaseServer::serve_forever(double poll_interval) {
  TRACE_FRAME("socketserver.BaseServer.serve_forever", poll_interval);
  {
    const std::lock_guard lock(shut_down_mutex_);
    is_shut_down_ = false;
  }
  struct Finally {  // Python: finally
    BaseServer& self;
    ~Finally() {
      const std::lock_guard lock(self.shut_down_mutex_);
      self.shutdown_request_ = false;
      self.is_shut_down_ = true;
      self.shut_down_condition_.notify_all();
    }
  } const finally{*this};

  selectors::PollSelector selector;
  selector.register_(fileno(), selectors::EVENT_READ);
  while (!shutdown_request_) {
    const std::vector<selectors::Ready> ready = selector.select(poll_interval);
    // Python: shutdown() called while the loop waited ends it before it takes another connection.
    if (shutdown_request_) break;
    if (!ready.empty()) _handle_request_noblock();
    service_actions();
  }
}

// Lib/socketserver.py, BaseServer.shutdown()
void BaseServer::shutdown() {
  shutdown_request_ = true;
  std::unique_lock lock(shut_down_mutex_);
  shut_down_condition_.wait(lock, [this] { return is_shut_down_; });
}

// Lib/socketserver.py, BaseServer.service_actions()
void BaseServer::service_actions() { TRACE_FRAME("socketserver.BaseServer.service_actions"); }

// Lib/socketserver.py, BaseServer._handle_request_noblock()
void BaseServer::_handle_request_noblock() {
  TRACE_FRAME("socketserver.BaseServer._handle_request_noblock");
  Request request;
  Address client_address;
  try {
    std::tie(request, client_address) = get_request();
  } catch (const OSError& e) {
    // Departs: Python returns at once; as the connection is still waiting, its loop then spins until a descriptor is free.
    if (e.errno_ == EMFILE || e.errno_ == ENFILE || e.errno_ == ENOBUFS || e.errno_ == ENOMEM) time::sleep(accept_back_off);
    return;
  }
  if (!verify_request(request, client_address)) {
    shutdown_request(request);
    return;
  }
  try {
    process_request(request, client_address);
  } catch (const std::exception&) {
    handle_error(request, client_address);
    shutdown_request(request);
  } catch (...) {
    shutdown_request(request);
    throw;
  }
}

// Lib/socketserver.py, BaseServer.verify_request()
bool BaseServer::verify_request([[maybe_unused]] const Request& request, const Address& client_address) {
  TRACE_FRAME("socketserver.BaseServer.verify_request", client_address);
  return traced.result(true);
}

// Lib/socketserver.py, BaseServer.process_request()
void BaseServer::process_request(const Request& request, const Address& client_address) {
  struct Numbered {
    explicit Numbered(unsigned number) { tracepoints::set_request(number); }
    ~Numbered() { tracepoints::set_request(0); }
  } const numbered(next_request_number());
  TRACE_FRAME("socketserver.BaseServer.process_request", client_address);
  finish_request(request, client_address);
  shutdown_request(request);
}

// Lib/socketserver.py, BaseServer.finish_request()
void BaseServer::finish_request(const Request& request, const Address& client_address) {
  TRACE_FRAME("socketserver.BaseServer.finish_request", client_address);
  RequestHandlerClass_(request, client_address, *this);
}

// Lib/socketserver.py, BaseServer.handle_error()
void BaseServer::handle_error([[maybe_unused]] const Request& request, const Address& client_address) {
  const std::string line(40, '-');
  // One write, so that the reports of two threads do not mix.
  sys::stderr_->write(line + "\nException occurred during processing of request from " + socket::str(client_address) + "\n" +
                      format_exception(std::current_exception()) + line + "\n");
}

// Lib/socketserver.py, ThreadingMixIn.process_request_thread()
void BaseServer::process_request_thread(unsigned number, const Request& request, const Address& client_address) noexcept {
  tracepoints::set_request(number);
  TRACE_FRAME("socketserver.ThreadingMixIn.process_request_thread", client_address);
  // Departs: an exception that is no Exception (SystemExit) would end the thread with Python's hook; here nothing leaves.
  try {
    try {
      finish_request(request, client_address);
    } catch (const std::exception&) {
      handle_error(request, client_address);
    } catch (const BaseException&) {
      // Python: sys.exit() in a view ends its thread without a word.
    }
  } catch (...) {
    // The report failed too (standard error is closed): the connection must be closed all the same.
  }
  try {
    shutdown_request(request);
  } catch (const OSError&) {
    // The peer was quicker.
  }
}

// Lib/socketserver.py, TCPServer.__init__()
void TCPServer::init(Address server_address, RequestHandlerClass handler_class, bool bind_and_activate) {
  TRACE_FRAME("socketserver.TCPServer.__init__", server_address, bind_and_activate);
  BaseServer::init(std::move(server_address), handler_class);
  socket_ = std::make_unique<socket::socket>(address_family, socket_type);
  if (!bind_and_activate) return;
  try {
    server_bind();
    server_activate();
  } catch (...) {
    server_close();
    throw;
  }
}

TCPServer::~TCPServer() = default;

// Lib/socketserver.py, TCPServer.server_bind()
void TCPServer::server_bind() {
  TRACE_FRAME("socketserver.TCPServer.server_bind", this->server_address);
  if (allow_reuse_address) socket_->setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
  // Left out: SO_REUSEPORT, which nothing in the chain asks for.
  socket_->bind(server_address);
  server_address = socket_->getsockname();
}

// Lib/socketserver.py, TCPServer.server_activate()
void TCPServer::server_activate() {
  TRACE_FRAME("socketserver.TCPServer.server_activate", this->request_queue_size);
  socket_->listen(request_queue_size);
}

// Lib/socketserver.py, TCPServer.server_close()
void TCPServer::server_close() { socket_->close(); }

int TCPServer::fileno() const { return socket_->fileno(); }

// Lib/socketserver.py, TCPServer.get_request()
std::pair<Request, Address> TCPServer::get_request() {
  TRACE_FRAME("socketserver.TCPServer.get_request");
  std::pair<Request, Address> accepted = socket_->accept();
  traced.result(accepted.second);
  return accepted;
}

// Lib/socketserver.py, TCPServer.shutdown_request()
void TCPServer::shutdown_request(const Request& request) {
  TRACE_FRAME("socketserver.TCPServer.shutdown_request");
  try {
    // Python: an explicit shutdown; close() alone only gives up this process's handle.
    request->shutdown(SHUT_WR);
  } catch (const OSError&) {
    // Some platforms complain when the peer has gone.
  }
  request->close();
}

// Lib/socketserver.py, ThreadingMixIn.process_request()
void ThreadingMixIn::process_request(std::shared_ptr<BaseServer> server, const Request& request,
                                     const Address& client_address) {
  TRACE_FRAME("socketserver.ThreadingMixIn.process_request", client_address);
  threading::Thread t({.target =
                           [server = std::move(server), number = BaseServer::next_request_number(), request,
                            client_address] { server->process_request_thread(number, request, client_address); },
                       .target_name = "process_request_thread",
                       .daemon = daemon_threads});
  if (block_on_close && !daemon_threads) {
    const std::lock_guard lock(threads_mutex_);
    std::erase_if(_threads, [](const threading::Thread& thread) { return !thread.is_alive(); });
    _threads.push_back(t);
  }
  t.start();
}

void ThreadingMixIn::join_threads() {
  std::vector<threading::Thread> threads;
  {
    const std::lock_guard lock(threads_mutex_);
    threads.swap(_threads);
  }
  for (const threading::Thread& thread : threads)
    if (thread.is_alive()) thread.join();
}

bool BufferedReader::fill() {
  if (position_ == buffer_.size()) {
    buffer_.clear();
    position_ = 0;
  } else if (position_ >= default_buffer_size_bytes) {
    buffer_.erase(0, position_);
    position_ = 0;
  }
  const std::size_t size = buffer_.size();
  buffer_.resize(size + default_buffer_size_bytes);
  std::size_t received = 0;
  try {
    received = request_->recv_into(buffer_.data() + size, default_buffer_size_bytes);
  } catch (...) {
    buffer_.resize(size);
    throw;
  }
  buffer_.resize(size + received);
  return received > 0;
}

std::string_view BufferedReader::peek() {
  if (buffered() == 0) fill();
  return std::string_view(buffer_).substr(position_);
}

void BufferedReader::consume(std::size_t size) { position_ += std::min(size, buffered()); }

std::string BufferedReader::read(std::ptrdiff_t size) {
  const std::size_t wanted = size < 0 ? std::string::npos : static_cast<std::size_t>(size);
  std::string out(buffer_, position_, std::min(wanted, buffered()));
  position_ += out.size();
  while (out.size() < wanted) {
    // Past the buffer, straight into the result.
    const std::size_t have = out.size();
    const std::size_t step = std::min(wanted - have, read_step_bytes);
    out.resize(have + step);
    const std::size_t received = request_->recv_into(out.data() + have, step);
    out.resize(have + received);
    if (received == 0) break;
  }
  return out;
}

std::string BufferedReader::readline(std::ptrdiff_t size) {
  const std::size_t limit = size < 0 ? std::string::npos : static_cast<std::size_t>(size);
  std::size_t scanned = 0;
  std::size_t length = 0;
  for (;;) {
    const std::size_t newline = buffer_.find('\n', position_ + scanned);
    if (newline != std::string::npos) {
      length = std::min(newline + 1 - position_, limit);
      break;
    }
    scanned = buffered();
    if (scanned >= limit || !fill()) {
      length = std::min(buffered(), limit);
      break;
    }
  }
  std::string line(buffer_, position_, length);
  position_ += length;
  return line;
}

// Lib/socketserver.py, BaseRequestHandler.__init__()
void BaseRequestHandler::init(const Request& request_, const Address& client_address_, BaseServer& server_) {
  request = request_;
  client_address = client_address_;
  server = &server_;
  TRACE_FRAME("socketserver.BaseRequestHandler.__init__", client_address);
  setup();
  try {
    handle();
  } catch (...) {
    const tracepoints::StillPassing on_its_way;  // Python: finally
    finish();
    throw;
  }
  finish();
}

// Lib/socketserver.py, StreamRequestHandler.setup()
void StreamRequestHandler::setup() {
  TRACE_FRAME("socketserver.StreamRequestHandler.setup");
  connection = request;
  if (disable_nagle_algorithm) connection->setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
  rfile = std::make_shared<BufferedReader>(connection);
  wfile = std::make_unique<_SocketWriter>(connection);
}

// Lib/socketserver.py, StreamRequestHandler.finish()
void StreamRequestHandler::finish() { TRACE_FRAME("socketserver.StreamRequestHandler.finish"); }

}  // namespace python::socketserver
