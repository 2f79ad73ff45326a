#include "django/core/servers/basehttp.h"

#include <algorithm>
#include <charconv>
#include <exception>
#include <limits>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/core/exceptions.h"
#include "django/core/handlers/wsgi.h"
#include "django/core/wsgi.h"
#include "django/utils/module_loading.h"
#include "python/logging/__init__.h"
#include "python/sys.h"
#include "tracepoints/trace.h"

namespace django::core::servers::basehttp {

namespace logging = python::logging;
namespace socket = python::socket;
namespace sys = python::sys;
using conf::settings;
using exceptions::ImproperlyConfigured;
using handlers::wsgi::LimitedStream;
using python::wsgiref::Application;
using python::wsgiref::Environ;
using utils::module_loading::import_string;
using wsgi::get_wsgi_application;

namespace {

logging::Logger& logger() { return logging::getLogger("django.server"); }

/// How much of a body that the application has not read is read away to save the connection: bytes.
constexpr std::size_t max_drained_bytes = 1024 * 1024;
constexpr std::ptrdiff_t drain_step_bytes = 64 * 1024;

// A body that has been decoded already, as a stream: io.BytesIO.
class BytesIO : public python::wsgiref::InputStream {
 public:
  explicit BytesIO(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string read(std::ptrdiff_t size) override { return take(bytes_.size(), size); }
  std::string readline(std::ptrdiff_t size) override {
    const std::size_t newline = bytes_.find('\n', position_);
    return take(newline == std::string::npos ? bytes_.size() : newline + 1, size);
  }

 private:
  std::string take(std::size_t end, std::ptrdiff_t size) {
    std::size_t length = end - position_;
    if (size >= 0) length = std::min(length, static_cast<std::size_t>(size));
    std::string taken(bytes_, position_, length);
    position_ += length;
    return taken;
  }
  std::string bytes_;
  std::size_t position_ = 0;
};

// int(environ.get("CONTENT_LENGTH")), 0 for what is no number. A number too large for anything must not become 0: its body
// would then be taken for the next request.
std::ptrdiff_t content_length_of(const Environ& environ) {
  const std::string_view text = environ.get("CONTENT_LENGTH");
  std::ptrdiff_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error == std::errc::result_out_of_range) return std::numeric_limits<std::ptrdiff_t>::max();
  return error == std::errc() && end == text.data() + text.size() ? length : 0;
}

}  // namespace

// django/core/servers/basehttp.py, get_internal_wsgi_application()
Application get_internal_wsgi_application() {
  TRACE_FRAME("basehttp.get_internal_wsgi_application");
  const std::optional<std::string> app_path = settings.WSGI_APPLICATION();
  TRACE_DECISION("basehttp.get_internal_wsgi_application:WSGI_APPLICATION", app_path);
  if (!app_path) return get_wsgi_application();
  try {
    return import_string<Application>(*app_path);
  } catch (const python::ImportError&) {
    std::throw_with_nested(ImproperlyConfigured(
        fmt::format("WSGI application '{}' could not be loaded; Error importing module.", *app_path)));
  }
}

// django/core/servers/basehttp.py, is_broken_pipe_error()
bool is_broken_pipe_error() {
  try {
    throw;
  } catch (const python::BrokenPipeError&) {
    return true;
  } catch (const python::ConnectionAbortedError&) {
    return true;
  } catch (const python::ConnectionResetError&) {
    return true;
  } catch (...) {
    return false;
  }
}

// django/core/servers/basehttp.py, WSGIServer.__init__()
void WSGIServer::init(const socketserver::Address& server_address, socketserver::RequestHandlerClass handler_class,
                      const WSGIServerInit& kwargs) {
  const std::pair args(server_address, handler_class);
  const bool ipv6 = kwargs.ipv6;
  TRACE_FRAME("basehttp.WSGIServer.__init__", args, ipv6);
  if (ipv6) address_family = AF_INET6;
  allow_reuse_address = kwargs.allow_reuse_address;
  super::init(server_address, handler_class);
}

// django/core/servers/basehttp.py, WSGIServer.handle_error()
void WSGIServer::handle_error(const socketserver::Request& request, const socketserver::Address& client_address) {
  TRACE_FRAME("basehttp.WSGIServer.handle_error", client_address);
  if (is_broken_pipe_error()) {
    logger().info("- Broken pipe from " + socket::str(client_address));
  } else {
    super::handle_error(request, client_address);
  }
}

// django/core/servers/basehttp.py, ServerHandler.__init__()
ServerHandler::ServerHandler(std::shared_ptr<python::wsgiref::InputStream> stdin_, Write stdout_, Write stderr_,
                             Environ environ_)
    : super(nullptr, std::move(stdout_), std::move(stderr_), std::move(environ_)) {
  const Environ& environ = base_env;
  TRACE_FRAME("basehttp.ServerHandler.__init__", environ["CONTENT_LENGTH"]);
  http_version = "1.1";
  // On a kept connection, reading on would take the next request's bytes.
  this->stdin_ = std::make_shared<LimitedStream>(std::move(stdin_), content_length_of(environ));
}

// django/core/servers/basehttp.py, ServerHandler.cleanup_headers()
void ServerHandler::cleanup_headers() {
  TRACE_FRAME("basehttp.ServerHandler.cleanup_headers");
  auto& handler = static_cast<WSGIRequestHandler&>(*request_handler);
  const bool head = environ_.get("REQUEST_METHOD") == "HEAD";
  super::cleanup_headers();
  if (head && headers_->get("Content-Length") == "0") headers_->remove("Content-Length");
  // A client can only tell where the body ends by its length, or by the end of the connection.
  if (!head && !headers_->contains("Content-Length")) {
    headers_->set("Connection", "close");
  } else if (!handler.server_is_threading()) {
    // Without threads a kept connection would keep everybody else waiting.
    headers_->set("Connection", "close");
  }
  if (headers_->get("Connection") == "close") handler.close_connection = true;
  // Departs: a client of HTTP/1.0 takes the connection for closed unless it is told (RFC 9112, C.2.2); Django keeps it and is silent.
  if (environ_.get("SERVER_PROTOCOL") == "HTTP/1.0" && !handler.close_connection) headers_->set("Connection", "keep-alive");
  TRACE_DECISION("basehttp.ServerHandler.cleanup_headers:connection", handler.close_connection ? "close" : "keep-alive");
}

// django/core/servers/basehttp.py, ServerHandler.close()
void ServerHandler::close() {
  TRACE_FRAME("basehttp.ServerHandler.close");
  // Departs: Django reads all of the rest, whatever its size, into memory; past a limit the connection is given up instead.
  try {
    std::size_t drained = 0;
    while (const std::size_t size = get_stdin()->read(drain_step_bytes).size()) {
      drained += size;
      if (drained <= max_drained_bytes) continue;
      static_cast<WSGIRequestHandler&>(*request_handler).close_connection = true;
      break;
    }
  } catch (...) {
    super::close();
    throw;
  }
  super::close();
}

// django/core/servers/basehttp.py, ServerHandler.finish_response()
void ServerHandler::finish_response() {
  TRACE_FRAME("basehttp.ServerHandler.finish_response", this->status);
  if (environ_.get("REQUEST_METHOD") != "HEAD") {
    super::finish_response();
    return;
  }
  try {
    while (result && result->next()) {
      // The body is made, for its side effects, and dropped.
    }
    if (!headers_sent) {
      if (status.empty()) throw python::AssertionError("write() before start_response()");
      send_headers();
      _flush();
    }
  } catch (...) {
    close();  // Python: finally
    throw;
  }
  close();
}

void ServerHandler::response_incomplete() {
  static_cast<WSGIRequestHandler&>(*request_handler).close_connection = true;
}

bool WSGIRequestHandler::server_is_threading() const {
  return dynamic_cast<const socketserver::ThreadingMixIn*>(server) != nullptr;
}

// django/core/servers/basehttp.py, WSGIRequestHandler.log_message()
// Departs: Django 5.2 logs the request line as it came; here its control characters are escaped, as http.server's own log does.
void WSGIRequestHandler::log_message(std::string_view format, const python::http::server::Arguments& args) {
  TRACE_FRAME("basehttp.WSGIRequestHandler.log_message", args);
  logging::Extra extra{.server_time = log_date_time_string(), .request = request};
  const std::string& code = args[1];
  // 0x16: a handshake, 0x03: SSL 3.0 or TLS 1.x
  if (code.starts_with('4') && args[0].starts_with("\x16\x03")) {
    extra.status_code = 500;
    logger().error("You're accessing the development server over HTTPS, but it only supports HTTP.", std::move(extra));
    return;
  }
  int level = logging::INFO;
  if (code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    const int status_code = std::stoi(code);
    extra.status_code = status_code;
    if (status_code >= 500) level = logging::ERROR;
    else if (status_code >= 400) level = logging::WARNING;
  }
  logger().log(level, python::http::server::formatted_for_log(format, args), std::move(extra));
}

// django/core/servers/basehttp.py, WSGIRequestHandler.get_environ()
Environ WSGIRequestHandler::get_environ() {
  TRACE_FRAME("basehttp.WSGIRequestHandler.get_environ", this->path);
  // X_User and X-User would become one name: whoever may send the first could pass for the second.
  headers.remove_if([](std::string_view name) { return name.find('_') != std::string_view::npos; });
  return super::get_environ();
}

// django/core/servers/basehttp.py, WSGIRequestHandler.handle()
void WSGIRequestHandler::handle() {
  TRACE_FRAME("basehttp.WSGIRequestHandler.handle");
  close_connection = true;
  do {
    handle_one_request();
    TRACE_DECISION("basehttp.WSGIRequestHandler.handle:close_connection", close_connection);
  } while (!close_connection);
  try {
    connection->shutdown(SHUT_WR);
  } catch (const python::OSError&) {
    // The peer has gone.
  }
}

// django/core/servers/basehttp.py, WSGIRequestHandler.handle_one_request()
void WSGIRequestHandler::handle_one_request() {
  TRACE_FRAME("basehttp.WSGIRequestHandler.handle_one_request");
  constexpr std::size_t limit = 65536;
  raw_requestline = rfile->readline(limit + 1);
  if (raw_requestline.size() > limit) {
    requestline.clear();
    request_version.clear();
    command.clear();
    send_error(414);
    return;
  }
  if (!parse_request()) return;
  std::shared_ptr<python::wsgiref::InputStream> body = rfile;
  if (chunked) {
    if (!read_chunked_body()) return;
    // Departs: a chunked body has no CONTENT_LENGTH in Django, and so is empty for every application.
    headers.add("Content-Length", std::to_string(chunked_body.size()));
    body = std::make_shared<BytesIO>(std::move(chunked_body));
  }
  ServerHandler handler(
      std::move(body), [this](std::string_view data) { wfile->write(data); },
      [](std::string_view text) { sys::stderr_->write(text); }, get_environ());
  handler.request_handler = this;  // for the log, and to say that the connection ends
  handler.run(wsgi_server().get_app());
}

// django/core/servers/basehttp.py, run()
void run(const std::string& addr, int port, Application wsgi_handler, bool ipv6, bool threading, const OnBind& on_bind,
         const ServerClass& server_cls) {
  TRACE_FRAME("basehttp.run", addr, port, ipv6, threading);
  const socketserver::Address server_address{.host = addr, .port = port};
  TRACE_DECISION("basehttp.run:threading", threading);
  const ServerClass httpd_cls = threading ? type("WSGIServer", server_cls) : server_cls;
  const tracepoints::Raw bases{httpd_cls.bases};
  TRACE_POINT("basehttp.run:class", httpd_cls.name, bases);
  const std::shared_ptr<WSGIServer> httpd = httpd_cls(server_address, WSGIRequestHandler_class, {.ipv6 = ipv6});
  TRACE_POINT("basehttp.run:bound", httpd->server_address);
  if (on_bind) on_bind(httpd->server_port);
  if (threading) {
    // Daemons: Ctrl-C does not wait for slow clients.
    dynamic_cast<socketserver::ThreadingMixIn&>(*httpd).daemon_threads = true;
  }
  httpd->set_app(std::move(wsgi_handler));
  httpd->serve_forever();
}

}  // namespace django::core::servers::basehttp
