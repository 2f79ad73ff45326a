// django/core/checks/urls.py, with the check() methods of the pattern classes in django/urls/resolvers.py. Run by BaseCommand.check:
// before the first request, so a URLconf that cannot be imported stops the server here.
#include "django/core/checks/urls.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/urls/resolvers.h"
#include "tracepoints/trace.h"

namespace django::core::checks::urls {

using django::conf::settings;
using django::urls::resolvers::ErrorHandler;
using django::urls::resolvers::get_resolver;
using django::urls::resolvers::Pattern;
using django::urls::resolvers::URLPattern;
using django::urls::resolvers::URLResolver;

namespace {

void extend(Messages& messages, Messages more) {
  messages.insert(messages.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

CheckMessage warning(std::string msg, std::string id) { return Warning(std::move(msg), {}, {}, std::move(id)); }

// django/urls/resolvers.py, CheckURLMixin._check_pattern_startswith_slash()
Messages _check_pattern_startswith_slash(const Pattern& pattern) {
  // Without APPEND_SLASH a route may well begin with a slash.
  if (!settings.flag("APPEND_SLASH")) return {};
  const std::string regex_pattern = pattern.regex().pattern();
  const bool starts = regex_pattern.starts_with("/") || regex_pattern.starts_with("^/") || regex_pattern.starts_with("^\\/");
  if (!starts || regex_pattern.ends_with("/")) return {};
  return {warning(fmt::format("Your URL pattern {} has a route beginning with a '/'. Remove this slash as it is unnecessary. If this "
                              "pattern is targeted in an include(), ensure the include() pattern has a trailing '/'.",
                              pattern.describe()),
                  "urls.W002")};
}

// django/urls/resolvers.py, RegexPattern._check_include_trailing_dollar()
Messages _check_include_trailing_dollar(const Pattern& pattern) {
  const std::string regex_pattern = pattern.regex().pattern();
  if (!regex_pattern.ends_with("$") || regex_pattern.ends_with("\\$")) return {};
  return {warning(fmt::format("Your URL pattern {} uses include with a route ending with a '$'. Remove the dollar from the route to "
                              "avoid problems including URLs.",
                              pattern.describe()),
                  "urls.W001")};
}

// django/urls/resolvers.py, RoutePattern._check_pattern_unmatched_angle_brackets()
Messages _check_pattern_unmatched_angle_brackets(const Pattern& pattern) {
  Messages warnings;
  const auto unmatched = [&](char bracket) {
    warnings.push_back(warning(fmt::format("Your URL pattern {} has an unmatched '{}' bracket.", pattern.describe(), bracket), "urls.W010"));
  };
  int open_bracket_counter = 0;
  for (const char c : pattern.__str__()) {
    if (c == '<') ++open_bracket_counter;
    if (c == '>' && --open_bracket_counter < 0) {
      unmatched('>');
      open_bracket_counter = 0;
    }
  }
  if (open_bracket_counter > 0) unmatched('<');
  return warnings;
}

// django/urls/resolvers.py, RegexPattern.check(), RoutePattern.check()
Messages check_pattern(const Pattern& pattern, bool is_endpoint) {
  Messages warnings = _check_pattern_startswith_slash(pattern);
  if (!pattern.is_route()) {
    if (!is_endpoint) extend(warnings, _check_include_trailing_dollar(pattern));
    return warnings;
  }
  extend(warnings, _check_pattern_unmatched_angle_brackets(pattern));
  const std::string& route = pattern.__str__();
  if (route.find("(?P<") != std::string::npos || route.starts_with("^") || route.ends_with("$"))
    warnings.push_back(warning(fmt::format("Your URL pattern {} has a route that contains '(?P<', begins with a '^', or ends with a '$'. "
                                           "This was likely an oversight when migrating to django.urls.path().",
                                           pattern.describe()),
                               "2_0.W001"));
  return warnings;
}

// django/urls/resolvers.py, URLPattern.check()
// Left out: a callback that is no view (urls.E009); path() takes nothing else.
Messages check_resolver(const URLPattern& url_pattern) {
  Messages warnings;
  // URLPattern._check_pattern_name()
  if (url_pattern.name() && url_pattern.name()->find(':') != std::string::npos)
    warnings.push_back(warning(fmt::format("Your URL pattern {} has a name including a ':'. Remove the colon, to avoid ambiguous namespace "
                                           "references.",
                                           url_pattern.pattern->describe()),
                               "urls.W003"));
  extend(warnings, check_pattern(*url_pattern.pattern, true));
  return warnings;
}

// django/core/checks/urls.py, check_resolver(); django/urls/resolvers.py, URLResolver.check()
// Left out: an entry that is no pattern (urls.E004); urlpatterns holds nothing else.
Messages check_resolver(const URLResolver& resolver) {
  Messages messages;
  for (const django::urls::URLEntry& entry : resolver.url_patterns())
    extend(messages, std::visit([](const auto& pattern) { return check_resolver(*pattern); }, entry));
  return messages.empty() ? check_pattern(*resolver.pattern, false) : messages;
}

// django/core/checks/urls.py, _load_all_namespaces()
void _load_all_namespaces(const URLResolver& resolver, const std::string& parents, std::vector<std::pair<std::string, int>>& counter) {
  std::vector<std::shared_ptr<const URLResolver>> included;
  for (const django::urls::URLEntry& entry : resolver.url_patterns())
    if (const auto* const one = std::get_if<std::shared_ptr<const URLResolver>>(&entry)) included.push_back(*one);
  for (const auto& url : included) {
    if (!url->namespace_) continue;
    const std::string name = parents + *url->namespace_;
    const auto seen = std::find_if(counter.begin(), counter.end(), [&](const auto& counted) { return counted.first == name; });
    if (seen == counter.end())
      counter.emplace_back(name, 1);
    else
      ++seen->second;
  }
  for (const auto& pattern : included)
    _load_all_namespaces(*pattern, pattern->namespace_ ? parents + *pattern->namespace_ + ":" : parents, counter);
}

/// getattr(settings, "ROOT_URLCONF", None): Django has no default for it.
bool has_root_urlconf() { return settings.get("ROOT_URLCONF").truthy(); }

}  // namespace

// django/core/checks/urls.py, check_url_config()
Messages check_url_config(const AppConfigs*, const Databases*) {
  TRACE_FRAME("checks.urls.check_url_config");
  if (!has_root_urlconf()) return {};
  const std::shared_ptr<const URLResolver> resolver = get_resolver();
  Messages messages = check_resolver(*resolver);
  traced.result(messages.size());
  return messages;
}

// django/core/checks/urls.py, check_url_namespaces_unique()
Messages check_url_namespaces_unique(const AppConfigs*, const Databases*) {
  if (!has_root_urlconf()) return {};
  std::vector<std::pair<std::string, int>> counter;
  _load_all_namespaces(*get_resolver(), "", counter);
  Messages errors;
  for (const auto& [name, count] : counter)
    if (count > 1)
      errors.push_back(warning(fmt::format("URL namespace '{}' isn't unique. You may not be able to reverse all URLs in this namespace", name),
                               "urls.W005"));
  return errors;
}

// django/core/checks/urls.py, check_url_settings()
Messages check_url_settings(const AppConfigs*, const Databases*) {
  Messages errors;
  const std::pair<std::string, std::string> urls[] = {{"STATIC_URL", settings.STATIC_URL().value_or("")},
                                                      {"MEDIA_URL", settings.str("MEDIA_URL")}};
  for (const auto& [name, value] : urls)
    if (!value.empty() && !value.ends_with('/'))
      errors.push_back(Error(fmt::format("The {} setting must end with a slash.", name), {}, {}, "urls.E006"));
  return errors;
}

// django/core/checks/urls.py, check_custom_error_handlers()
Messages check_custom_error_handlers(const AppConfigs*, const Databases*) {
  if (!has_root_urlconf()) return {};
  const auto resolver = get_resolver();
  const python::importlib::ModulePtr urlconf = resolver->urlconf_module();
  Messages errors;
  // Left out: a handler given by a path that cannot be imported (urls.E008); here it is a function.
  for (const auto& [status_code, args] : {std::pair(400, "request, exception"), std::pair(403, "request, exception"),
                                          std::pair(404, "request, exception"), std::pair(500, "request")}) {
    resolver->resolve_error_handler(status_code);
    const std::string handler = fmt::format("handler{}", status_code);
    if (urlconf == nullptr || !urlconf->has(handler) || urlconf->get_if<ErrorHandler>(handler) != nullptr) continue;
    errors.push_back(Error(fmt::format("The custom {} view '{}.{}' does not take the correct number of arguments ({}).", handler, urlconf->name,
                                       handler, args),
                           {}, {}, "urls.E007"));
  }
  return errors;
}

}  // namespace django::core::checks::urls
