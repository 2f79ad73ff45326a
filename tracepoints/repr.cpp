#include "tracepoints/repr.h"

#include <charconv>
#include <cmath>
#include <cstring>

namespace tracepoints {
namespace {

constexpr std::string_view dots = "...";
constexpr char hex_digits[] = "0123456789abcdef";

// The length of the UTF-8 sequence at the start of `text`, or 0 where there is none.
std::size_t utf8_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  if (lead == 0xe0 && byte(1) < 0xa0) return 0;                     // overlong
  if (lead == 0xed && byte(1) >= 0xa0) return 0;                    // surrogates
  if (lead == 0xf0 && byte(1) < 0x90) return 0;                     // overlong
  if (lead == 0xf4 && byte(1) >= 0x90) return 0;                    // past U+10FFFF
  return length;
}

// Characters that could move the cursor or turn the line around: C1 controls, bidi marks, line separators.
bool is_unprintable(std::string_view sequence) noexcept {
  if (sequence.size() == 2)
    return sequence[0] == '\xc2' && static_cast<unsigned char>(sequence[1]) < 0xa1;
  if (sequence.size() == 3) {
    if (sequence.substr(0, 2) == "\xe2\x80") {
      const auto last = static_cast<unsigned char>(sequence[2]);
      return (last >= 0x80 && last <= 0x8f) || (last >= 0xa8 && last <= 0xaf);
    }
    if (sequence.substr(0, 2) == "\xe2\x81") {
      const auto last = static_cast<unsigned char>(sequence[2]);
      return last >= 0xa0 && last <= 0xaf;
    }
    return sequence == "\xef\xbb\xbf";
  }
  return false;
}

void put_hex(Repr& out, unsigned char byte) noexcept {
  const char escape[] = {'\\', 'x', hex_digits[byte >> 4], hex_digits[byte & 15]};
  out.put(std::string_view(escape, 4));
}

char32_t code_of(std::string_view sequence) noexcept {
  char32_t code = static_cast<unsigned char>(sequence[0]) & (0xffU >> (sequence.size() + 1));
  for (const char c : sequence.substr(1)) code = (code << 6) | (static_cast<unsigned char>(c) & 0x3fU);
  return code;
}

// \x85, \u200b
void put_code(Repr& out, char32_t code) noexcept {
  if (code < 0x100) return put_hex(out, static_cast<unsigned char>(code));
  const char escape[] = {'\\', 'u', hex_digits[(code >> 12) & 15], hex_digits[(code >> 8) & 15],
                         hex_digits[(code >> 4) & 15], hex_digits[code & 15]};
  out.put(std::string_view(escape, sizeof escape));
}

bool is_plain(char c) noexcept { return c >= 0x20 && c < 0x7f && c != '\\'; }

// Most values are short, and plain from end to end. Gives: false when this one is not; then nothing was put.
bool put_quoted_plain(Repr& out, std::string_view text) noexcept {
  char* const to = text.size() <= Repr::capacity ? out.room_for(text.size() + 2) : nullptr;
  if (!to) return false;
  bool plain = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    to[i + 1] = text[i];
    plain &= is_plain(text[i]) && text[i] != '\'';
  }
  if (!plain) return false;
  to[0] = to[text.size() + 1] = '\'';
  out.grow(text.size() + 2);
  return true;
}

void put_quoted(Repr& out, std::string_view text, bool bytes) noexcept {
  if (put_quoted_plain(out, text)) return;
  const char quote = text.find('\'') != text.npos && text.find('"') == text.npos ? '"' : '\'';
  out.put(quote);
  while (!text.empty() && !out.full()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain]) && text[plain] != quote) ++plain;
    if (plain > 0) {
      out.put(text.substr(0, plain));
      text.remove_prefix(plain);
      continue;
    }
    const char c = text[0];
    std::size_t used = 1;
    if (c == '\n') out.put("\\n");
    else if (c == '\r') out.put("\\r");
    else if (c == '\t') out.put("\\t");
    else if (c == '\\') out.put("\\\\");
    else if (c == quote) { out.put('\\'); out.put(c); }
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) put_hex(out, static_cast<unsigned char>(c));
    else {
      const std::size_t length = bytes ? 0 : utf8_length(text);
      if (length == 0 && bytes) {
        put_hex(out, static_cast<unsigned char>(c));
      } else if (length == 0) {  // Python: what cannot be decoded is a lone surrogate, '\udcff'
        put_code(out, 0xdc00U + static_cast<unsigned char>(c));
      } else if (is_unprintable(text.substr(0, length))) {
        used = length;
        put_code(out, code_of(text.substr(0, length)));
      } else {
        used = length;
        out.put(text.substr(0, length));
      }
    }
    text.remove_prefix(used);
  }
  out.put(quote);
}

template <class T>
void put_number(Repr& out, T value) noexcept {
  constexpr std::size_t longest = 20;
  if (char* const to = out.room_for(longest)) return out.grow(static_cast<std::size_t>(std::to_chars(to, to + longest, value).ptr - to));
  char digits[longest];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.put(std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

}  // namespace

void Repr::put(std::string_view text) noexcept {
  if (full_ || text.empty()) return;
  if (size_ + text.size() <= capacity - dots.size()) {
    std::memcpy(text_ + size_, text.data(), text.size());
    size_ = static_cast<std::uint8_t>(size_ + text.size());
    return;
  }
  std::size_t room = capacity - dots.size() - size_;
  while (room > 0 && (static_cast<unsigned char>(text[room]) & 0xc0) == 0x80) --room;  // whole characters only
  std::memcpy(text_ + size_, text.data(), room);
  std::memcpy(text_ + size_ + room, dots.data(), dots.size());
  size_ = static_cast<std::uint8_t>(size_ + room + dots.size());
  full_ = true;
}

void repr_to(Repr& out, std::string_view text) noexcept { put_quoted(out, text, false); }
void repr_to(Repr& out, bool value) noexcept { out.put(value ? "True" : "False"); }
void repr_to(Repr& out, std::int64_t value) noexcept { put_number(out, value); }
void repr_to(Repr& out, std::uint64_t value) noexcept { put_number(out, value); }

// The shortest digits that give the same number back, written out from 1e-4 to below 1e16, as Python does.
void repr_to(Repr& out, double value) noexcept {
  if (std::isnan(value)) return out.put("nan");
  if (std::isinf(value)) return out.put(value < 0 ? "-inf" : "inf");
  char digits[32];
  const double size = std::fabs(value);
  const bool written_out = size == 0 || (size >= 1e-4 && size < 1e16);
  const auto format = written_out ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(digits, digits + sizeof digits, value, format).ptr;
  const std::string_view text(digits, static_cast<std::size_t>(end - digits));
  out.put(text);
  if (written_out && text.find('.') == text.npos) out.put(".0");
}

void repr_to(Repr& out, Object value) noexcept {
  out.put('<');
  out.put(value.name);
  out.put('>');
}

void repr_to(Repr& out, Raw value) noexcept { out.put(value.text); }

void repr_to(Repr& out, Bytes value) noexcept {
  out.put('b');
  put_quoted(out, value.bytes, true);
}

}  // namespace tracepoints
