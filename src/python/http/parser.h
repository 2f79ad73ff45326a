// The HTTP/1.1 parser: llhttp, strict, behind a face that knows one request.
//
// http.server feeds it the request line and the header lines as it reads them; it says whether a server may act on them. What
// llhttp leaves to the server is refused here too: folded lines, nameless headers, an empty Transfer-Encoding, endless trailers.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "python/http/client.h"

namespace python::http::parser {

/// What chunk extensions and trailers together may take: bytes.
inline constexpr std::size_t max_chunk_overhead_bytes = 16 * 1024;

class RequestParser {
 public:
  RequestParser();
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// Begins a request. Takes: its three words; the version is "HTTP/1.0" or "HTTP/1.1".
  /// Gives: false when the target or the method is none; reason() then says why.
  bool request_line(std::string_view method, std::string_view target, std::string_view version);
  /// One line, its end included; the empty line ends the headers. Gives: false when the request must be refused.
  bool header_line(std::string_view line);
  /// A piece of the chunked body that follows. Gives: how many bytes belonged to it; what is left is the next request's.
  /// `body` gets the decoded bytes. Bad framing: refused().
  std::size_t body(std::string_view bytes, std::string& body);

  bool headers_complete() const;
  bool message_complete() const;
  bool refused() const;
  std::string_view reason() const;

  /// Valid once the headers are complete.
  bool chunked() const;
  /// The close token stands somewhere in the Connection headers.
  bool connection_close() const;
  client::HTTPMessage& headers();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace python::http::parser
