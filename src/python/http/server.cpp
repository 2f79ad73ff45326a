#include "python/http/server.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include <fmt/format.h>

#include "python/builtins.h"
#include "python/exceptions.h"
#include "python/http/__init__.h"
#include "python/sys.h"
#include "python/time.h"
#include "tracepoints/trace.h"

#ifndef TRACEWALK_VERSION
#error "the build says which version this is: -DTRACEWALK_VERSION"
#endif

namespace python::http::server {

// Departs: Python names itself here ("CPython/3.13.0"); this server is not Python.
const std::string_view sys_version = "Tracewalk/" TRACEWALK_VERSION;

namespace {

// Python's page, letter for letter: its length is a header.
constexpr std::string_view DEFAULT_ERROR_MESSAGE = R"(<!DOCTYPE HTML>
<html lang="en">
    <head>
        <meta charset="utf-8">
        <title>Error response</title>
    </head>
    <body>
        <h1>Error response</h1>
        <p>Error code: {code}</p>
        <p>Message: {message}.</p>
        <p>Error code explanation: {code} - {explain}.</p>
    </body>
</html>
)";

/// After a refusal, how long and how much the peer may still send before the connection is closed on it.
constexpr double linger_seconds = 1.0;
constexpr std::size_t linger_bytes = 1024 * 1024;

constexpr std::array<const char*, 12> month_names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<const char*, 7> weekday_names = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::string latin1_to_utf8(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xc0 | (byte >> 6));
      out += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  return out;
}

// repr() of a word that Python has decoded as Latin-1.
std::string repr_latin1(std::string_view text) { return repr(latin1_to_utf8(text)); }

std::string html_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else out += c;
  }
  return out;
}

// What str.split() splits at, for text decoded as Latin-1.
bool is_python_space(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x09 && byte <= 0x0d) || (byte >= 0x1c && byte <= 0x20) || byte == 0x85 || byte == 0xa0;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t i = 0;
  while (i < text.size()) {
    while (i < text.size() && is_python_space(text[i])) ++i;
    const std::size_t start = i;
    while (i < text.size() && !is_python_space(text[i])) ++i;
    if (i > start) words.push_back(text.substr(start, i - start));
  }
  return words;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Between the words only spaces and tabs may stand; Python also takes a vertical tab, a no-break space and their like.
bool has_odd_byte(std::string_view line) {
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f || byte == 0x85 || byte == 0xa0) return true;
  }
  return false;
}

}  // namespace

void repr_to(tracepoints::Repr& out, const bytes& value) noexcept { repr_to(out, tracepoints::Bytes{value}); }

void repr_to(tracepoints::Repr& out, const Arguments& args) noexcept {
  out.put('(');
  for (std::size_t i = 0; i < args.items.size(); ++i) {
    if (i > 0) out.put(", ");
    tracepoints::repr_to(out, args.items[i]);
  }
  out.put(args.items.size() == 1 ? ",)" : ")");
}

// Lib/http/server.py, HTTPServer.server_bind()
void HTTPServer::server_bind() {
  TRACE_FRAME("http.server.HTTPServer.server_bind");
  TCPServer::server_bind();
  server_name = socket::getfqdn(server_address.host);
  server_port = server_address.port;
}

// Lib/http/server.py, BaseHTTPRequestHandler.parse_request()
bool BaseHTTPRequestHandler::parse_request() {
  TRACE_FRAME("http.server.BaseHTTPRequestHandler.parse_request", this->raw_requestline);
  const bool accepted = _parse_request();
  TRACE_DECISION("http.server.BaseHTTPRequestHandler.parse_request:accepted", accepted);
  return traced.result(accepted);
}

