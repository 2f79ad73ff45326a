// termcolors: what a role (ERROR, HTTP_NOT_FOUND, ...) looks like, as escape codes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace django::utils::termcolors {

/// How a role looks: colour names, and options such as "bold". Nothing set: no colour, but the codes are still written.
struct Format {
  std::string fg = {}, bg = {};
  std::vector<std::string> opts = {};
  friend bool operator==(const Format&, const Format&) = default;
};
using Palette = std::map<std::string, Format, std::less<>>;

inline constexpr std::string_view NOCOLOR_PALETTE = "nocolor", DARK_PALETTE = "dark", LIGHT_PALETTE = "light";
inline constexpr std::string_view DEFAULT_PALETTE = DARK_PALETTE;

/// "nocolor" (every role, nothing set), "dark", "light".
const std::map<std::string, Palette, std::less<>>& PALETTES();

/// The text between its codes and the reset. The option "noreset" leaves the reset out; empty text with the option "reset"
/// alone is the reset.
std::string colorize(std::string_view text, const Format& format);

/// DJANGO_COLORS: "palette;role=fg;role=fg/bg;role=fg,option,...". Words that mean nothing are passed over.
/// Gives: nullopt when no colour is left. Raises: ValueError for a part with two equals signs.
/// Source: django/utils/termcolors.py, parse_color_setting
std::optional<Palette> parse_color_setting(std::string_view config_string);

}  // namespace django::utils::termcolors
