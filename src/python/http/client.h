// http.client: the part of it that a server uses, the headers of a message and how many there may be.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace python::http::client {

/// Bytes of one line, its end included.
inline constexpr std::size_t _MAXLINE = 65536;
/// Lines of one header section, the empty one included.
inline constexpr std::size_t _MAXHEADERS = 100;

/// Headers in the order they came, with their case, and with duplicates. Look-ups do not mind the case.
/// Source: Lib/http/client.py, class HTTPMessage; Lib/email/message.py, class Message
class HTTPMessage {
 public:
  using Items = std::vector<std::pair<std::string, std::string>>;
  /// The first header of that name.
  std::optional<std::string_view> get(std::string_view name) const;
  std::string_view get(std::string_view name, std::string_view default_) const { return get(name).value_or(default_); }
  void add(std::string name, std::string value) { items_.emplace_back(std::move(name), std::move(value)); }
  /// Every header whose name satisfies the condition is dropped.
  template <class Condition>
  void remove_if(const Condition& condition) {
    std::erase_if(items_, [&](const auto& item) { return condition(item.first); });
  }
  const Items& items() const { return items_; }
  void clear() { items_.clear(); }

 private:
  Items items_;
};

/// Whether two header names are the same: ASCII case does not count.
bool same_name(std::string_view a, std::string_view b);

}  // namespace python::http::client
