#include "tracepoints/changes.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace tracepoints {
namespace {

constexpr std::string_view python_prefix = "Python ";

/// The first three numbers of a version; what follows them ("rc1") does not count.
std::array<int, 3> numbers(std::string_view version) noexcept {
  std::array<int, 3> parts{};
  for (int& part : parts) {
    const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), part);
    if (error != std::errc{}) break;
    version.remove_prefix(static_cast<std::size_t>(end - version.data()));
    if (version.empty() || version.front() != '.') break;
    version.remove_prefix(1);
  }
  return parts;
}

struct Opening {
  How how;
  Text text;  // {} is the version
};

constexpr Opening openings[] = {
    {How::appeared, {.en = "new in {}: ", .zh = "{} 新增："}},
    {How::left, {.en = "gone since {}: ", .zh = "{} 起没有了："}},
    {How::moved, {.en = "called from elsewhere since {}: ", .zh = "{} 起改由别处调用："}},
    {How::more, {.en = "called more often since {}: ", .zh = "{} 起调用次数增加："}},
    {How::fewer, {.en = "called less often since {}: ", .zh = "{} 起调用次数减少："}},
    {How::renamed, {.en = "another name since {}: ", .zh = "{} 起换了名字："}},
    {How::values, {.en = "other values since {}: ", .zh = "{} 起值不同："}},
};

}  // namespace

bool separates(const Change& change, const Made& one, const Made& other) noexcept {
  std::string_view since = change.version;
  std::string_view first = one.django, second = other.django;
  if (since.starts_with(python_prefix)) {
    since.remove_prefix(python_prefix.size());
    first = one.python;
    second = other.python;
    if (first.empty() || second.empty()) {
      // Which Python it was is not known: the recorded Djangos that differ in it are the best guess.
      since = change.after;
      first = one.django;
      second = other.django;
    }
  }
  if (first.empty() || second.empty()) return false;
  return (numbers(first) < numbers(since)) != (numbers(second) < numbers(since));
}

std::string told(const Change& change, Language language) {
  for (const Opening& opening : openings)
    if (opening.how == change.how)
      return fmt::format(fmt::runtime(in(language, opening.text)), change.version) + std::string(in(language, change.text));
  return std::string(in(language, change.text));
}

}  // namespace tracepoints
