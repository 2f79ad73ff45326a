// urllib.parse: URLs taken apart and put together, and the percent signs in them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace python::urllib::parse {

/// Letters, digits and "_.-~" stay, and what `safe` names; every other byte becomes %XX.
std::string quote(std::string_view text, std::string_view safe = "/");
/// The same, with "+" for a space.
std::string quote_plus(std::string_view text, std::string_view safe = "");
/// Bytes as they come out; a "%" that begins no pair of hex digits stays. Source: unquote_to_bytes.
std::string unquote_to_bytes(std::string_view text);
/// The same as UTF-8 text, broken bytes replaced.
std::string unquote(std::string_view text);
std::string unquote_plus(std::string_view text);

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// The fields of a query or a form, in order. Source: parse_qsl.
/// Raises: ValueError("Max number of fields exceeded") when there are more than `max_num_fields`.
Pairs parse_qsl(std::string_view qs, bool keep_blank_values = false, std::optional<std::int64_t> max_num_fields = std::nullopt);
std::string urlencode(const Pairs& query);

struct SplitResult {
  std::string scheme, netloc, path, query, fragment;
  /// Without user, password and port; lower case.
  std::optional<std::string> hostname() const;
  std::string geturl() const;
};
/// Never fails but for a broken IPv6 host: ValueError("Invalid IPv6 URL").
SplitResult urlsplit(std::string_view url);
/// Left out: urlparse's ;params, which stay part of the path.
inline SplitResult urlparse(std::string_view url) { return urlsplit(url); }

std::string urljoin(std::string_view base, std::string_view url);

}  // namespace python::urllib::parse