bool BaseHTTPRequestHandler::_parse_request() {
  command.clear();
  path.clear();
  // Departs: Python starts with HTTP/0.9, and so answers an error in the first line without a status line or headers.
  request_version = protocol_version;
  close_connection = true;
  headers.clear();
  chunked = false;
  chunked_body.clear();
  std::string_view line = raw_requestline;
  const bool ends_with_crlf = line.ends_with("\r\n");
  while (line.ends_with('\r') || line.ends_with('\n')) line.remove_suffix(1);
  requestline = latin1_to_utf8(line);
  const std::vector<std::string_view> words = split(line);
  if (words.empty()) return false;

  if (words.size() >= 3) {  // enough to tell which version it is
    const std::string_view version = words.back();
    // Departs: Python also takes HTTP/01.1 and HTTP/1.10; RFC 9112 has one digit on each side of the dot.
    const bool well_formed = version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
                             version[6] == '.' && is_digit(version[7]);
    // Departs: Python answers HTTP/0.9 with a bare body, which a client of any later version takes for something else.
    if (!well_formed || version[5] == '0') {
      send_error(400, fmt::format("Bad request version ({})", repr_latin1(version)));
      return false;
    }
    if (version >= "HTTP/1.1" && protocol_version >= "HTTP/1.1") close_connection = false;
    if (version >= "HTTP/2.0") {
      close_connection = true;
      send_error(505, fmt::format("Invalid HTTP version ({})", version.substr(5)));
      return false;
    }
    request_version = version;
  }
  if (words.size() == 2 && words[0] != "GET") {
    send_error(400, fmt::format("Bad HTTP/0.9 request type ({})", repr_latin1(words[0])));
    return false;
  }
  // Departs: a request line of two words (HTTP/0.9), one with control characters, and one that ends without CR LF are refused.
  if (words.size() != 3 || has_odd_byte(line) || !ends_with_crlf) {
    close_connection = true;
    send_error(400, fmt::format("Bad request syntax ({})", repr(requestline)));
    return false;
  }
  command = words[0];
  path = words[1];
  // Python: a path that begins with // would be taken for a host by whoever redirects to it (gh-87389).
  if (path.starts_with("//")) path.erase(0, std::min(path.find_first_not_of('/'), path.size()) - 1);

  if (!parser_.request_line(command, words[1], request_version == "HTTP/1.0" ? "HTTP/1.0" : "HTTP/1.1")) {
    close_connection = true;
    send_error(400, fmt::format("Bad request syntax ({})", repr(requestline)), std::string(parser_.reason()));
    return false;
  }
  if (!parse_headers()) {
    close_connection = true;
    return false;
  }

  const std::string_view conntype = headers.get("Connection", "");
  if (client::same_name(conntype, "close")) close_connection = true;
  else if (client::same_name(conntype, "keep-alive") && protocol_version >= "HTTP/1.1") close_connection = false;
  // Departs: Python compares the whole value, so "keep-alive, close" would keep the connection.
  if (parser_.connection_close()) close_connection = true;
  chunked = parser_.chunked();
  // Departs: chunks in HTTP/1.0 are read differently by those in between, so nothing may follow them.
  if (chunked && request_version == "HTTP/1.0") close_connection = true;

  if (client::same_name(headers.get("Expect", ""), "100-continue") && protocol_version >= "HTTP/1.1" &&
      request_version >= "HTTP/1.1")
    return handle_expect_100();
  return true;
}

// Lib/http/client.py, _read_headers() and parse_headers(), with llhttp in place of the email package.
// Departs: header lines that two servers could read differently are refused with 400, where the email package takes them.
// They are folded lines, a space before the colon, bare CR or LF, NUL, two lengths, a length beside Transfer-Encoding.
bool BaseHTTPRequestHandler::parse_headers() {
  for (std::size_t lines = 1; !parser_.headers_complete(); ++lines) {
    const std::string line = rfile->readline(static_cast<std::ptrdiff_t>(client::_MAXLINE) + 1);
    if (line.size() > client::_MAXLINE) {
      send_error(431, "Line too long", fmt::format("got more than {} bytes when reading header line", client::_MAXLINE));
      return false;
    }
    if (lines > client::_MAXHEADERS) {
      send_error(431, "Too many headers", fmt::format("got more than {} headers", client::_MAXHEADERS));
      return false;
    }
    // Departs: Python serves a request whose headers were cut off; its other half may have said something else.
    if (!line.ends_with('\n')) {
      send_error(400, "Incomplete headers", "The connection ended within the headers");
      return false;
    }
    if (!parser_.header_line(line)) {
      send_error(400, "Bad request headers", std::string(parser_.reason()));
      return false;
    }
  }
  headers = std::move(parser_.headers());
  return true;
}

