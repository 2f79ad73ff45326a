// django.core.servers.basehttp: the development server.
//
// runserver calls run(), which makes the server's class, makes the server (bind and listen happen in there) and loops for ever.
// One connection is a WSGIRequestHandler; one request in it is a ServerHandler, which calls the application.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "python/socketserver.h"
#include "python/wsgiref/simple_server.h"

namespace django::core::servers::basehttp {

namespace socketserver = python::socketserver;
namespace simple_server = python::wsgiref::simple_server;

/// The application that settings.WSGI_APPLICATION names, or Django's own when that is None.
/// Raises: ImproperlyConfigured, from the ImportError.
/// Source: django/core/servers/basehttp.py, get_internal_wsgi_application()
python::wsgiref::Application get_internal_wsgi_application();

/// Whether the exception that is being handled only says that the client has gone. Call it in a catch block.
bool is_broken_pipe_error();

/// The keyword arguments of WSGIServer.
struct WSGIServerInit {
  bool ipv6 = false;
  bool allow_reuse_address = true;
};

/// Source: django/core/servers/basehttp.py, class WSGIServer
class WSGIServer : public simple_server::WSGIServer {
  using super = simple_server::WSGIServer;

 public:
  WSGIServer() { request_queue_size = 10; }
  /// Python's __init__. When it returns, the port is open. Raises: OSError, gaierror, OverflowError.
  void init(const socketserver::Address& server_address, socketserver::RequestHandlerClass handler_class,
            const WSGIServerInit& kwargs = {});
  void handle_error(const socketserver::Request& request, const socketserver::Address& client_address) override;
};

/// A server class as a value: Python passes classes around.
struct ServerClass {
  using Construct = std::shared_ptr<WSGIServer> (*)(const socketserver::Address&, socketserver::RequestHandlerClass,
                                                    const WSGIServerInit&);
  std::string_view name;
  std::string_view bases;         // as a trace shows them
  Construct construct;
  Construct construct_threading;  // the same class behind ThreadingMixIn

  std::shared_ptr<WSGIServer> operator()(const socketserver::Address& server_address,
                                         socketserver::RequestHandlerClass handler_class,
                                         const WSGIServerInit& kwargs) const {
    return construct(server_address, handler_class, kwargs);
  }
};

template <class Server>
std::shared_ptr<WSGIServer> construct(const socketserver::Address& server_address,
                                      socketserver::RequestHandlerClass handler_class, const WSGIServerInit& kwargs) {
  const auto server = std::make_shared<Server>();
  server->init(server_address, handler_class, kwargs);
  return server;
}

template <class Server>
constexpr ServerClass class_object(std::string_view name) {
  return {name, "(<class wsgiref.simple_server.WSGIServer>,)", construct<Server>, construct<socketserver::Threading<Server>>};
}

inline constexpr ServerClass WSGIServer_class = class_object<WSGIServer>("WSGIServer");

/// type(name, (socketserver.ThreadingMixIn, server_cls), {})
constexpr ServerClass type(std::string_view name, const ServerClass& server_cls) {
  return {name, "(<class socketserver.ThreadingMixIn>, <class django.core.servers.basehttp.WSGIServer>)",
          server_cls.construct_threading, server_cls.construct_threading};
}

class WSGIRequestHandler;

/// Source: django/core/servers/basehttp.py, class ServerHandler
class ServerHandler : public simple_server::ServerHandler {
  using super = simple_server::ServerHandler;

 public:
  /// Reads at most CONTENT_LENGTH bytes of `stdin_`, 0 when that is no number.
  ServerHandler(std::shared_ptr<python::wsgiref::InputStream> stdin_, Write stdout_, Write stderr_,
                python::wsgiref::Environ environ);

 protected:
  void cleanup_headers() override;
  void close() override;
  void finish_response() override;
  void response_incomplete() override;
};

/// Source: django/core/servers/basehttp.py, class WSGIRequestHandler
class WSGIRequestHandler : public simple_server::WSGIRequestHandler {
  using super = simple_server::WSGIRequestHandler;

 public:
  WSGIRequestHandler() { protocol_version = "HTTP/1.1"; }
  /// Whether the server can serve others while this connection stays open.
  bool server_is_threading() const;

 protected:
  std::string address_string() const override { return client_address.host; }
  void log_message(std::string_view format, const python::http::server::Arguments& args) override;
  python::wsgiref::Environ get_environ() override;
  void handle() override;
  void handle_one_request() override;
};

inline constexpr socketserver::RequestHandlerClass WSGIRequestHandler_class =
    socketserver::handler_class<WSGIRequestHandler>("django.core.servers.basehttp.WSGIRequestHandler");

/// Told the port that was really bound, once it is.
using OnBind = std::function<void(int server_port)>;

/// Serves until an exception ends it: KeyboardInterrupt, SystemExit. Raises besides: what WSGIServer::init raises.
/// Source: django/core/servers/basehttp.py, run()
void run(const std::string& addr, int port, python::wsgiref::Application wsgi_handler, bool ipv6 = false,
         bool threading = false, const OnBind& on_bind = {}, const ServerClass& server_cls = WSGIServer_class);

}  // namespace django::core::servers::basehttp
