// termcolors: management/color.h asks for the palette once for each command and once for the access log.
#include "django/utils/termcolors.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "python/exceptions.h"

namespace django::utils::termcolors {
namespace {

constexpr std::array<std::string_view, 8> color_names = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"};

// The digit of a colour, behind 3 (foreground) or 4 (background); nullopt: no colour's name.
std::optional<std::size_t> color_digit(std::string_view name) {
  const auto found = std::find(color_names.begin(), color_names.end(), name);
  if (found == color_names.end()) return {};
  return static_cast<std::size_t>(found - color_names.begin());
}

std::string_view option_code(std::string_view option) {
  if (option == "bold") return "1";
  if (option == "underscore") return "4";
  if (option == "blink") return "5";
  if (option == "reverse") return "7";
  if (option == "conceal") return "8";
  return {};
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find(separator, at);
    parts.emplace_back(text.substr(at, end - at));
    if (end == text.npos) return parts;
    at = end + 1;
  }
}

std::string converted(std::string_view text, int (*convert)(int)) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(convert(static_cast<unsigned char>(c)));
  return out;
}

// "red/blue,bold": the colours, then the options, which Django's parser keeps from the last to the first.
Format parse_format(std::string_view instructions) {
  Format format;
  const std::vector<std::string> styles = split(instructions, ',');
  const std::vector<std::string> colors = split(styles.front(), '/');
  if (color_digit(colors[0])) format.fg = colors[0];
  if (colors.size() > 1 && color_digit(colors[1])) format.bg = colors[1];
  for (auto style = styles.rbegin(); style != styles.rend() - 1; ++style)
    if (!option_code(*style).empty()) format.opts.push_back(*style);
  return format;
}

std::map<std::string, Palette, std::less<>> make_palettes() {
  const Format bold{.opts = {"bold"}};
  const auto in = [](std::string fg) { return Format{.fg = std::move(fg)}; };
  const auto bold_in = [](std::string fg) { return Format{.fg = std::move(fg), .opts = {"bold"}}; };
  Palette dark = {
      {"ERROR", bold_in("red")},
      {"SUCCESS", bold_in("green")},
      {"WARNING", bold_in("yellow")},
      {"NOTICE", in("red")},
      {"SQL_FIELD", bold_in("green")},
      {"SQL_COLTYPE", in("green")},
      {"SQL_KEYWORD", in("yellow")},
      {"SQL_TABLE", bold},
      {"HTTP_INFO", bold},
      {"HTTP_SUCCESS", {}},
      {"HTTP_REDIRECT", in("green")},
      {"HTTP_NOT_MODIFIED", in("cyan")},
      {"HTTP_BAD_REQUEST", bold_in("red")},
      {"HTTP_NOT_FOUND", in("yellow")},
      {"HTTP_SERVER_ERROR", bold_in("magenta")},
      {"MIGRATE_HEADING", bold_in("cyan")},
      {"MIGRATE_LABEL", bold},
  };
  Palette light = dark;
  light["SQL_KEYWORD"] = in("blue");
  light["HTTP_REDIRECT"] = bold_in("green");
  light["HTTP_NOT_MODIFIED"] = in("green");
  light["HTTP_NOT_FOUND"] = in("red");
  Palette nocolor;
  for (const auto& [role, format] : dark) nocolor[role] = {};
  return {{std::string(NOCOLOR_PALETTE), nocolor}, {std::string(DARK_PALETTE), dark}, {std::string(LIGHT_PALETTE), light}};
}

}  // namespace

const std::map<std::string, Palette, std::less<>>& PALETTES() {
  static const auto palettes = make_palettes();
  return palettes;
}

std::string colorize(std::string_view text, const Format& format) {
  if (text.empty() && format.opts == std::vector<std::string>{"reset"}) return "\x1b[0m";
  std::vector<std::string> codes;
  if (const auto digit = color_digit(format.fg)) codes.push_back(fmt::format("3{}", *digit));
  if (const auto digit = color_digit(format.bg)) codes.push_back(fmt::format("4{}", *digit));
  for (const std::string& option : format.opts)
    if (const std::string_view code = option_code(option); !code.empty()) codes.emplace_back(code);
  const bool reset = std::find(format.opts.begin(), format.opts.end(), "noreset") == format.opts.end();
  return fmt::format("\x1b[{}m{}{}", fmt::join(codes, ";"), text, reset ? "\x1b[0m" : "");
}

std::optional<Palette> parse_color_setting(std::string_view config_string) {
  if (config_string.empty()) return PALETTES().find(DEFAULT_PALETTE)->second;
  const Palette& nocolor = PALETTES().find(NOCOLOR_PALETTE)->second;
  Palette palette = nocolor;
  for (const std::string& part : split(converted(config_string, std::tolower), ';')) {
    if (const auto named = PALETTES().find(part); named != PALETTES().end()) {
      for (const auto& [role, format] : named->second) palette[role] = format;
      continue;
    }
    const std::vector<std::string> halves = split(part, '=');
    if (halves.size() == 1) continue;
    if (halves.size() > 2) throw python::ValueError("too many values to unpack (expected 2)");
    const std::string role = converted(halves[0], std::toupper);
    const Format definition = parse_format(halves[1]);
    if (nocolor.contains(role) && definition != Format{}) palette[role] = definition;
  }
  if (palette == nocolor) return {};
  return palette;
}

}  // namespace django::utils::termcolors
