// int: argparse's type=int and the COLUMNS variable come here.
#include "python/int.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "python/codecs.h"

namespace python {
namespace {

// The zero of each script's ten digits, in the Unicode that Python 3.13 knows.
constexpr char32_t zeros[] = {
    0x30,    0x660,   0x6F0,   0x7C0,   0x966,   0x9E6,   0xA66,   0xAE6,   0xB66,   0xBE6,   0xC66,   0xCE6,
    0xD66,   0xDE6,   0xE50,   0xED0,   0xF20,   0x1040,  0x1090,  0x17E0,  0x1810,  0x1946,  0x19D0,  0x1A80,
    0x1A90,  0x1B50,  0x1BB0,  0x1C40,  0x1C50,  0xA620,  0xA8D0,  0xA900,  0xA9D0,  0xA9F0,  0xAA50,  0xABF0,
    0xFF10,  0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0,
    0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8,
    0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E950, 0x1FBF0};

bool is_space(char32_t c) {
  return (c >= 0x9 && c <= 0xD) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::optional<std::int64_t> digit(char32_t c) {
  const auto* const above = std::upper_bound(std::begin(zeros), std::end(zeros), c);
  if (above == std::begin(zeros) || c - above[-1] > 9) return {};
  return static_cast<std::int64_t>(c - above[-1]);
}

}  // namespace

// Departs: a number of more than 64 bits is no number here; Python's have no limit.
std::optional<std::int64_t> int_(std::string_view text) {
  const std::u32string decoded = codecs::decode(text);
  std::u32string_view rest = decoded;
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  while (!rest.empty() && is_space(rest.back())) rest.remove_suffix(1);
  const bool negative = !rest.empty() && rest.front() == U'-';
  if (negative || (!rest.empty() && rest.front() == U'+')) rest.remove_prefix(1);

  std::int64_t value = 0;
  bool underscore_may_follow = false;
  for (const char32_t c : rest) {
    if (c == U'_') {
      if (!underscore_may_follow) return {};
      underscore_may_follow = false;
      continue;
    }
    const std::optional<std::int64_t> next = digit(c);
    // Counting down from zero reaches the smallest number too, which has no positive twin.
    if (!next || __builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, *next, &value)) return {};
    underscore_may_follow = true;
  }
  if (!underscore_may_follow) return {};  // nothing at all, or an underscore at the end
  if (!negative && __builtin_sub_overflow(std::int64_t{0}, value, &value)) return {};
  return value;
}

}  // namespace python