// Departs: a chunked body is decoded before the application runs; Python leaves it unread and parses it as the next request.
// Decoded first, a fault in it can still be answered, and the application sees a body of known length.
bool BaseHTTPRequestHandler::read_chunked_body() {
  while (!parser_.message_complete()) {
    const std::string_view piece = rfile->peek();
    if (piece.empty()) {
      close_connection = true;
      send_error(400, "Incomplete body", "The connection ended within the body");
      return false;
    }
    rfile->consume(parser_.body(piece, chunked_body));
    if (parser_.refused()) {
      close_connection = true;
      send_error(400, "Bad chunked body", std::string(parser_.reason()));
      return false;
    }
    if (chunked_body.size() > max_chunked_body_bytes) {
      close_connection = true;
      send_error(413, {}, fmt::format("got more than {} bytes in chunks", max_chunked_body_bytes));
      return false;
    }
  }
  return true;
}

// Lib/http/server.py, BaseHTTPRequestHandler.handle_expect_100()
bool BaseHTTPRequestHandler::handle_expect_100() {
  TRACE_FRAME("http.server.BaseHTTPRequestHandler.handle_expect_100");
  send_response_only(100);
  end_headers();
  return traced.result(true);
}

// Lib/http/server.py, BaseHTTPRequestHandler.handle()
void BaseHTTPRequestHandler::handle() {
  close_connection = true;
  handle_one_request();
  while (!close_connection) handle_one_request();
}

// Departs: after a refusal, what the client still sends is read for a moment; Python closes at once.
// A close with unread bytes resets the connection, and the client may never see the answer that says what was wrong.
void BaseHTTPRequestHandler::finish() {
  StreamRequestHandler::finish();
  if (!refused_) return;
  try {
    connection->shutdown(SHUT_WR);
    std::array<char, 4096> unread;
    const double deadline = time::monotonic() + linger_seconds;
    for (std::size_t total = 0; total < linger_bytes;) {
      const double left = deadline - time::monotonic();
      if (left <= 0) return;
      const std::ptrdiff_t received = connection->recv_into(unread.data(), unread.size(), left);
      if (received <= 0) return;
      total += static_cast<std::size_t>(received);
    }
  } catch (const OSError&) {
    // The peer has closed already, and that is all this was for.
  }
}

// Lib/http/server.py, BaseHTTPRequestHandler.send_error()
void BaseHTTPRequestHandler::send_error(int code, std::string message, std::string explain) {
  TRACE_FRAME("http.server.BaseHTTPRequestHandler.send_error", code, message);
  refused_ = true;
  const HTTPStatus* const known = status(code);
  if (message.empty()) message = known != nullptr ? known->phrase : "???";
  if (explain.empty()) explain = known != nullptr ? known->description : "???";
  log_error("code %d, message %s", {{std::to_string(code), message}});
  send_response(code, message);
  send_header("Connection", "close");
  // Left out: the codes that have no body (204, 205, 304); nobody sends them as an error.
  const std::string body = fmt::format(DEFAULT_ERROR_MESSAGE, fmt::arg("code", code), fmt::arg("message", html_escape(message)),
                                       fmt::arg("explain", html_escape(explain)));
  send_header("Content-Type", "text/html;charset=utf-8");
  send_header("Content-Length", std::to_string(body.size()));
  // One send for headers and page.
  _headers_buffer += "\r\n";
  if (command != "HEAD") _headers_buffer += body;
  flush_headers();
}

// Lib/http/server.py, BaseHTTPRequestHandler.send_response()
void BaseHTTPRequestHandler::send_response(int code, std::string_view message) {
  log_request(code);
  send_response_only(code, message);
  send_header("Server", version_string());
  send_header("Date", date_time_string());
}

