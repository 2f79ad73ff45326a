#include "django/urls/base.h"

#include <algorithm>

#include <fmt/format.h>

namespace django::urls {
namespace {

// Python keeps these in an asgiref Local; one thread serves one request here, so they are the thread's.
thread_local std::optional<std::string> _urlconfs;
thread_local std::string _prefixes = "/";

}  // namespace

// django/urls/base.py, resolve()
resolvers::ResolverMatch resolve(const std::string& path, const std::optional<std::string>& urlconf) {
  return resolvers::get_resolver(urlconf ? urlconf : get_urlconf())->resolve(path);
}

// django/urls/base.py, is_valid_path()
std::optional<resolvers::ResolverMatch> is_valid_path(const std::string& path, const std::optional<std::string>& urlconf) {
  try {
    return resolve(path, urlconf);
  } catch (const Resolver404&) {
    return std::nullopt;
  }
}

// django/urls/base.py, reverse()
std::string reverse(const std::string& viewname, const python::Dict& kwargs, const python::List& args,
                    const std::optional<std::string>& urlconf) {
  std::shared_ptr<const resolvers::URLResolver> resolver = resolvers::get_resolver(urlconf ? urlconf : get_urlconf());
  std::string view = viewname, resolved_path, prefix = get_script_prefix();
  // "a:b:name": one namespace after the other leads further in.
  for (std::size_t colon = view.find(':'); colon != std::string::npos; colon = view.find(':')) {
    const std::string ns = view.substr(0, colon);
    view.erase(0, colon + 1);
    std::shared_ptr<const resolvers::URLResolver> inner;
    for (const URLEntry& entry : resolver->url_patterns())
      if (const auto* one = std::get_if<std::shared_ptr<const resolvers::URLResolver>>(&entry); one && (*one)->namespace_ == ns) inner = *one;
    if (!inner) {
      if (resolved_path.empty()) throw NoReverseMatch(fmt::format("{} is not a registered namespace", python::repr(ns)));
      throw NoReverseMatch(fmt::format("{} is not a registered namespace inside '{}'", python::repr(ns), resolved_path));
    }
    // Left out: a namespace under a prefix with parameters; the prefix must be plain text.
    prefix += inner->pattern->is_route() ? inner->pattern->__str__()
              : inner->pattern->__str__().starts_with("^") ? inner->pattern->__str__().substr(1)
                                                            : inner->pattern->__str__();
    resolved_path += (resolved_path.empty() ? "" : ":") + ns;
    resolver = inner;
  }
  return resolver->_reverse_with_prefix(view, prefix, args, kwargs);
}

// django/urls/base.py, set_script_prefix()
void set_script_prefix(std::string prefix) {
  if (!prefix.ends_with('/')) prefix += '/';
  _prefixes = std::move(prefix);
}

const std::string& get_script_prefix() { return _prefixes; }

void set_urlconf(std::optional<std::string> urlconf_name) { _urlconfs = std::move(urlconf_name); }

const std::optional<std::string>& get_urlconf() { return _urlconfs; }

void clear_url_caches() { resolvers::clear_resolvers(); }

}  // namespace django::urls
