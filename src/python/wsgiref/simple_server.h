// wsgiref.simple_server: http.server and WSGI joined: a server that knows an application, a handler that builds its environ.
#pragma once

#include <string>
#include <string_view>

#include "python/http/server.h"
#include "python/wsgiref/handlers.h"

namespace python::wsgiref::simple_server {

class WSGIRequestHandler;

/// Source: Lib/wsgiref/simple_server.py, class ServerHandler
class ServerHandler : public handlers::SimpleHandler {
 public:
  ServerHandler(std::shared_ptr<InputStream> stdin_, Write stdout_, Write stderr_, Environ environ);
  WSGIRequestHandler* request_handler = nullptr;  // for the log line

 protected:
  void close() override;
};

/// Source: Lib/wsgiref/simple_server.py, class WSGIServer
class WSGIServer : public http::server::HTTPServer {
 public:
  void server_bind() override;
  void setup_environ();
  const Application& get_app() const { return application; }
  void set_app(Application application);

  Environ base_environ;

 private:
  Application application;
};

/// Source: Lib/wsgiref/simple_server.py, class WSGIRequestHandler
class WSGIRequestHandler : public http::server::BaseHTTPRequestHandler {
 public:
  WSGIRequestHandler() { server_version = "WSGIServer/0.2"; }

 protected:
  virtual Environ get_environ();
  WSGIServer& wsgi_server() const;
};

/// "WSGIServer/0.2 Tracewalk/0.1.0": the Server header of an application's responses.
const std::string& software_version();

}  // namespace python::wsgiref::simple_server