// Lib/http/server.py, BaseHTTPRequestHandler.send_response_only()
void BaseHTTPRequestHandler::send_response_only(int code, std::string_view message) {
  if (message.empty()) {
    const HTTPStatus* const known = status(code);
    if (known != nullptr) message = known->phrase;
  }
  _headers_buffer += fmt::format("{} {} {}\r\n", protocol_version, code, message);
}

// Lib/http/server.py, BaseHTTPRequestHandler.send_header()
void BaseHTTPRequestHandler::send_header(std::string_view keyword, std::string_view value) {
  _headers_buffer += fmt::format("{}: {}\r\n", keyword, value);
  if (client::same_name(keyword, "connection")) {
    if (client::same_name(value, "close")) close_connection = true;
    else if (client::same_name(value, "keep-alive")) close_connection = false;
  }
}

// Lib/http/server.py, BaseHTTPRequestHandler.end_headers()
void BaseHTTPRequestHandler::end_headers() {
  _headers_buffer += "\r\n";
  flush_headers();
}

// Lib/http/server.py, BaseHTTPRequestHandler.flush_headers()
void BaseHTTPRequestHandler::flush_headers() {
  const std::string buffer = std::exchange(_headers_buffer, {});
  wfile->write(buffer);
}

// Lib/http/server.py, BaseHTTPRequestHandler.log_request()
void BaseHTTPRequestHandler::log_request(const Value& code, const Value& size) {
  TRACE_FRAME("http.server.BaseHTTPRequestHandler.log_request", code, size);
  log_message("\"%s\" %s %s", {{requestline, str(code), str(size)}});
}

// Lib/http/server.py, BaseHTTPRequestHandler.log_error()
void BaseHTTPRequestHandler::log_error(std::string_view format, Arguments args) { log_message(format, args); }

std::string formatted_for_log(std::string_view format, const Arguments& args) {
  std::string message;
  std::size_t next = 0;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '%' && i + 1 < format.size() && next < args.items.size()) {
      message += args.items[next++];
      ++i;
    } else {
      message += format[i];
    }
  }
  // Control characters could clear a terminal or forge a line: C0, DEL, and C1, which is 0xc2 and 0x80 to 0x9f in UTF-8.
  std::string out;
  out.reserve(message.size());
  for (std::size_t i = 0; i < message.size(); ++i) {
    const auto byte = static_cast<unsigned char>(message[i]);
    const bool c1 = byte == 0xc2 && i + 1 < message.size() && static_cast<unsigned char>(message[i + 1]) < 0xa0;
    if (byte < 0x20 || byte == 0x7f) out += fmt::format("\\x{:02x}", byte);
    else if (c1) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(message[++i]));
    else out += message[i];
  }
  return out;
}

// Lib/http/server.py, BaseHTTPRequestHandler.log_message()
void BaseHTTPRequestHandler::log_message(std::string_view format, const Arguments& args) {
  sys::stderr_->write(
      fmt::format("{} - - [{}] {}\n", address_string(), log_date_time_string(), formatted_for_log(format, args)));
}

std::string BaseHTTPRequestHandler::version_string() const { return fmt::format("{} {}", server_version, sys_version); }

// Lib/http/server.py, BaseHTTPRequestHandler.date_time_string()
std::string BaseHTTPRequestHandler::date_time_string() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", weekday_names[static_cast<std::size_t>(utc.tm_wday)],
                     utc.tm_mday, month_names[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
                     utc.tm_min, utc.tm_sec);
}

// Lib/http/server.py, BaseHTTPRequestHandler.log_date_time_string()
std::string BaseHTTPRequestHandler::log_date_time_string() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  return fmt::format("{:02}/{}/{:04} {:02}:{:02}:{:02}", local.tm_mday, month_names[static_cast<std::size_t>(local.tm_mon)],
                     local.tm_year + 1900, local.tm_hour, local.tm_min, local.tm_sec);
}

}  // namespace python::http::server
