// django.urls.resolvers: which view answers a path. Patterns are tried in order, the first that matches wins.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "django/http/request.h"
#include "django/http/response.h"
#include "django/urls/converters.h"
#include "django/urls/exceptions.h"
#include "python/builtins.h"
#include "python/importlib/__init__.h"
#include "python/re.h"

namespace django::urls {

/// What a view gets besides the request: the pattern's named groups, and its unnamed ones in `args`.
class Kwargs {
 public:
  python::Dict items;
  std::vector<std::string> args;
  /// Raises: KeyError.
  const python::Value& operator[](std::string_view key) const;
  void update(const python::Dict& more);
};

/// A view: a function from a request to a response, and its name as Python would say it ("polls.views.hello").
struct View {
  using Function = std::function<http::HttpResponsePtr(http::HttpRequest&, const Kwargs&)>;
  std::string name = {};
  Function function = {};
  bool should_append_slash = true;  // @no_append_slash makes it false
  http::HttpResponsePtr operator()(http::HttpRequest& request, const Kwargs& kwargs) const { return function(request, kwargs); }
  explicit operator bool() const { return static_cast<bool>(function); }
};

namespace detail {
/// "polls.views.hello" out of the compiler's own words for a function.
std::string dotted_name(std::string_view pretty_function);

template <auto function>
View make_view() {
  using Pointer = decltype(function);
  View::Function call;
  if constexpr (std::is_invocable_v<Pointer, http::HttpRequest&, const Kwargs&>)
    call = [](http::HttpRequest& request, const Kwargs& kwargs) -> http::HttpResponsePtr { return function(request, kwargs); };
  else
    call = [](http::HttpRequest& request, const Kwargs&) -> http::HttpResponsePtr { return function(request); };
  return {.name = dotted_name(__PRETTY_FUNCTION__), .function = std::move(call)};
}
}  // namespace detail

/// The function as a view that knows its name: path("hello/", view<views::hello>). Its result is a shared_ptr to a response.
template <auto function>
inline const View view = detail::make_view<function>();

}  // namespace django::urls

namespace django::urls::resolvers {

/// The view that was found, and all that the patterns on the way said.
struct ResolverMatch {
  View func;
  Kwargs kwargs;
  std::optional<std::string> url_name;
  std::vector<std::string> app_names, namespaces;
  std::string route;
  Tried tried;
  std::string _func_path() const { return func.name; }
  /// "polls:detail"
  std::string view_name() const;
};
void repr_to(tracepoints::Repr& out, const ResolverMatch& match) noexcept;
inline void repr_to(tracepoints::Repr& out, const std::shared_ptr<const ResolverMatch>& match) noexcept { repr_to(out, *match); }

struct PatternMatch {
  std::string new_path;  // what is left of the path
  std::vector<std::string> args;
  python::Dict kwargs;
};

/// What a pattern is made of: RoutePattern for path(), RegexPattern for re_path().
class Pattern {
 public:
  virtual ~Pattern() = default;
  virtual std::optional<PatternMatch> match(const std::string& path) const = 0;
  /// As it was written.
  const std::string& __str__() const { return text_; }
  /// "'hello/' [name='hello']", for messages.
  std::string describe() const;
  /// Raises: ImproperlyConfigured when it is none. Compiled at the first call.
  const python::re::Pattern& regex() const;
  /// The classes of the checks differ: RoutePattern or RegexPattern.
  virtual bool is_route() const = 0;
  std::optional<std::string> name;
  std::map<std::string, converters::Converter> converters;

 protected:
  Pattern(std::string text, std::optional<std::string> name, bool is_endpoint)
      : name(std::move(name)), text_(std::move(text)), _is_endpoint(is_endpoint) {}
  virtual python::re::Pattern _compile() const = 0;
  std::string text_;
  bool _is_endpoint;

 private:
  mutable std::once_flag compiled_;
  mutable std::optional<python::re::Pattern> regex_;
};

/// Source: django/urls/resolvers.py, class RegexPattern
class RegexPattern final : public Pattern {
 public:
  explicit RegexPattern(std::string regex, std::optional<std::string> name = {}, bool is_endpoint = false)
      : Pattern(std::move(regex), std::move(name), is_endpoint) {}
  std::optional<PatternMatch> match(const std::string& path) const override;
  bool is_route() const override { return false; }

 protected:
  python::re::Pattern _compile() const override;
};

/// Source: django/urls/resolvers.py, class RoutePattern
class RoutePattern final : public Pattern {
 public:
  /// Raises: ImproperlyConfigured for an unknown converter or a bad parameter name.
  explicit RoutePattern(std::string route, std::optional<std::string> name = {}, bool is_endpoint = false);
  std::optional<PatternMatch> match(const std::string& path) const override;
  bool is_route() const override { return true; }

 protected:
  python::re::Pattern _compile() const override;

 private:
  std::string regex_text_;
};

/// Source: django/urls/resolvers.py, class URLPattern
class URLPattern {
 public:
  URLPattern(std::shared_ptr<const Pattern> pattern, View callback, python::Dict default_args)
      : pattern(std::move(pattern)), callback(std::move(callback)), default_args(std::move(default_args)) {}
  std::optional<ResolverMatch> resolve(const std::string& path) const;
  const std::optional<std::string>& name() const { return pattern->name; }
  const std::shared_ptr<const Pattern> pattern;
  const View callback;
  const python::Dict default_args;
};

/// What handler404 and its like are: a function from a request and what was raised.
using ErrorHandler = std::function<http::HttpResponsePtr(http::HttpRequest&, const std::exception_ptr& exception)>;

/// Source: django/urls/resolvers.py, class URLResolver
class URLResolver {
 public:
  /// A module's name, a module, or the patterns themselves.
  using UrlconfName = std::variant<std::string, python::importlib::ModulePtr, URLPatterns>;
  URLResolver(std::shared_ptr<const Pattern> pattern, UrlconfName urlconf_name, python::Dict default_kwargs = {},
              std::optional<std::string> app_name = {}, std::optional<std::string> namespace_ = {});
  /// The root resolver imports its URLconf here, at the first path. Raises: Resolver404; what the import raises;
  /// ImproperlyConfigured when the module has no urlpatterns.
  ResolverMatch resolve(const std::string& path) const;
  /// nullptr when the patterns were given as they are.
  python::importlib::ModulePtr urlconf_module() const;
  const URLPatterns& url_patterns() const;
  /// The URLconf's own handler for 400, 403, 404 or 500, else django.views.defaults'.
  ErrorHandler resolve_error_handler(int view_type) const;
  /// The path for a name. Raises: NoReverseMatch.
  std::string _reverse_with_prefix(const std::string& lookup_view, const std::string& _prefix, const python::List& args,
                                   const python::Dict& kwargs) const;
  const std::shared_ptr<const Pattern> pattern;
  const UrlconfName urlconf_name;
  const python::Dict default_kwargs;
  const std::optional<std::string> app_name, namespace_;

 private:
  mutable std::recursive_mutex lock_;
  mutable python::importlib::ModulePtr urlconf_module_;
  mutable std::optional<URLPatterns> url_patterns_;
};

/// The resolver of a URLconf; ROOT_URLCONF's when none is named. Made once for each, and kept.
std::shared_ptr<const URLResolver> get_resolver(const std::optional<std::string>& urlconf = std::nullopt);
/// Forgets them.
void clear_resolvers();

/// Source: django/urls/resolvers.py, _route_to_regex
std::pair<std::string, std::map<std::string, converters::Converter>> _route_to_regex(const std::string& route, bool is_endpoint);

}  // namespace django::urls::resolvers
