#include "python/http/client.h"

#include <algorithm>

namespace python::http::client {

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> HTTPMessage::get(std::string_view name) const {
  for (const auto& [key, value] : items_)
    if (same_name(key, name)) return value;
  return std::nullopt;
}

}  // namespace python::http::client
