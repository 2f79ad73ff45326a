// wsgiref.types: the vocabulary of PEP 3333.
#pragma once

#include <any>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tracepoints/repr.h"

namespace python::wsgiref {

/// wsgi.input: the request's body, as far as it has not been read.
class InputStream {
 public:
  virtual ~InputStream() = default;
  /// At most `size` bytes; all that is left when negative. "" at the end.
  virtual std::string read(std::ptrdiff_t size = -1) = 0;
  /// One line, its newline included, at most `size` bytes when not negative.
  virtual std::string readline(std::ptrdiff_t size = -1) = 0;
};

/// environ: the CGI variables as strings, and the wsgi.* entries that are no strings beside them.
struct Environ {
  std::map<std::string, std::string, std::less<>> variables;
  std::shared_ptr<InputStream> input;        // wsgi.input
  std::function<void(std::string_view)> errors;  // wsgi.errors.write
  std::string url_scheme = "http";           // wsgi.url_scheme
  bool multithread = true, multiprocess = false, run_once = false;
  /// wsgi.file_wrapper stands there: a file response may be sent by its descriptor.
  bool file_wrapper = false;

  /// environ.get(key, default)
  std::string_view get(std::string_view key, std::string_view default_ = {}) const {
    const auto found = variables.find(key);
    return found == variables.end() ? default_ : std::string_view(found->second);
  }
  bool contains(std::string_view key) const { return variables.contains(key); }
  /// environ[key], for a tracepoint: "" when there is none.
  std::string_view operator[](std::string_view key) const { return get(key); }
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// What an application returns. Python's iterator protocol: nullopt is StopIteration.
class Iterable {
 public:
  virtual ~Iterable() = default;
  virtual std::optional<std::string> next() = 0;
  virtual void close() {}
  /// len(), where it is known: a single block lets the server set Content-Length.
  virtual std::optional<std::size_t> len() const { return std::nullopt; }
};

using StartResponse = std::function<void(std::string_view status, Headers headers, std::exception_ptr exc_info)>;

/// A WSGI application: any callable of these two.
using Application = std::function<std::shared_ptr<Iterable>(Environ&, const StartResponse&)>;

/// Prints as `<WSGIHandler>`: an application that is an object is told by its class.
void repr_to(tracepoints::Repr& out, const Application& application) noexcept;

}  // namespace python::wsgiref
