// http.server: HTTP on top of socketserver: a request line, headers, and the answers that never reach an application.
//
// wsgiref's handler calls parse_request() for each request of a connection; what it refuses has been answered by send_error().
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "python/builtins.h"
#include "python/http/client.h"
#include "python/http/parser.h"
#include "python/socketserver.h"

namespace python::http::server {

/// The name and version this server gives itself.
extern const std::string_view sys_version;

/// Bytes as they came: a trace shows them as b'...'.
struct bytes : std::string {
  using std::string::string;
  bytes& operator=(std::string text) { return std::string::operator=(std::move(text)), *this; }
};
void repr_to(tracepoints::Repr& out, const bytes& value) noexcept;

/// The *args of a log call, already text: a trace shows them as a tuple.
struct Arguments {
  std::vector<std::string> items;
  const std::string& operator[](std::size_t i) const { return items[i]; }
};
void repr_to(tracepoints::Repr& out, const Arguments& args) noexcept;

/// Source: Lib/http/server.py, class HTTPServer
class HTTPServer : public socketserver::TCPServer {
 public:
  HTTPServer() { allow_reuse_address = true; }
  void server_bind() override;

  std::string server_name;
  int server_port = 0;
};

/// What a request's body may be when its length is not announced: bytes.
inline constexpr std::size_t max_chunked_body_bytes = 16 * 1024 * 1024;

/// Source: Lib/http/server.py, class BaseHTTPRequestHandler
class BaseHTTPRequestHandler : public socketserver::StreamRequestHandler {
 public:
  /// Logs a served or a refused request. `size` is in bytes, "-" when unknown.
  void log_request(const Value& code = "-", const Value& size = "-");
  /// The connection ends after this request. handle() and the answer's headers both obey it.
  bool close_connection = true;

 protected:
  /// Reads the headers that follow raw_requestline, and parses both.
  /// Gives: false when the connection is to be closed; an error has then been answered, unless nothing had come.
  /// Units: a line has at most 65536 bytes, its end included; a header section at most 100 lines.
  bool parse_request();
  /// Decodes a chunked body into chunked_body. Gives: false when it was refused, and that has been answered.
  bool read_chunked_body();
  bool handle_expect_100();
  void handle() override;
  virtual void handle_one_request() = 0;
  void finish() override;

  /// Logs, and answers with a small page of its own. Empty texts stand for those of the status.
  void send_error(int code, std::string message = {}, std::string explain = {});
  void send_response(int code, std::string_view message);
  void send_response_only(int code, std::string_view message = {});
  void send_header(std::string_view keyword, std::string_view value);
  void end_headers();
  void flush_headers();

  void log_error(std::string_view format, Arguments args);
  /// `format` has a %s or %d for each argument.
  virtual void log_message(std::string_view format, const Arguments& args);
  std::string version_string() const;
  static std::string date_time_string();
  /// Local time: 22/Nov/2026 13:15:00
  static std::string log_date_time_string();
  virtual std::string address_string() const { return client_address.host; }

  std::string_view server_version = "BaseHTTP/0.6";
  std::string_view protocol_version = "HTTP/1.0";
  bytes raw_requestline;
  std::string requestline;      // without its end, decoded from Latin-1 as Python decodes it
  std::string command, path, request_version;
  client::HTTPMessage headers;
  bool chunked = false;         // the body comes in chunks
  std::string chunked_body;     // ... and this is what they hold

 private:
  bool _parse_request();
  bool parse_headers();
  std::string _headers_buffer;
  parser::RequestParser parser_;
  bool refused_ = false;        // the peer may still be sending what nobody will read
};

/// "code %d, message %s" % args, for %s and %d. Control characters come out as \x1b.
std::string formatted_for_log(std::string_view format, const Arguments& args);

}  // namespace python::http::server
