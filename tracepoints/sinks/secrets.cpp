#include "tracepoints/sinks/secrets.h"

#include <algorithm>
#include <cctype>

namespace tracepoints::sinks {
namespace {

bool holds(std::string_view name, std::string_view word) noexcept {
  const auto same = [](char a, char b) { return std::toupper(static_cast<unsigned char>(a)) == b; };
  return std::search(name.begin(), name.end(), word.begin(), word.end(), same) != name.end();
}

}  // namespace

bool is_secret(std::string_view name) noexcept {
  constexpr std::string_view words[] = {"API", "TOKEN", "KEY", "SECRET", "PASS", "SIGNATURE", "COOKIE", "AUTHORIZATION"};
  return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) { return holds(name, word); });
}

}  // namespace tracepoints::sinks
