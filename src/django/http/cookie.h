// django.http.cookie: cookies as they arrive and as they leave.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace django::http {

/// One Set-Cookie line to be. Source: Lib/http/cookies.py, class Morsel
struct Morsel {
  std::string key, value;
  std::string expires, path, domain, samesite;  // "": not said
  std::optional<std::int64_t> max_age = {};     // seconds
  bool secure = false, httponly = false;
  /// "flavour=oat; Path=/": the attributes in alphabetical order, as Python writes them.
  std::string OutputString() const;
};

/// A response's cookies, in order of their first setting. Source: Lib/http/cookies.py, class SimpleCookie
class SimpleCookie {
 public:
  /// Raises: ValueError ("Illegal key 'a b'") for a name that a cookie cannot have.
  Morsel& set(const std::string& key, const std::string& value);
  const Morsel* find(std::string_view key) const;
  const std::vector<Morsel>& values() const { return morsels_; }

 private:
  std::vector<Morsel> morsels_;
};

using Cookies = std::vector<std::pair<std::string, std::string>>;

/// The pairs of a Cookie header; a later pair of the same name wins. Never fails: browsers send what they like.
/// Source: django/http/cookie.py, parse_cookie
Cookies parse_cookie(std::string_view cookie);

}  // namespace django::http
