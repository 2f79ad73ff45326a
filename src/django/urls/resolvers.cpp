#include "django/urls/resolvers.h"

#include <algorithm>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/core/exceptions.h"
#include "django/views/defaults.h"
#include "tracepoints/trace.h"

using django::conf::settings;
using django::core::exceptions::ImproperlyConfigured;
namespace importlib = python::importlib;
namespace re = python::re;

namespace django::urls {

Resolver404::Resolver404(std::string path_, std::optional<Tried> tried_)
    : Http404("django.urls.exceptions.Resolver404",
              tried_ ? fmt::format("{{'tried': [...], 'path': {}}}", python::repr(path_)) : fmt::format("{{'path': {}}}", python::repr(path_))),
      path(std::move(path_)), tried(std::move(tried_)) {}

const python::Value& Kwargs::operator[](std::string_view key) const {
  for (const auto& [name, value] : items)
    if (name == key) return value;
  throw python::KeyError(key);
}

void Kwargs::update(const python::Dict& more) {
  for (const auto& [key, value] : more) {
    const auto found = std::find_if(items.begin(), items.end(), [&key = key](const auto& entry) { return entry.first == key; });
    if (found != items.end()) found->second = value;
    else items.emplace_back(key, value);
  }
}

std::string detail::dotted_name(std::string_view pretty_function) {
  // "... [with auto function = polls::views::hello; ...]" in GCC, "... [function = &polls::views::hello]" in Clang.
  const std::size_t equals = pretty_function.rfind("function = ");
  if (equals == std::string_view::npos) return "view";
  std::string_view name = pretty_function.substr(equals + 11);
  if (name.starts_with('&')) name.remove_prefix(1);
  name = name.substr(0, name.find_first_of(";]"));
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name.substr(i, 2) == "::") {
      out += '.';
      ++i;
    } else {
      out += name[i];
    }
  }
  if (out.ends_with('_')) out.pop_back();  // PEP 8's underscore: the name was taken in C++
  return out;
}

}  // namespace django::urls

