#include "django/urls/conf.h"

#include "django/core/exceptions.h"
#include "python/importlib/__init__.h"

using django::core::exceptions::ImproperlyConfigured;
using python::importlib::import_module;

namespace django::urls {
namespace {

// django/urls/conf.py, _path()
template <class PatternClass>
URLEntry _path(const std::string& route, View view, PathInit init) {
  if (!view) throw python::TypeError("view must be a callable or a list/tuple in the case of include().");
  auto pattern = std::make_shared<PatternClass>(route, std::move(init.name), /*is_endpoint=*/true);
  return std::make_shared<const resolvers::URLPattern>(std::move(pattern), std::move(view), std::move(init.kwargs));
}

template <class PatternClass>
URLEntry _path(const std::string& route, const Included& included, PathInit init) {
  auto pattern = std::make_shared<PatternClass>(route, std::nullopt, /*is_endpoint=*/false);
  return std::make_shared<const resolvers::URLResolver>(std::move(pattern), included.urlconf_module, std::move(init.kwargs),
                                                        included.app_name, included.namespace_);
}

Included checked(Included included) {
  if (included.namespace_ && !included.app_name)
    throw ImproperlyConfigured(
        "Specifying a namespace in include() without providing an app_name is not supported. Set the app_name attribute in the "
        "included module, or pass a 2-tuple containing the list of patterns and app_name instead.");
  if (!included.namespace_) included.namespace_ = included.app_name;
  return included;
}

}  // namespace

URLEntry path(const std::string& route, View view, PathInit init) {
  return _path<resolvers::RoutePattern>(route, std::move(view), std::move(init));
}

URLEntry path(const std::string& route, const Included& included, PathInit init) {
  return _path<resolvers::RoutePattern>(route, included, std::move(init));
}

URLEntry re_path(const std::string& regex, View view, PathInit init) {
  return _path<resolvers::RegexPattern>(regex, std::move(view), std::move(init));
}

URLEntry re_path(const std::string& regex, const Included& included, PathInit init) {
  return _path<resolvers::RegexPattern>(regex, included, std::move(init));
}

// django/urls/conf.py, include()
Included include(const std::string& arg, std::optional<std::string> namespace_) {
  const python::importlib::ModulePtr module = import_module(arg);
  const auto* app_name = module->get_if<std::string>("app_name");
  return checked({module, app_name ? std::optional(*app_name) : std::nullopt, std::move(namespace_)});
}

Included include(URLPatterns patterns, std::optional<std::string> app_name, std::optional<std::string> namespace_) {
  return checked({std::move(patterns), std::move(app_name), std::move(namespace_)});
}

}  // namespace django::urls
