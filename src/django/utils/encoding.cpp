#include "django/utils/encoding.h"

#include "python/builtins.h"
#include "python/urllib/parse.h"

using python::urllib::parse::quote;

namespace django::utils::encoding {
namespace {

constexpr std::string_view uri_safe = "/#%[]=:;$&()+,!?*@'~";

// How many bytes of a UTF-8 sequence stand at the front; 0 when it is broken there.
std::size_t sequence_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  return length <= text.size() && python::is_utf8(text.substr(0, length)) ? length : 0;
}

}  // namespace

// django/utils/encoding.py, repercent_broken_unicode()
std::string repercent_broken_unicode(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size();) {
    const std::size_t length = sequence_length(path.substr(i));
    out += length ? std::string(path.substr(i, length)) : quote(path.substr(i, 1), uri_safe);
    i += length ? length : 1;
  }
  return out;
}

// django/utils/encoding.py, iri_to_uri()
std::string iri_to_uri(std::string_view iri) { return quote(iri, uri_safe); }

// django/utils/encoding.py, escape_uri_path()
std::string escape_uri_path(std::string_view path) { return quote(path, "/:@&+$,!*'()~-._"); }

std::string decode_latin1(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | (byte >> 6));
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

}  // namespace django::utils::encoding
