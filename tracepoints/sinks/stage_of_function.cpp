#include "tracepoints/sinks/stage_of_function.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <unordered_map>
#include <vector>

#include "tracepoints/catalogue.h"

namespace tracepoints::sinks {
namespace {

constexpr int decorators = 3;     // a function's first line is that of its first decorator
constexpr int other_version = 60;  // lines that a function may have moved in a version the catalogue does not know

// A function as a tool names it: its qualified name inside the module, the file, the line.
struct Function {
  std::string name;
  std::string_view file;
  int line = 0;
};

std::string without_locals(std::string_view name) {
  std::string out;
  constexpr std::string_view locals = "<locals>.";
  for (std::size_t at; (at = name.find(locals)) != name.npos; name.remove_prefix(at + locals.size())) out += name.substr(0, at);
  return out.append(name);
}

std::optional<Function> function_in(std::string_view text) {
  const std::size_t open = text.find(" ("), colon = text.rfind(':');
  if (open == text.npos || colon == text.npos || colon < open || !text.ends_with(')')) return std::nullopt;
  Function out{.name = without_locals(text.substr(0, open)), .file = text.substr(open + 2, colon - open - 2)};
  const std::string_view line = text.substr(colon + 1, text.size() - colon - 2);
  if (std::from_chars(line.data(), line.data() + line.size(), out.line).ec != std::errc()) return std::nullopt;
  return out;
}

// "django/core/servers/basehttp.py" is the module django.core.servers.basehttp.
std::string module_of(std::string_view path) {
  if (path.ends_with("/manage.py-tpl")) return "manage";
  if (path.starts_with("Lib/")) path.remove_prefix(4);
  if (path.ends_with(".py")) path.remove_suffix(3);
  if (path.ends_with("/__init__")) path.remove_suffix(9);
  std::string module(path);
  std::replace(module.begin(), module.end(), '/', '.');
  return module;
}

// The stage's name inside its module: "WSGIServer.__init__".
std::string name_in_module(const Tracepoint& stage) {
  const std::string module = module_of(stage.path) + ".";
  return without_locals(stage.qualname.starts_with(module) ? stage.qualname.substr(module.size()) : stage.qualname);
}

bool is_function(const Tracepoint& stage) { return stage.kind == Kind::frame && !stage.id.starts_with("syscall."); }

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

bool is_in_file(const Tracepoint& stage, std::string_view file) {
  std::string_view path = stage.path;
  if (path.ends_with("/manage.py-tpl")) path = "manage.py";  // the project's own, made from it
  if (path.starts_with("Lib/")) {
    if (file.find("-packages/") != file.npos) return false;
    path.remove_prefix(4);
  }
  return !path.empty() && file.ends_with(path) && (file.size() == path.size() || file[file.size() - path.size() - 1] == '/');
}

bool stands_at(const Line& known, int line) { return known.line != 0 && line <= known.line && line >= known.line - decorators; }

int distance(const Tracepoint& stage, int line) {
  int best = other_version + 1;
  for (const Line& known : stage.lines)
    if (known.line != 0) best = std::min(best, std::abs(known.line - line));
  return best;
}

const std::unordered_map<std::string_view, Index>& stages_by_name() {
  static const auto all = [] {
    std::unordered_map<std::string_view, Index> out;
    const auto stages = catalogue();
    for (std::size_t i = 0; i < stages.size(); ++i) out.emplace(stages[i].id, static_cast<Index>(i));
    for (std::size_t i = 0; i < stages.size(); ++i)
      if (stages[i].kind == Kind::frame) out.emplace(stages[i].qualname, static_cast<Index>(i));
    return out;
  }();
  return all;
}

// By the last part of the name, which every spelling of it has.
const std::unordered_map<std::string_view, std::vector<Index>>& functions_by_last_part() {
  static const auto all = [] {
    std::unordered_map<std::string_view, std::vector<Index>> out;
    const auto stages = catalogue();
    for (std::size_t i = 0; i < stages.size(); ++i)
      if (is_function(stages[i])) out[last_part(stages[i].qualname)].push_back(static_cast<Index>(i));
    return out;
  }();
  return all;
}

}  // namespace

std::optional<Index> index_of_stage(std::string_view id_or_qualname) {
  const auto found = stages_by_name().find(id_or_qualname);
  return found == stages_by_name().end() ? std::nullopt : std::optional<Index>(found->second);
}

std::optional<Index> StagesOfFunctions::find(std::string_view text) {
  const std::optional<Function> function = function_in(text);
  if (!function) return index_of_stage(text);
  const auto candidates = functions_by_last_part().find(last_part(function->name));
  if (candidates == functions_by_last_part().end()) return std::nullopt;

  const bool is_bare = function->name.find('.') == std::string::npos;
  std::optional<Index> found, only;
  int of_this_name = 0;
  for (const Index index : candidates->second) {
    const Tracepoint& stage = catalogue()[index];
    if (!is_in_file(stage, function->file)) continue;
    if (name_in_module(stage) == function->name) found = index;
    if (is_bare && std::any_of(stage.lines.begin(), stage.lines.end(), [&](const Line& l) { return stands_at(l, function->line); })) found = index;
    if (found) break;
    ++of_this_name;
    only = index;
  }
  if (!found && is_bare && of_this_name == 1 && distance(catalogue()[*only], function->line) <= other_version) found = only;
  if (!found) return std::nullopt;

  const Tracepoint& stage = catalogue()[*found];
  if (stage.path.starts_with("django/") && stage.path.ends_with(".py")) {
    ++voters_;
    for (std::size_t i = 0; i < stage.lines.size(); ++i) votes_[i] += stands_at(stage.lines[i], function->line);
  }
  return found;
}

std::string_view StagesOfFunctions::version() const noexcept {
  const auto best = std::max_element(votes_.begin(), votes_.end());
  const bool is_alone = std::count(votes_.begin(), votes_.end(), *best) == 1;
  if (voters_ < 3 || !is_alone || *best * 10 < voters_ * 8) return {};
  return catalogue().front().lines[static_cast<std::size_t>(best - votes_.begin())].version;
}

}  // namespace tracepoints::sinks
