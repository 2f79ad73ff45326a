#include "python/wsgiref/handlers.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "python/exceptions.h"
#include "python/http/server.h"
#include "python/wsgiref/util.h"
#include "tracepoints/trace.h"

namespace python::wsgiref::handlers {
namespace {

// read_environ(): the process's environment, read once, as Python reads it when the module is imported.
const std::map<std::string, std::string, std::less<>>& os_environ() {
  static const auto the_environ = [] {
    std::map<std::string, std::string, std::less<>> variables;
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
      const std::string_view text = *entry;
      const std::size_t equals = text.find('=');
      if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
  }();
  return the_environ;
}

// The mini-application that error_output() is.
class ErrorBody : public Iterable {
 public:
  std::optional<std::string> next() override { return std::exchange(body_, std::nullopt); }
  std::optional<std::size_t> len() const override { return 1; }

 private:
  std::optional<std::string> body_ = "A server error occurred.  Please contact the administrator.";
};

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

// Python's len(), so that a trace reads len(data).
std::size_t len(std::string_view data) { return data.size(); }

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string format_date_time(std::time_t timestamp) {
  constexpr const char* weekday_names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  ::gmtime_r(&timestamp, &utc);
  return fmt::format("{}, {:02} {} {:4} {:02}:{:02}:{:02} GMT", weekday_names[utc.tm_wday], utc.tm_mday,
                     month_names[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

// Lib/wsgiref/handlers.py, BaseHandler.run()
void BaseHandler::run(const Application& application) {
  TRACE_FRAME("wsgiref.handlers.BaseHandler.run", application);
  try {
    setup_environ();
    result = application(environ_, [this](std::string_view status_, wsgiref::Headers headers, const std::exception_ptr& exc_info) {
      start_response(status_, std::move(headers), exc_info);
    });
    finish_response();
  } catch (const ConnectionAbortedError&) {
    return;  // the client has gone, as clients do
  } catch (const BrokenPipeError&) {
    return;
  } catch (const ConnectionResetError&) {
    return;
  } catch (...) {
    // Python: a bare except, so even KeyboardInterrupt in a view becomes a 500.
    try {
      handle_error();
    } catch (...) {
      const tracepoints::StillPassing on_its_way;
      close();
      throw;  // let the server report it
    }
  }
}

// Lib/wsgiref/handlers.py, BaseHandler.setup_environ()
void BaseHandler::setup_environ() {
  TRACE_FRAME("wsgiref.handlers.BaseHandler.setup_environ");
  environ_.variables = os_environ();
  add_cgi_vars();
  environ_.input = get_stdin();
  environ_.errors = [this](std::string_view text) { write_stderr(text); };
  environ_.run_once = wsgi_run_once;
  environ_.url_scheme = get_scheme();
  environ_.multithread = wsgi_multithread;
  environ_.multiprocess = wsgi_multiprocess;
  environ_.file_wrapper = true;
  if (!server_software.empty()) environ_.variables.emplace("SERVER_SOFTWARE", server_software);
}

// Lib/wsgiref/handlers.py, BaseHandler.finish_response()
void BaseHandler::finish_response() {
  TRACE_FRAME("wsgiref.handlers.BaseHandler.finish_response", this->status);
  // Left out: sendfile(), which says no in CPython too.
  try {
    if (!result) throw TypeError("'NoneType' object is not iterable");
    while (const std::optional<std::string> data = result->next()) write(*data);
    finish_content();
  } catch (...) {
    const tracepoints::StillPassing on_its_way;
    if (result) result->close();
    throw;
  }
  close();
}

std::string BaseHandler::get_scheme() const { return util::guess_scheme(environ_); }

// Lib/wsgiref/handlers.py, BaseHandler.set_content_length()
void BaseHandler::set_content_length() {
  if (result && result->len() == std::size_t{1}) headers_->set("Content-Length", std::to_string(bytes_sent));
}

// Lib/wsgiref/handlers.py, BaseHandler.cleanup_headers()
void BaseHandler::cleanup_headers() {
  if (!headers_->contains("Content-Length")) set_content_length();
}

// Lib/wsgiref/handlers.py, BaseHandler.start_response()
// Left out: the write() callable it gives, which PEP 3333 keeps for old frameworks; StartResponse gives nothing.
void BaseHandler::start_response(std::string_view status_, wsgiref::Headers headers, const std::exception_ptr& exc_info) {
  const std::string_view status = status_;
  TRACE_FRAME("wsgiref.handlers.BaseHandler.start_response", status);
  if (exc_info) {
    if (headers_sent) std::rethrow_exception(exc_info);
  } else if (headers_) {
    throw AssertionError("Headers already set!");
  }
  if (has_control_character(status)) throw ValueError("Control characters are not allowed in status");
  if (status.size() < 4) throw AssertionError("Status must be at least 4 characters");
  if (!is_digits(status.substr(0, 3))) throw AssertionError("Status message must begin w/3-digit code");
  if (status[3] != ' ') throw AssertionError("Status message must have a space after code");
  for (const auto& [name, val] : headers) {
    if (util::is_hop_by_hop(name))
      throw AssertionError(fmt::format("Hop-by-hop header, '{}: {}', not allowed", name, val));
    if (name.empty() || has_control_character(name) || has_control_character(val))
      throw ValueError("Control characters not allowed in headers, values, or names");
  }
  this->status = status;
  headers_.emplace(std::move(headers));
}

// Lib/wsgiref/handlers.py, BaseHandler.send_preamble()
void BaseHandler::send_preamble() {
  std::string preamble = fmt::format("HTTP/{} {}\r\n", http_version, status);
  if (!headers_->contains("Date")) preamble += fmt::format("Date: {}\r\n", format_date_time(std::time(nullptr)));
  if (!server_software.empty() && !headers_->contains("Server")) preamble += fmt::format("Server: {}\r\n", server_software);
  _write(preamble);
}

// Lib/wsgiref/handlers.py, BaseHandler.write()
void BaseHandler::write(std::string_view data) {
  TRACE_FRAME("wsgiref.handlers.BaseHandler.write", len(data));
  if (status.empty()) throw AssertionError("write() before start_response()");
  if (!headers_sent) {
    bytes_sent = data.size();  // before the headers go out: it may become the Content-Length
    send_headers();
  } else {
    bytes_sent += data.size();
  }
  // Departs: Python sends what comes after the promised length too, and the client takes it for the next response.
  if (content_length_ && bytes_sent > *content_length_) {
    const std::uint64_t too_much = bytes_sent - *content_length_;
    bytes_sent = *content_length_;
    data.remove_suffix(static_cast<std::size_t>(std::min<std::uint64_t>(too_much, data.size())));
  }
  _flush(data);
}

// Lib/wsgiref/handlers.py, BaseHandler.finish_content()
void BaseHandler::finish_content() {
  if (!headers_sent) {
    if (status.empty()) throw AssertionError("write() before start_response()");
    headers_->setdefault("Content-Length", "0");
    send_headers();
    _flush();
  }
  // Departs: Python keeps the connection of a response that fell short, and the client waits for the rest for ever.
  const bool has_body = !status.starts_with("204") && !status.starts_with("304");
  if (has_body && content_length_ && bytes_sent < *content_length_) response_incomplete();
}

// Lib/wsgiref/handlers.py, BaseHandler.close()
void BaseHandler::close() {
  struct Finally {  // Python: finally
    BaseHandler& self;
    ~Finally() {
      self.result.reset();
      self.headers_.reset();
      self.status.clear();
      self.environ_ = {};
      self.bytes_sent = 0;
      self.headers_sent = false;
      self.content_length_.reset();
    }
  } const finally{*this};
  if (result) result->close();
}

// Lib/wsgiref/handlers.py, BaseHandler.send_headers()
void BaseHandler::send_headers() {
  TRACE_FRAME("wsgiref.handlers.BaseHandler.send_headers", this->status);
  cleanup_headers();
  headers_sent = true;
  const std::string_view length = headers_->get("Content-Length").value_or("");
  std::uint64_t value = 0;
  if (!length.empty() && is_digits(length) &&
      std::from_chars(length.data(), length.data() + length.size(), value).ec == std::errc())
    content_length_ = value;
  if (!client_is_modern()) return;
  send_preamble();
  _write(headers_->bytes());
}

bool BaseHandler::client_is_modern() const { return environ_.get("SERVER_PROTOCOL") != "HTTP/0.9"; }

// Lib/wsgiref/handlers.py, BaseHandler.log_exception()
void BaseHandler::log_exception() { write_stderr(format_exception(std::current_exception())); }

// Lib/wsgiref/handlers.py, BaseHandler.handle_error()
void BaseHandler::handle_error() {
  log_exception();
  if (headers_sent) {
    // Departs: Python keeps the connection, though nobody can tell where this response ends.
    response_incomplete();
    return;
  }
  start_response("500 Internal Server Error", {{"Content-Type", "text/plain"}}, std::current_exception());
  result = std::make_shared<ErrorBody>();
  finish_response();
}

SimpleHandler::SimpleHandler(std::shared_ptr<InputStream> stdin_, Write stdout_, Write stderr_, Environ environ,
                             bool multithread, bool multiprocess)
    : stdin_(std::move(stdin_)), base_env(std::move(environ)), stdout_(std::move(stdout_)), stderr_(std::move(stderr_)) {
  wsgi_multithread = multithread;
  wsgi_multiprocess = multiprocess;
}

void SimpleHandler::add_cgi_vars() {
  for (auto& [name, value] : base_env.variables) environ_.variables.insert_or_assign(name, std::move(value));
}

// Departs: Python sends each piece as it comes; here the headers wait for the first block, so that both go in one packet.
void SimpleHandler::_write(std::string_view data) { unsent_ += data; }

void SimpleHandler::_flush(std::string_view data) {
  if (unsent_.empty()) {
    if (!data.empty()) stdout_(data);
    return;
  }
  unsent_ += data;
  const std::string together = std::exchange(unsent_, {});
  stdout_(together);
}

}  // namespace python::wsgiref::handlers
