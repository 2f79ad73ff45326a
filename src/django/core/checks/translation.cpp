// django/core/checks/translation.py
#include "django/core/checks/translation.h"

#include <algorithm>
#include <cctype>

#include "django/conf/__init__.h"
#include "python/builtins.h"

namespace django::core::checks::translation {

using django::conf::settings;

namespace {

/// django.utils.translation.trans_real.language_code_re: 1 to 8 letters, then parts of 1 to 8 letters or digits, each after
/// a hyphen, then perhaps @ and 1 to 20 letters or digits.
bool is_language_code(const python::Value& tag) {
  if (!tag.is_str()) return false;
  std::string_view rest = tag.str();
  const auto take = [&](std::size_t most, bool digits) {
    std::size_t size = 0;
    while (size < rest.size() && size < most) {
      const unsigned char c = static_cast<unsigned char>(rest[size]);
      if (!(c < 0x80 && (std::isalpha(c) != 0 || (digits && std::isdigit(c) != 0)))) break;
      ++size;
    }
    rest.remove_prefix(size);
    return size > 0;
  };
  if (!take(8, false)) return false;
  while (rest.starts_with('-')) {
    rest.remove_prefix(1);
    if (!take(8, true)) return false;
  }
  if (rest.starts_with('@')) {
    rest.remove_prefix(1);
    if (!take(20, true)) return false;
  }
  return rest.empty();
}

}  // namespace

// django/core/checks/translation.py, check_setting_language_code()
Messages check_setting_language_code(const AppConfigs*, const Databases*) {
  const python::Value& tag = settings.__getattr__("LANGUAGE_CODE");
  if (is_language_code(tag)) return {};
  return {Error("You have provided an invalid value for the LANGUAGE_CODE setting: " + python::repr(tag) + ".", {}, {},
                "translation.E001")};
}

// django/core/checks/translation.py, check_setting_languages()
Messages check_setting_languages(const AppConfigs*, const Databases*) {
  Messages errors;
  for (const python::Value& language : settings.__getattr__("LANGUAGES").items()) {
    const python::Value& tag = language.items().at(0);
    if (!is_language_code(tag))
      errors.push_back(Error("You have provided an invalid language code in the LANGUAGES setting: " + python::repr(tag) + ".",
                             {}, {}, "translation.E002"));
  }
  return errors;
}

// django/core/checks/translation.py, check_setting_languages_bidi()
Messages check_setting_languages_bidi(const AppConfigs*, const Databases*) {
  Messages errors;
  for (const python::Value& tag : settings.__getattr__("LANGUAGES_BIDI").items())
    if (!is_language_code(tag))
      errors.push_back(Error(
          "You have provided an invalid language code in the LANGUAGES_BIDI setting: " + python::repr(tag) + ".", {}, {},
          "translation.E003"));
  return errors;
}

// django/core/checks/translation.py, check_language_settings_consistent()
Messages check_language_settings_consistent(const AppConfigs*, const Databases*) {
  const python::Value& code = settings.__getattr__("LANGUAGE_CODE");
  if (!code.is_str()) return {};
  // get_supported_language_variant: en-us is answered by en, zh-cn by zh-hans; so is any code whose first part is there.
  std::vector<std::string> supported;
  for (const python::Value& language : settings.__getattr__("LANGUAGES").items())
    supported.push_back(python::str(language.items().at(0)));
  const std::string generic = code.str().substr(0, code.str().find('-'));
  const bool found = std::any_of(supported.begin(), supported.end(), [&](const std::string& tag) {
    return tag == code.str() || tag == generic || tag.starts_with(generic + "-");
  });
  if (found) return {};
  return {Error("You have provided a value for the LANGUAGE_CODE setting that is not in the LANGUAGES setting.", {}, {},
                "translation.E004")};
}

}  // namespace django::core::checks::translation
