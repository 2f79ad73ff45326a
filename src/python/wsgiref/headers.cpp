#include "python/wsgiref/headers.h"

#include "python/http/client.h"

namespace python::wsgiref::headers {

using http::client::same_name;

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& [key, value] : headers_)
    if (same_name(key, name)) return value;
  return std::nullopt;
}

void Headers::set(std::string_view name, std::string value) {
  remove(name);
  headers_.emplace_back(name, std::move(value));
}

void Headers::remove(std::string_view name) {
  std::erase_if(headers_, [&](const auto& header) { return same_name(header.first, name); });
}

void Headers::setdefault(std::string_view name, std::string value) {
  if (!contains(name)) headers_.emplace_back(name, std::move(value));
}

std::string Headers::bytes() const {
  std::string out;
  for (const auto& [name, value] : headers_) {
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  }
  return out + "\r\n";
}

}  // namespace python::wsgiref::headers
