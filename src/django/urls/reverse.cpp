// The way back: from a view's name to a path. URLResolver._reverse_with_prefix and what it needs.
//
// A pattern is read as a template: literal text, and a hole for each group. Routes can always be read so.
// Left out: regular expressions that are more than text and groups (alternatives, repeated pieces outside a group): such a
// pattern resolves, but reverse() does not find it.
#include <algorithm>

#include <fmt/format.h>

#include "django/urls/resolvers.h"
#include "django/utils/http.h"
#include "python/urllib/parse.h"

using django::utils::http::escape_leading_slashes;
using python::urllib::parse::quote;
namespace re = python::re;

namespace django::urls::resolvers {
namespace {

struct Piece {
  std::string text;   // literal text, or the hole's name ("" for an unnamed group)
  bool hole = false;
};

struct Possibility {
  std::vector<Piece> pieces;
  std::string regex;  // what the finished path must match again
  python::Dict defaults;
  std::map<std::string, converters::Converter> converters;
};

// Reads a regular expression as a template. Gives: nullopt when it is none.
std::optional<std::vector<Piece>> pieces_of(std::string_view regex) {
  std::vector<Piece> out;
  const auto literal = [&out](char c) {
    if (out.empty() || out.back().hole) out.push_back({});
    out.back().text += c;
  };
  if (regex.starts_with('^')) regex.remove_prefix(1);
  if (regex.ends_with("\\Z")) regex.remove_suffix(2);
  else if (regex.ends_with('$') && !regex.ends_with("\\$")) regex.remove_suffix(1);
  for (std::size_t i = 0; i < regex.size(); ++i) {
    const char c = regex[i];
    if (c == '\\') {
      if (++i == regex.size() || (regex[i] >= 'a' && regex[i] <= 'z') || (regex[i] >= 'A' && regex[i] <= 'Z')) return std::nullopt;
      literal(regex[i]);
    } else if (c == '(') {
      std::string name;
      if (regex.substr(i + 1, 3) == "?P<") name = regex.substr(i + 4, regex.find('>', i) - i - 4);
      else if (regex.substr(i + 1, 1) == "?") return std::nullopt;
      int depth = 1;
      bool in_set = false;
      std::size_t k = i + 1;
      for (; k < regex.size() && depth > 0; ++k) {
        if (regex[k] == '\\') ++k;
        else if (in_set) in_set = regex[k] != ']' || regex[k - 1] == '[' || (regex[k - 1] == '^' && regex[k - 2] == '[');
        else if (regex[k] == '[') in_set = true;
        else if (regex[k] == '(') ++depth;
        else if (regex[k] == ')') --depth;
      }
      out.push_back({name, true});
      i = k - 1;
    } else if (std::string_view(".[]{}*+?|)^$").find(c) != std::string_view::npos) {
      return std::nullopt;
    } else {
      literal(c);
    }
  }
  return out;
}

std::string without_caret(const std::string& regex) { return regex.starts_with('^') ? regex.substr(1) : regex; }

// Every way to a view of that name, the last defined first, as Django keeps them.
void collect(const URLResolver& resolver, const std::string& name, const Possibility& outer, std::vector<Possibility>& out) {
  const URLPatterns& patterns = resolver.url_patterns();
  for (auto entry = patterns.rbegin(); entry != patterns.rend(); ++entry) {
    const auto* included = std::get_if<std::shared_ptr<const URLResolver>>(&*entry);
    const auto* leaf = std::get_if<std::shared_ptr<const URLPattern>>(&*entry);
    if (leaf && (*leaf)->name() != name) continue;
    if (included && (*included)->namespace_) continue;
    const Pattern& pattern = included ? *(*included)->pattern : *(*leaf)->pattern;
    const auto pieces = pieces_of(pattern.regex().pattern());
    if (!pieces) continue;
    Possibility here = outer;
    here.pieces.insert(here.pieces.end(), pieces->begin(), pieces->end());
    here.regex += without_caret(pattern.regex().pattern());
    here.converters.insert(pattern.converters.begin(), pattern.converters.end());
    const python::Dict& defaults = included ? (*included)->default_kwargs : (*leaf)->default_args;
    here.defaults.insert(here.defaults.end(), defaults.begin(), defaults.end());
    if (included) collect(**included, name, here, out);
    else out.push_back(std::move(here));
  }
}

const python::Value* find(const python::Dict& dict, std::string_view key) {
  for (const auto& [name, value] : dict)
    if (name == key) return &value;
  return nullptr;
}

// The path that these arguments give; nullopt when they do not fit.
std::optional<std::string> fill(const Possibility& possibility, const std::string& prefix, const python::List& args, const python::Dict& kwargs) {
  std::string candidate = prefix;
  std::size_t holes = 0;
  std::vector<std::string_view> used;
  for (const Piece& piece : possibility.pieces) {
    if (!piece.hole) {
      candidate += piece.text;
      continue;
    }
    const python::Value* value = nullptr;
    if (!args.empty()) value = holes < args.size() ? &args[holes] : nullptr;
    else value = find(kwargs, piece.text);
    ++holes;
    if (!value) return std::nullopt;
    used.push_back(piece.text);
    const auto converter = possibility.converters.find(piece.text);
    try {
      candidate += converter == possibility.converters.end() ? python::str(*value) : converter->second.to_url(*value);
    } catch (const python::ValueError&) {
      return std::nullopt;
    }
  }
  if (!args.empty() && holes != args.size()) return std::nullopt;
  for (const auto& [key, value] : kwargs) {
    if (std::find(used.begin(), used.end(), key) != used.end()) continue;
    // A keyword that the pattern sets itself must be given as it is set there.
    const python::Value* fixed = find(possibility.defaults, key);
    if (!fixed || !(*fixed == value)) return std::nullopt;
  }
  // A value may not contain what its group would not match.
  if (!re::compile("^" + re::escape(prefix) + possibility.regex).search(candidate)) return std::nullopt;
  return escape_leading_slashes(quote(candidate, "!$&'()*+,;=/~:@"));
}

}  // namespace

// django/urls/resolvers.py, URLResolver._reverse_with_prefix()
std::string URLResolver::_reverse_with_prefix(const std::string& lookup_view, const std::string& _prefix, const python::List& args,
                                              const python::Dict& kwargs) const {
  if (!args.empty() && !kwargs.empty()) throw python::ValueError("Don't mix *args and **kwargs in call to reverse()!");
  std::vector<Possibility> possibilities;
  collect(*this, lookup_view, {}, possibilities);
  for (const Possibility& possibility : possibilities)
    if (const auto url = fill(possibility, _prefix, args, kwargs)) return *url;
  if (possibilities.empty())
    throw NoReverseMatch(fmt::format("Reverse for '{0}' not found. '{0}' is not a valid view function or pattern name.", lookup_view));
  std::string arguments = "no arguments", patterns;
  if (!args.empty()) arguments = fmt::format("arguments '{}'", python::repr(python::Tuple{args}));
  else if (!kwargs.empty()) arguments = fmt::format("keyword arguments '{}'", python::repr(kwargs));
  for (const Possibility& possibility : possibilities) patterns += (patterns.empty() ? "" : ", ") + python::repr(possibility.regex);
  throw NoReverseMatch(fmt::format("Reverse for '{}' with {} not found. {} pattern(s) tried: [{}]", lookup_view, arguments,
                                   possibilities.size(), patterns));
}

}  // namespace django::urls::resolvers
