#include "django/utils/termcolors.h"

#include <catch2/catch.hpp>

#include "python/exceptions.h"

using namespace django::utils::termcolors;

TEST_CASE("termcolors.colorize: colours, then options, then the reset", "[django]") {
  CHECK(colorize("x", {.fg = "red", .bg = "blue", .opts = {"blink", "bold"}}) == "\x1b[31;44;5;1mx\x1b[0m");
  CHECK(colorize("x", {}) == "\x1b[mx\x1b[0m");
  CHECK(colorize("x", {.fg = "white", .opts = {"noreset"}}) == "\x1b[37mx");
  CHECK(colorize("", {.opts = {"reset"}}) == "\x1b[0m");
  CHECK(colorize("", {.fg = "black"}) == "\x1b[30m\x1b[0m");
}

TEST_CASE("termcolors.parse_color_setting: a palette, and roles over it", "[django]") {
  const Palette dark = PALETTES().at("dark"), light = PALETTES().at("light");
  CHECK(parse_color_setting("") == dark);
  CHECK(parse_color_setting("LIGHT") == light);
  Palette changed = light;
  changed["ERROR"] = {.fg = "yellow", .bg = "blue", .opts = {"underscore", "bold"}};
  CHECK(parse_color_setting("light;error=yellow/blue,bold,underscore,loud;nosuch=red;error=") == changed);
  CHECK(parse_color_setting("light;error=yellow/blue,bold,underscore")->size() == 17);
}

TEST_CASE("termcolors.parse_color_setting: no colour left is no palette", "[django]") {
  CHECK_FALSE(parse_color_setting("nocolor"));
  CHECK_FALSE(parse_color_setting("error=mauve"));
  CHECK_FALSE(parse_color_setting(";;"));
  CHECK(parse_color_setting("nocolor;notice=/blue")->at("NOTICE") == Format{.bg = "blue"});
}

TEST_CASE("termcolors.parse_color_setting: two equals signs are one too many", "[django]") {
  CHECK_THROWS_AS(parse_color_setting("error=red=blue"), python::ValueError);
}
