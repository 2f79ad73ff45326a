#include "django/http/cookie.h"

#include <algorithm>

#include <fmt/format.h>

#include "python/builtins.h"
#include "python/exceptions.h"

namespace django::http {
namespace {

bool legal(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~:").find(c) != std::string_view::npos;
}

bool all_legal(std::string_view text) { return std::all_of(text.begin(), text.end(), legal); }

// Lib/http/cookies.py, _quote()
std::string quote(std::string_view text) {
  if (!text.empty() && all_legal(text)) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += fmt::format("\\{}", c);
    else if (legal(c) || std::string_view(" ()/<=>?@[]{}").find(c) != std::string_view::npos) out += c;
    else out += fmt::format("\\{:03o}", byte);
  }
  return out + "\"";
}

// Lib/http/cookies.py, _unquote()
std::string unquote(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  text = text.substr(1, text.size() - 2);
  std::string out;
  const auto octal = [](char c, char high) { return c >= '0' && c <= high; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size()) {
      out += text[i];
    } else if (i + 3 < text.size() && octal(text[i + 1], '3') && octal(text[i + 2], '7') && octal(text[i + 3], '7')) {
      out += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[++i];
    }
  }
  return out;
}

std::string_view strip(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n\v\f");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n\v\f") - begin + 1);
}

}  // namespace

// Lib/http/cookies.py, Morsel.OutputString()
std::string Morsel::OutputString() const {
  std::string out = key + "=" + quote(value);
  if (!domain.empty()) out += "; Domain=" + domain;
  if (!expires.empty()) out += "; expires=" + expires;
  if (httponly) out += "; HttpOnly";
  if (max_age) out += fmt::format("; Max-Age={}", *max_age);
  if (!path.empty()) out += "; Path=" + path;
  if (!samesite.empty()) out += "; SameSite=" + samesite;
  if (secure) out += "; Secure";
  return out;
}

// Lib/http/cookies.py, BaseCookie.__setitem__()
Morsel& SimpleCookie::set(const std::string& key, const std::string& value) {
  if (key.empty() || !all_legal(key)) throw python::ValueError("Illegal key " + python::repr(key));
  for (Morsel& morsel : morsels_)
    if (morsel.key == key) {
      morsel.value = value;
      return morsel;
    }
  morsels_.push_back({.key = key, .value = value, .expires = {}, .path = {}, .domain = {}, .samesite = {}});
  return morsels_.back();
}

const Morsel* SimpleCookie::find(std::string_view key) const {
  const auto found = std::find_if(morsels_.begin(), morsels_.end(), [key](const Morsel& m) { return m.key == key; });
  return found == morsels_.end() ? nullptr : &*found;
}

// django/http/cookie.py, parse_cookie()
Cookies parse_cookie(std::string_view cookie) {
  Cookies cookiedict;
  for (std::size_t begin = 0; begin <= cookie.size();) {
    const std::size_t end = std::min(cookie.find(';', begin), cookie.size());
    const std::string_view chunk = cookie.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t equals = chunk.find('=');
    // A piece without "=" is a value without a name: browsers do that.
    const std::string_view key = equals == std::string_view::npos ? std::string_view() : strip(chunk.substr(0, equals));
    const std::string_view val = strip(equals == std::string_view::npos ? chunk : chunk.substr(equals + 1));
    if (key.empty() && val.empty()) continue;
    const auto found = std::find_if(cookiedict.begin(), cookiedict.end(), [key](const auto& pair) { return pair.first == key; });
    if (found != cookiedict.end()) found->second = unquote(val);
    else cookiedict.emplace_back(key, unquote(val));
  }
  return cookiedict;
}

}  // namespace django::http
