// django.urls.exceptions: no pattern fits a path, or no path can be made for a name.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "django/http/response.h"
#include "python/exceptions.h"

namespace django::urls {

namespace resolvers {
class URLPattern;
class URLResolver;
}  // namespace resolvers

/// One entry of urlpatterns: a view's pattern, or an include()'s.
using URLEntry = std::variant<std::shared_ptr<const resolvers::URLPattern>, std::shared_ptr<const resolvers::URLResolver>>;
/// What a URLconf calls urlpatterns.
using URLPatterns = std::vector<URLEntry>;
/// The ways that were tried, each from the outermost pattern to the innermost.
using Tried = std::vector<std::vector<URLEntry>>;

/// Nothing matches. `tried` is absent when not even the first slash fits.
class Resolver404 : public http::Http404 {
 public:
  Resolver404(std::string path, std::optional<Tried> tried = std::nullopt);
  std::string path;
  std::optional<Tried> tried;
};

class NoReverseMatch : public python::Exception {
 public:
  explicit NoReverseMatch(std::string message) : Exception("django.urls.exceptions.NoReverseMatch", std::move(message)) {}
};

}  // namespace django::urls
