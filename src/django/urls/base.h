// django.urls.base: paths to views and back, and what holds for the thread that serves a request.
#pragma once

#include <optional>
#include <string>

#include "django/urls/resolvers.h"

namespace django::urls {

/// Raises: Resolver404.
resolvers::ResolverMatch resolve(const std::string& path, const std::optional<std::string>& urlconf = std::nullopt);
/// The same without an exception: nullopt when nothing matches.
std::optional<resolvers::ResolverMatch> is_valid_path(const std::string& path, const std::optional<std::string>& urlconf = std::nullopt);

/// The path of a view's name: "hello", or "polls:detail" in a namespace. Raises: NoReverseMatch.
std::string reverse(const std::string& viewname, const python::Dict& kwargs = {}, const python::List& args = {},
                    const std::optional<std::string>& urlconf = std::nullopt);

/// The prefix under which the application is mounted, with a slash at both ends; "/" at first. Each thread's own.
void set_script_prefix(std::string prefix);
const std::string& get_script_prefix();

/// The URLconf of this thread's request; nullopt is ROOT_URLCONF's.
void set_urlconf(std::optional<std::string> urlconf_name);
const std::optional<std::string>& get_urlconf();

void clear_url_caches();

}  // namespace django::urls