namespace django::urls::resolvers {

std::string ResolverMatch::view_name() const {
  std::string out;
  for (const std::string& one : namespaces) out += one + ":";
  return out + url_name.value_or(_func_path());
}

void repr_to(tracepoints::Repr& out, const ResolverMatch& match) noexcept {
  out.put("ResolverMatch(func=");
  out.put(match.func.name);
  out.put(", route=");
  tracepoints::repr_to(out, match.route);
  out.put(')');
}

std::string Pattern::describe() const {
  std::string description = fmt::format("'{}'", text_);
  if (name) description += fmt::format(" [name='{}']", *name);
  return description;
}

const re::Pattern& Pattern::regex() const {
  std::call_once(compiled_, [this] { regex_ = _compile(); });
  return *regex_;
}

// django/urls/resolvers.py, RegexPattern.match()
std::optional<PatternMatch> RegexPattern::match(const std::string& path) const {
  const re::Pattern& regex = this->regex();
  const bool whole = _is_endpoint && regex.pattern().ends_with("$");
  const std::optional<re::Match> match = whole ? regex.fullmatch(path) : regex.search(path);
  if (!match) return std::nullopt;
  // If there are any named groups, use those as kwargs, ignoring non-named groups. Otherwise, pass all non-named arguments
  // as positional arguments.
  PatternMatch out{path.substr(match->end()), {}, {}};
  if (regex.groupindex().empty()) {
    for (const auto& group : match->groups()) out.args.push_back(group.value_or(""));
  } else {
    for (const auto& [name, value] : match->groupdict())
      if (value) out.kwargs.emplace_back(name, *value);
  }
  return out;
}

// django/urls/resolvers.py, RegexPattern._compile()
re::Pattern RegexPattern::_compile() const {
  try {
    return re::compile(text_);
  } catch (const re::error& e) {
    std::throw_with_nested(ImproperlyConfigured(fmt::format("\"{}\" is not a valid regular expression: {}", text_, e.str())));
  }
}

// django/urls/resolvers.py, _route_to_regex()
std::pair<std::string, std::map<std::string, converters::Converter>> _route_to_regex(const std::string& route, bool is_endpoint) {
  static const re::Pattern _PATH_PARAMETER_COMPONENT_RE = re::compile(R"(<(?:(?P<converter>[^>:]+):)?(?P<parameter>[^>]+)>)");
  std::string regex = "^";
  std::map<std::string, converters::Converter> converters;
  const auto all_converters = converters::get_converters();
  std::string_view rest = route;
  while (const std::optional<re::Match> match = _PATH_PARAMETER_COMPONENT_RE.search(rest)) {
    if (match->group(std::size_t{0})->find_first_of(" \t\n\r\v\f") != std::string::npos)
      throw ImproperlyConfigured(fmt::format("URL route {} cannot contain whitespace in angle brackets <…>.", python::repr(route)));
    const std::string raw_converter = match->group("converter").value_or("str"), parameter = *match->group("parameter");
    if (!python::is_identifier(parameter))
      throw ImproperlyConfigured(fmt::format("URL route {} uses parameter name {} which isn't a valid Python identifier.",
                                             python::repr(route), python::repr(parameter)));
    const auto converter = all_converters.find(raw_converter);
    if (converter == all_converters.end())
      throw ImproperlyConfigured(fmt::format("URL route {} uses invalid converter {}.", python::repr(route), python::repr(raw_converter)));
    converters[parameter] = converter->second;
    regex += re::escape(rest.substr(0, match->start()));
    regex += fmt::format("(?P<{}>{})", parameter, converter->second.regex);
    rest.remove_prefix(match->end());
  }
  regex += re::escape(rest);
  if (is_endpoint) regex += R"(\Z)";
  return {regex, converters};
}

RoutePattern::RoutePattern(std::string route, std::optional<std::string> name, bool is_endpoint)
    : Pattern(std::move(route), std::move(name), is_endpoint) {
  std::tie(regex_text_, converters) = _route_to_regex(text_, is_endpoint);
}

// django/urls/resolvers.py, RoutePattern.match()
std::optional<PatternMatch> RoutePattern::match(const std::string& path) const {
  // Only use regex overhead if there are converters.
  if (converters.empty()) {
    if (_is_endpoint ? path != text_ : !path.starts_with(text_)) return std::nullopt;
    return PatternMatch{path.substr(text_.size()), {}, {}};
  }
  const std::optional<re::Match> match = regex().search(path);
  if (!match) return std::nullopt;
  PatternMatch out{path.substr(match->end()), {}, {}};
  for (const auto& [key, value] : match->groupdict()) {
    try {
      out.kwargs.emplace_back(key, converters.at(key).to_python(value.value_or("")));
    } catch (const python::ValueError&) {
      return std::nullopt;
    }
  }
  return out;
}

// django/urls/resolvers.py, RoutePattern._compile()
re::Pattern RoutePattern::_compile() const {
  try {
    return re::compile(regex_text_);
  } catch (const re::error& e) {
    std::throw_with_nested(ImproperlyConfigured(fmt::format("\"{}\" is not a valid regular expression: {}", regex_text_, e.str())));
  }
}

// django/urls/resolvers.py, URLPattern.resolve()
std::optional<ResolverMatch> URLPattern::resolve(const std::string& path) const {
  std::optional<PatternMatch> match = pattern->match(path);
  if (!match) return std::nullopt;
  ResolverMatch out;
  out.func = callback;
  out.kwargs = {.items = std::move(match->kwargs), .args = std::move(match->args)};
  out.kwargs.update(default_args);
  out.url_name = pattern->name;
  out.route = pattern->__str__();
  return out;
}

URLResolver::URLResolver(std::shared_ptr<const Pattern> pattern, UrlconfName urlconf_name, python::Dict default_kwargs,
                         std::optional<std::string> app_name, std::optional<std::string> namespace_)
    : pattern(std::move(pattern)), urlconf_name(std::move(urlconf_name)), default_kwargs(std::move(default_kwargs)),
      app_name(std::move(app_name)), namespace_(std::move(namespace_)) {}

namespace {

// One more way that was tried: through `entry` alone, or through it and each of what was tried below it.
// django/urls/resolvers.py, URLResolver._extend_tried()
void _extend_tried(Tried& tried, const URLEntry& entry, const std::optional<Tried>& sub_tried) {
  if (!sub_tried || sub_tried->empty()) {
    tried.push_back({entry});
    return;
  }
  for (const auto& way : *sub_tried) {
    tried.push_back({entry});
    tried.back().insert(tried.back().end(), way.begin(), way.end());
  }
}

// django/urls/resolvers.py, URLResolver._join_route()
std::string _join_route(const std::string& route1, const std::string& route2) {
  if (route1.empty()) return route2;
  return route1 + (route2.starts_with("^") ? route2.substr(1) : route2);
}

const Pattern& pattern_of(const URLEntry& entry) {
  return std::visit([](const auto& one) -> const Pattern& { return *one->pattern; }, entry);
}

}  // namespace

// django/urls/resolvers.py, URLResolver.resolve()
ResolverMatch URLResolver::resolve(const std::string& path) const {
  TRACE_FRAME("urls.resolvers.URLResolver.resolve", path);
  Tried tried;
  std::optional<PatternMatch> match = this->pattern->match(path);
  if (!match) {
    TRACE_DECISION("urls.resolvers.URLResolver.resolve:match", false, path);
    throw Resolver404(path);
  }
  const std::string& new_path = match->new_path;
  for (const URLEntry& pattern : url_patterns()) {
    std::optional<ResolverMatch> sub_match;
    const auto* resolver = std::get_if<std::shared_ptr<const URLResolver>>(&pattern);
    try {
      sub_match = resolver ? (*resolver)->resolve(new_path) : std::get<std::shared_ptr<const URLPattern>>(pattern)->resolve(new_path);
    } catch (const Resolver404& e) {
      _extend_tried(tried, pattern, e.tried);
      continue;
    }
    if (!sub_match) {
      tried.push_back({pattern});
      continue;
    }
    // What this pattern captured comes first, and what lies further in may override it.
    Kwargs kwargs{.items = match->kwargs, .args = {}};
    kwargs.update(default_kwargs);
    kwargs.update(sub_match->kwargs.items);
    // If there are *any* named groups, ignore all non-named groups. Otherwise, pass all non-named arguments as positional arguments.
    kwargs.args = sub_match->kwargs.args;
    if (kwargs.items.empty()) kwargs.args.insert(kwargs.args.begin(), match->args.begin(), match->args.end());
    sub_match->kwargs = std::move(kwargs);
    if (resolver) sub_match->route = _join_route(pattern_of(pattern).__str__(), sub_match->route);
    _extend_tried(tried, pattern, sub_match->tried);
    sub_match->tried = std::move(tried);
    if (app_name && !app_name->empty()) sub_match->app_names.insert(sub_match->app_names.begin(), *app_name);
    if (namespace_ && !namespace_->empty()) sub_match->namespaces.insert(sub_match->namespaces.begin(), *namespace_);
    TRACE_DECISION("urls.resolvers.URLResolver.resolve:match", true, sub_match->route);
    return traced.result(*sub_match);
  }
  TRACE_DECISION("urls.resolvers.URLResolver.resolve:match", false, new_path, tried.size());
  throw Resolver404(new_path, std::move(tried));
}

// django/urls/resolvers.py, URLResolver.urlconf_module
importlib::ModulePtr URLResolver::urlconf_module() const {
  const std::scoped_lock guard(lock_);
  if (urlconf_module_) return urlconf_module_;
  if (const auto* name = std::get_if<std::string>(&urlconf_name)) urlconf_module_ = importlib::import_module(*name);
  else if (const auto* module = std::get_if<importlib::ModulePtr>(&urlconf_name)) urlconf_module_ = *module;
  return urlconf_module_;
}

// django/urls/resolvers.py, URLResolver.url_patterns
const URLPatterns& URLResolver::url_patterns() const {
  if (const auto* patterns = std::get_if<URLPatterns>(&urlconf_name)) return *patterns;
  const std::scoped_lock guard(lock_);
  if (url_patterns_) return *url_patterns_;
  const importlib::ModulePtr module = urlconf_module();
  const auto* patterns = module->get_if<URLPatterns>("urlpatterns");
  if (!patterns)
    throw ImproperlyConfigured(fmt::format(
        "The included URLconf '{}' does not appear to have any patterns in it. If you see the 'urlpatterns' variable with valid "
        "patterns in the file then the issue is probably caused by a circular import.",
        module->name));
  url_patterns_ = *patterns;
  return *url_patterns_;
}

// django/urls/resolvers.py, URLResolver.resolve_error_handler()
ErrorHandler URLResolver::resolve_error_handler(int view_type) const {
  if (const importlib::ModulePtr module = urlconf_module())
    if (const auto* callback = module->get_if<ErrorHandler>(fmt::format("handler{}", view_type)); callback && *callback) return *callback;
  switch (view_type) {  // django/conf/urls/__init__.py
    case 400: return views::defaults::decorated().bad_request;
    case 403: return views::defaults::decorated().permission_denied;
    case 404: return views::defaults::decorated().page_not_found;
    default: return views::defaults::decorated().server_error;
  }
}

namespace {

std::mutex resolvers_lock;
std::map<std::string, std::shared_ptr<const URLResolver>>& resolvers_cache() {
  static std::map<std::string, std::shared_ptr<const URLResolver>> cache;
  return cache;
}

}  // namespace

// django/urls/resolvers.py, get_resolver(), _get_cached_resolver()
std::shared_ptr<const URLResolver> get_resolver(const std::optional<std::string>& urlconf_) {
  std::string urlconf;
  if (urlconf_) {
    urlconf = *urlconf_;
  } else if (const auto root = settings.ROOT_URLCONF()) {
    urlconf = *root;
  } else {
    throw python::AttributeError("'Settings' object has no attribute 'ROOT_URLCONF'");
  }
  const std::scoped_lock guard(resolvers_lock);
  std::shared_ptr<const URLResolver>& cached = resolvers_cache()[urlconf];
  if (!cached) cached = std::make_shared<URLResolver>(std::make_shared<RegexPattern>("^/"), urlconf);
  return cached;
}

void clear_resolvers() {
  const std::scoped_lock guard(resolvers_lock);
  resolvers_cache().clear();
}

}  // namespace django::urls::resolvers
