#include "python/wsgiref/simple_server.h"

#include <fmt/format.h>

#include "python/wsgiref/util.h"
#include "tracepoints/trace.h"

namespace python::wsgiref::simple_server {
namespace {

std::string_view strip(std::string_view text) {
  constexpr std::string_view space = " \t\r\n\v\f";
  const std::size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

// k.replace('-', '_').upper()
std::string environ_name(std::string_view header) {
  std::string name(header);
  for (char& c : name) {
    if (c == '-') c = '_';
    else if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return name;
}

}  // namespace

const std::string& software_version() {
  static const std::string version = fmt::format("WSGIServer/0.2 {}", http::server::sys_version);
  return version;
}

ServerHandler::ServerHandler(std::shared_ptr<InputStream> stdin_, Write stdout_, Write stderr_, Environ environ)
    : SimpleHandler(std::move(stdin_), std::move(stdout_), std::move(stderr_), std::move(environ)) {
  server_software = software_version();
}

// Lib/wsgiref/simple_server.py, ServerHandler.close()
void ServerHandler::close() {
  TRACE_FRAME("wsgiref.simple_server.ServerHandler.close", this->status, this->bytes_sent);
  // An error that could not even be reported leaves no status, and then there is nothing to log.
  try {
    if (!status.empty()) request_handler->log_request(status.substr(0, status.find(' ')), static_cast<std::int64_t>(bytes_sent));
  } catch (...) {
    const tracepoints::StillPassing on_its_way;
    SimpleHandler::close();
    throw;
  }
  SimpleHandler::close();
}

// Lib/wsgiref/simple_server.py, WSGIServer.server_bind()
void WSGIServer::server_bind() {
  TRACE_FRAME("wsgiref.simple_server.WSGIServer.server_bind");
  HTTPServer::server_bind();
  setup_environ();
}

// Lib/wsgiref/simple_server.py, WSGIServer.setup_environ()
void WSGIServer::setup_environ() {
  TRACE_FRAME("wsgiref.simple_server.WSGIServer.setup_environ", this->server_name, this->server_port);
  base_environ.variables = {
      {"SERVER_NAME", server_name}, {"GATEWAY_INTERFACE", "CGI/1.1"}, {"SERVER_PORT", std::to_string(server_port)},
      {"REMOTE_HOST", ""},          {"CONTENT_LENGTH", ""},           {"SCRIPT_NAME", ""},
  };
}

// Lib/wsgiref/simple_server.py, WSGIServer.set_app()
void WSGIServer::set_app(Application application) {
  TRACE_FRAME("wsgiref.simple_server.WSGIServer.set_app", application);
  this->application = std::move(application);
}

WSGIServer& WSGIRequestHandler::wsgi_server() const { return dynamic_cast<WSGIServer&>(*server); }

// Lib/wsgiref/simple_server.py, WSGIRequestHandler.get_environ()
Environ WSGIRequestHandler::get_environ() {
  TRACE_FRAME("wsgiref.simple_server.WSGIRequestHandler.get_environ", this->command, this->request_version);
  Environ env = wsgi_server().base_environ;
  auto& variables = env.variables;
  variables["SERVER_PROTOCOL"] = request_version;
  variables["SERVER_SOFTWARE"] = server_version;
  variables["REQUEST_METHOD"] = command;
  const std::size_t question_mark = path.find('?');
  // Python: str, each character one byte of the path (PEP 3333); here they are bytes at once.
  variables["PATH_INFO"] = util::unquote_to_bytes(std::string_view(path).substr(0, question_mark));
  variables["QUERY_STRING"] = question_mark == std::string::npos ? std::string() : path.substr(question_mark + 1);

  const std::string host = address_string();
  if (host != client_address.host) variables["REMOTE_HOST"] = host;
  variables["REMOTE_ADDR"] = client_address.host;

  variables["CONTENT_TYPE"] = headers.get("content-type", "text/plain");
  const std::string_view length = headers.get("content-length", "");
  if (!length.empty()) variables["CONTENT_LENGTH"] = length;

  for (const auto& [k, v] : headers.items()) {
    const std::string name = environ_name(k);
    if (env.contains(name)) continue;  // content length, type, and what the server itself has said
    const auto [entry, added] = variables.try_emplace("HTTP_" + name, strip(v));
    if (added) continue;
    entry->second += ',';
    entry->second += strip(v);
  }
  return env;
}

}  // namespace python::wsgiref::simple_server
