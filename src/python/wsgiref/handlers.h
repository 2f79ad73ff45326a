// wsgiref.handlers: the server's side of WSGI: call the application, send what it returns.
//
// run() is the whole contract. The application's status and headers wait in start_response until the first block of the body
// (or its end) comes: until then an error can still become a 500.
#pragma once

#include <cstdint>
#include <ctime>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "python/wsgiref/headers.h"
#include "python/wsgiref/types.h"

namespace python::wsgiref::handlers {

/// Sun, 22 Nov 2026 13:15:00 GMT
std::string format_date_time(std::time_t timestamp);

/// Source: Lib/wsgiref/handlers.py, class BaseHandler
class BaseHandler {
 public:
  virtual ~BaseHandler() = default;
  /// Serves one request. Raises: only what comes while an error is being reported.
  void run(const Application& application);

 protected:
  void setup_environ();
  virtual void finish_response();
  std::string get_scheme() const;
  void set_content_length();
  virtual void cleanup_headers();
  void start_response(std::string_view status, wsgiref::Headers headers, const std::exception_ptr& exc_info);
  void send_preamble();
  void write(std::string_view data);
  void finish_content();
  virtual void close();
  void send_headers();
  /// Always true here: HTTP/0.9 is refused before a handler is made.
  bool client_is_modern() const;
  void log_exception();
  void handle_error();
  /// The body had fewer bytes than its Content-Length: the connection cannot carry another response.
  virtual void response_incomplete() {}

  virtual void add_cgi_vars() = 0;
  virtual std::shared_ptr<InputStream> get_stdin() = 0;
  virtual void write_stderr(std::string_view text) = 0;
  /// Keeps the data for _flush().
  virtual void _write(std::string_view data) = 0;
  /// Sends what has been kept, and then this.
  virtual void _flush(std::string_view data = {}) = 0;

  bool wsgi_multithread = true, wsgi_multiprocess = true, wsgi_run_once = false;
  std::string_view http_version = "1.0";
  std::string server_software;

  Environ environ_;                         // Python: environ, which unistd.h has taken
  std::string status;                       // "200 OK"; "" before start_response
  std::shared_ptr<Iterable> result;
  bool headers_sent = false;
  std::optional<headers::Headers> headers_;
  std::uint64_t bytes_sent = 0;             // of the body

 private:
  std::optional<std::uint64_t> content_length_;  // what the sent headers have promised
};

/// Between two streams, with the environ it is given.
/// Source: Lib/wsgiref/handlers.py, class SimpleHandler
class SimpleHandler : public BaseHandler {
 public:
  using Write = std::function<void(std::string_view)>;
  SimpleHandler(std::shared_ptr<InputStream> stdin_, Write stdout_, Write stderr_, Environ environ, bool multithread = true,
                bool multiprocess = false);

 protected:
  void add_cgi_vars() override;
  std::shared_ptr<InputStream> get_stdin() override { return stdin_; }
  void write_stderr(std::string_view text) override { stderr_(text); }
  void _write(std::string_view data) override;
  void _flush(std::string_view data = {}) override;

  std::shared_ptr<InputStream> stdin_;
  Environ base_env;  // its values go over to environ_ when the request is set up

 private:
  Write stdout_, stderr_;
  std::string unsent_;  // headers that wait for the first block
};

}  // namespace python::wsgiref::handlers
