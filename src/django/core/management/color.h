// Colours of command output, from the terminal and from DJANGO_COLORS.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "python/io.h"

namespace django::core::management {

using StyleFunc = std::function<std::string(std::string_view)>;

/// A palette: style.SUCCESS("text"). Every role of django.utils.termcolors has a function; without colour it gives the text back.
class Style {
 public:
  /// The function of "ERROR", "HTTP_NOT_FOUND", ... AttributeError when there is no such role.
  const StyleFunc& operator[](std::string_view role) const;
  std::string SUCCESS(std::string_view text) const { return (*this)["SUCCESS"](text); }
  std::string ERROR(std::string_view text) const { return (*this)["ERROR"](text); }
  std::string ERROR_OUTPUT(std::string_view text) const { return (*this)["ERROR"](text); }
  std::string NOTICE(std::string_view text) const { return (*this)["NOTICE"](text); }
  std::string WARNING(std::string_view text) const { return (*this)["WARNING"](text); }
  void set(std::string_view role, StyleFunc function);

 private:
  std::map<std::string, StyleFunc, std::less<>> roles_;
};

/// Whether that stream is a terminal that shows colours.
bool supports_color(const python::io::TextIO& stream);
/// The palette of DJANGO_COLORS ("" is the default, "light;success=red", "nocolor").
/// Source: django/core/management/color.py, make_style
Style make_style(std::string_view config_string = {});
Style no_style();
/// The environment's DJANGO_COLORS if `force_color` or standard output has colours, else no colour.
Style color_style(bool force_color = false);

}  // namespace django::core::management
