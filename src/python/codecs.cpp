// codecs: bytes to code points and back. Help texts, usage lines and suggestions are measured in code points.
#include "python/codecs.h"

#include <cstdint>

namespace python::codecs {
namespace {

constexpr char32_t escape_base = 0xDC00;  // PEP 383: byte 0x80..0xFF becomes U+DC80..U+DCFF

// The length in bytes of the sequence at `at`, or 0 when the bytes there are no UTF-8.
std::size_t sequence_at(std::string_view bytes, std::size_t at, char32_t& code) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[at + i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return code = lead, 1;
  const std::size_t length = lead >= 0xF0 && lead < 0xF5 ? 4 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xC2 && lead < 0xE0 ? 2 : 0;
  if (length == 0 || at + length > bytes.size()) return 0;
  code = lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code = (code << 6) | (byte(i) & 0x3Fu);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  return overlong || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) ? 0 : length;
}

}  // namespace

std::u32string decode(std::string_view bytes) {
  std::u32string text;
  for (std::size_t at = 0; at < bytes.size();) {
    char32_t code = 0;
    const std::size_t length = sequence_at(bytes, at, code);
    text += length ? code : escape_base + static_cast<std::uint8_t>(bytes[at]);
    at += length ? length : 1;
  }
  return text;
}

std::string encode(std::u32string_view text) {
  std::string bytes;
  const auto put = [&](char32_t value) { bytes += static_cast<char>(static_cast<std::uint8_t>(value)); };
  for (const char32_t code : text) {
    if (code < 0x80) {
      put(code);
    } else if (code < 0x800) {
      put(0xC0 | (code >> 6)), put(0x80 | (code & 0x3F));
    } else if (code >= escape_base + 0x80 && code <= escape_base + 0xFF) {
      put(code - escape_base);
    } else if (code < 0x10000) {
      put(0xE0 | (code >> 12)), put(0x80 | ((code >> 6) & 0x3F)), put(0x80 | (code & 0x3F));
    } else {
      put(0xF0 | (code >> 18)), put(0x80 | ((code >> 12) & 0x3F)), put(0x80 | ((code >> 6) & 0x3F)), put(0x80 | (code & 0x3F));
    }
  }
  return bytes;
}

std::size_t len(std::string_view text) { return decode(text).size(); }

}  // namespace python::codecs
