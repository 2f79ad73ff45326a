#include "python/wsgiref/util.h"

#include "python/http/client.h"

namespace python::wsgiref::util {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string guess_scheme(const Environ& environ) {
  const std::string_view https = environ.get("HTTPS");
  return https == "yes" || https == "on" || https == "1" ? "https" : "http";
}

bool is_hop_by_hop(std::string_view header_name) {
  for (const std::string_view hop : {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te",
                                     "trailers", "transfer-encoding", "upgrade"})
    if (http::client::same_name(header_name, hop)) return true;
  return false;
}

std::string unquote_to_bytes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace python::wsgiref::util
