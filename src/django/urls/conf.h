// django.urls.conf: what a URLconf is written with.
//
//     module.set("urlpatterns", URLPatterns{
//         path("hello/", view<views::hello>, {.name = "hello"}),
//         path("polls/", include("polls.urls")),
//     });
#pragma once

#include <optional>
#include <string>

#include "django/urls/resolvers.h"

namespace django::urls {

struct PathInit {
  python::Dict kwargs = {};  // given to the view as they are
  std::optional<std::string> name = {};
};

/// What include() found.
struct Included {
  resolvers::URLResolver::UrlconfName urlconf_module;
  std::optional<std::string> app_name = {}, namespace_ = {};
};

/// A route with converters: "item/<int:pk>/". Raises: ImproperlyConfigured.
URLEntry path(const std::string& route, View view, PathInit init = {});
URLEntry path(const std::string& route, const Included& included, PathInit init = {});

/// The same with a regular expression: "^item/(?P<pk>[^/]+)/$".
URLEntry re_path(const std::string& regex, View view, PathInit init = {});
URLEntry re_path(const std::string& regex, const Included& included, PathInit init = {});

/// Another URLconf, imported now. A namespace needs an app_name: the module's attribute of that name.
/// Raises: what the import raises; ImproperlyConfigured.
Included include(const std::string& arg, std::optional<std::string> namespace_ = std::nullopt);
/// Patterns given as they are.
Included include(URLPatterns patterns, std::optional<std::string> app_name = std::nullopt, std::optional<std::string> namespace_ = std::nullopt);

}  // namespace django::urls
