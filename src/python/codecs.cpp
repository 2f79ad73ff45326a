// codecs: bytes to code points and back. Help texts, usage lines and suggestions are measured in code points.
#include "python/codecs.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

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

// Departs: of Python's encodings, those that the web has names for.
bool has(std::string_view encoding) {
  // encodings.normalize_encoding(): what is no letter, digit or dot is one underscore.
  std::string name;
  for (const char c : encoding) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.') name += upper ? static_cast<char>(c + 32) : c;
    else if (!name.empty() && name.back() != '_') name += '_';
  }
  while (name.ends_with('_')) name.pop_back();
  static constexpr std::string_view names[] = {
      "utf_8", "utf8", "u8", "utf", "utf_8_sig", "utf_16", "utf16", "utf_16_le", "utf_16le", "utf_16_be", "utf_16be", "utf_32", "utf32", "utf_7",
      "ascii", "us_ascii", "646", "latin_1", "latin1", "latin", "l1", "iso_8859_1", "iso8859_1", "iso88591", "8859", "cp819", "iso_8859_2", "iso8859_2", "latin2",
      "iso_8859_3", "iso_8859_4", "iso_8859_5", "iso_8859_6", "iso_8859_7", "iso_8859_8", "iso_8859_9", "latin5", "iso_8859_10", "iso_8859_11", "iso_8859_13",
      "iso_8859_14", "iso_8859_15", "latin9", "iso_8859_16", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
      "windows_1250", "windows_1251", "windows_1252", "windows_1253", "windows_1254", "windows_1255", "windows_1256", "windows_1257", "windows_1258",
      "koi8_r", "koi8_u", "gb2312", "gbk", "gb18030", "hz", "big5", "big5hkscs", "shift_jis", "sjis", "euc_jp", "eucjp", "iso_2022_jp", "euc_kr", "euckr",
      "cp949", "cp932", "cp437", "cp850", "cp866", "mac_roman", "macintosh", "tis_620"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace python::codecs
