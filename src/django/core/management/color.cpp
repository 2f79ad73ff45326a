// color: BaseCommand asks for a style when it is made, and again when --force-color or --no-color says otherwise.
#include "django/core/management/color.h"

#include <fmt/format.h>

#include "django/utils/termcolors.h"
#include "python/exceptions.h"
#include "python/os.h"
#include "python/sys.h"

namespace django::core::management {

namespace os = python::os;                       // import os
namespace sys = python::sys;                     // import sys
namespace termcolors = django::utils::termcolors;  // from django.utils import termcolors

const StyleFunc& Style::operator[](std::string_view role) const {
  const auto found = roles_.find(role);
  if (found == roles_.end()) throw python::AttributeError(fmt::format("'Style' object has no attribute '{}'", role));
  return found->second;
}

void Style::set(std::string_view role, StyleFunc function) { roles_.insert_or_assign(std::string(role), std::move(function)); }

// django/core/management/color.py, supports_color()
// Left out: the questions about Windows; every terminal here takes the codes.
bool supports_color(const python::io::TextIO& stream) { return stream.isatty(); }

Style make_style(std::string_view config_string) {
  Style style;
  const auto color_settings = termcolors::parse_color_setting(config_string);
  for (const auto& [role, unset] : termcolors::PALETTES().find(termcolors::NOCOLOR_PALETTE)->second) {
    if (color_settings) {
      const termcolors::Format format = color_settings->find(role)->second;
      style.set(role, [format](std::string_view text) { return termcolors::colorize(text, format); });
    } else {
      style.set(role, [](std::string_view text) { return std::string(text); });
    }
  }
  style.set("ERROR_OUTPUT", style["ERROR"]);
  return style;
}

Style no_style() {
  static const Style style = make_style("nocolor");
  return style;
}

// django/core/management/color.py, color_style()
Style color_style(bool force_color) {
  if (!force_color && !supports_color(*sys::stdout_)) return no_style();
  return make_style(os::environ.get("DJANGO_COLORS", ""));
}

}  // namespace django::core::management
