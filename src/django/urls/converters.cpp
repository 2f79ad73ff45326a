#include "django/urls/converters.h"

#include <charconv>
#include <mutex>

#include <fmt/format.h>

#include "python/exceptions.h"

using python::Value;

namespace django::urls::converters {
namespace {

Value keep(const std::string& value) { return value; }
std::string as_text(const Value& value) { return python::str(value); }

// Departs: an integer that does not fit in 64 bits is no match; Python's integers have no end.
Value to_int(const std::string& value) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) throw python::ValueError("invalid literal for int()");
  return number;
}

std::mutex registry_lock;

std::map<std::string, Converter, std::less<>>& registry() {
  static std::map<std::string, Converter, std::less<>> converters = {
      {"int", {"[0-9]+", to_int, as_text}},
      {"path", {".+", keep, as_text}},
      {"slug", {"[-a-zA-Z0-9_]+", keep, as_text}},
      {"str", {"[^/]+", keep, as_text}},
      {"uuid", {"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", keep, as_text}},
  };
  return converters;
}

}  // namespace

std::map<std::string, Converter, std::less<>> get_converters() {
  const std::scoped_lock guard(registry_lock);
  return registry();
}

void register_converter(const std::string& type_name, Converter converter) {
  const std::scoped_lock guard(registry_lock);
  if (registry().contains(type_name)) throw python::ValueError(fmt::format("Converter {} is already registered.", python::repr(type_name)));
  registry().emplace(type_name, std::move(converter));
}

}  // namespace django::urls::converters
