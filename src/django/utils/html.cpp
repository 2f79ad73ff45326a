#include "django/utils/html.h"

#include <fmt/format.h>

#include "python/builtins.h"

namespace django::utils::html {

// django/utils/html.py, escape()
std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#x27;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string escape_visibly(std::string_view text) {
  const std::string clean = python::decode_utf8_replace(text);
  std::string out;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const auto byte = static_cast<unsigned char>(clean[i]);
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
      continue;
    }
    // U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069: the order of what is read must be the order of what is there.
    if (byte == 0xE2 && i + 2 < clean.size()) {
      const unsigned c = 0x2000u | ((static_cast<unsigned char>(clean[i + 1]) & 0x3Fu) << 6) | (static_cast<unsigned char>(clean[i + 2]) & 0x3Fu);
      if (c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069)) {
        out += fmt::format("\\u{:04x}", c);
        i += 2;
        continue;
      }
    }
    out += clean[i];
  }
  return escape(out);
}

}  // namespace django::utils::html
