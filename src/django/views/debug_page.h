// The frame that the debug pages share: one style sheet, light and dark, and the small pieces they are built of.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace django::views::debug {

/// A whole HTML page. Takes: the title as plain text; `tone` is "good", "missing" or "bad"; `body` is HTML.
std::string page(std::string_view title, std::string_view tone, std::string_view body);

/// Two columns, both plain text. "" when there are no rows.
using Rows = std::vector<std::pair<std::string, std::string>>;
std::string table(const Rows& rows);
/// The same below a heading that opens and closes.
std::string folded_table(std::string_view heading, const Rows& rows, bool open = false);

}  // namespace django::views::debug
