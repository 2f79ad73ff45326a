#include "python/urllib/parse.h"

#include <algorithm>
#include <cstdint>

#include "python/builtins.h"
#include "python/exceptions.h"

namespace python::urllib::parse {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::string plus_to_space(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '+', ' ');
  return out;
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  for (std::size_t begin = 0;; ) {
    const std::size_t end = text.find(at, begin);
    out.emplace_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return out;
    begin = end + 1;
  }
}

}  // namespace

std::string quote(std::string_view text, std::string_view safe) {
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || c == '_' || c == '.' || c == '-' || c == '~' || safe.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += hex_digits[byte >> 4];
      out += hex_digits[byte & 15];
    }
  }
  return out;
}

std::string quote_plus(std::string_view text, std::string_view safe) {
  std::string out = quote(text, std::string(safe) + " ");
  std::replace(out.begin(), out.end(), ' ', '+');
  return out;
}

std::string unquote_to_bytes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string unquote(std::string_view text) { return decode_utf8_replace(unquote_to_bytes(text)); }

std::string unquote_plus(std::string_view text) { return unquote(plus_to_space(text)); }

Pairs parse_qsl(std::string_view qs, bool keep_blank_values, std::optional<std::int64_t> max_num_fields) {
  Pairs out;
  if (qs.empty()) return out;
  if (max_num_fields && *max_num_fields < 1 + std::count(qs.begin(), qs.end(), '&'))
    throw ValueError("Max number of fields exceeded");
  for (std::size_t begin = 0; begin <= qs.size();) {
    const std::size_t end = std::min(qs.find('&', begin), qs.size());
    const std::string_view field = qs.substr(begin, end - begin);
    begin = end + 1;
    if (field.empty()) continue;
    const std::size_t equals = field.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1);
    if (value.empty() && !keep_blank_values) continue;
    out.emplace_back(unquote_plus(field.substr(0, equals)), unquote_plus(value));
  }
  return out;
}

std::string urlencode(const Pairs& query) {
  std::string out;
  for (const auto& [key, value] : query) {
    if (!out.empty()) out += '&';
    out += quote_plus(key) + "=" + quote_plus(value);
  }
  return out;
}

std::optional<std::string> SplitResult::hostname() const {
  std::string_view host = netloc;
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  if (const std::size_t open = host.find('['); open != std::string_view::npos) {
    host = host.substr(open + 1, host.find(']') - open - 1);
  } else {
    host = host.substr(0, host.find(':'));
  }
  if (host.empty()) return std::nullopt;
  return lower(host);
}

std::string SplitResult::geturl() const {
  std::string url = path;
  if (!netloc.empty() || url.starts_with("//")) {
    if (!url.empty() && !url.starts_with('/')) url = "/" + url;
    url = "//" + netloc + url;
  }
  if (!scheme.empty()) url = scheme + ":" + url;
  if (!query.empty()) url += "?" + query;
  if (!fragment.empty()) url += "#" + fragment;
  return url;
}

SplitResult urlsplit(std::string_view url) {
  // Browsers drop these characters; so must we, or a scheme could hide behind one.
  std::string clean;
  bool leading = true;
  for (const char c : url) {
    if (leading && static_cast<unsigned char>(c) <= 0x20) continue;
    leading = false;
    if (c != '\t' && c != '\r' && c != '\n') clean += c;
  }
  std::string_view rest = clean;
  SplitResult out;
  const std::size_t colon = rest.find(':');
  if (colon != std::string_view::npos && colon > 0 && is_alnum(rest[0]) && !(rest[0] >= '0' && rest[0] <= '9') &&
      std::all_of(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(colon),
                  [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; })) {
    out.scheme = lower(rest.substr(0, colon));
    rest.remove_prefix(colon + 1);
  }
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
    out.netloc = rest.substr(0, end);
    rest.remove_prefix(end);
    if ((out.netloc.find('[') == std::string::npos) != (out.netloc.find(']') == std::string::npos))
      throw ValueError("Invalid IPv6 URL");
  }
  if (const std::size_t hash = rest.find('#'); hash != std::string_view::npos) {
    out.fragment = rest.substr(hash + 1);
    rest = rest.substr(0, hash);
  }
  if (const std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
    out.query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  out.path = rest;
  return out;
}

std::string urljoin(std::string_view base, std::string_view url) {
  if (base.empty()) return std::string(url);
  if (url.empty()) return std::string(base);
  const SplitResult from = urlsplit(base);
  SplitResult to = urlsplit(url);
  const bool hierarchical = to.scheme.empty() || to.scheme == "http" || to.scheme == "https" || to.scheme == "ftp" || to.scheme == "file";
  if (to.scheme.empty()) to.scheme = from.scheme;
  if (to.scheme != from.scheme || !hierarchical) return std::string(url);
  if (!to.netloc.empty()) return to.geturl();
  to.netloc = from.netloc;
  if (to.path.empty()) {
    to.path = from.path;
    if (to.query.empty()) to.query = from.query;
    return to.geturl();
  }
  std::vector<std::string> base_parts = split(from.path, '/');
  // The last segment of the base is a file, not a folder.
  if (!base_parts.back().empty()) base_parts.pop_back();
  std::vector<std::string> segments;
  if (to.path.starts_with('/')) {
    segments = split(to.path, '/');
  } else {
    segments = base_parts;
    for (std::string& part : split(to.path, '/')) segments.push_back(std::move(part));
    // Empty segments in the middle would become "//".
    for (std::size_t i = segments.size() > 1 ? segments.size() - 2 : 0; i >= 1; --i)
      if (segments[i].empty()) segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(i));
  }
  std::vector<std::string> resolved;
  for (const std::string& segment : segments) {
    if (segment == "..") {
      if (!resolved.empty()) resolved.pop_back();
    } else if (segment != ".") {
      resolved.push_back(segment);
    }
  }
  if (segments.back() == "." || segments.back() == "..") resolved.emplace_back();
  to.path.clear();
  for (std::size_t i = 0; i < resolved.size(); ++i) to.path += (i ? "/" : "") + resolved[i];
  if (to.path.empty()) to.path = "/";
  return to.geturl();
}

}  // namespace python::urllib::parse
