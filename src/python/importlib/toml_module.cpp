#include "python/importlib/toml_module.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "python/builtins.h"
#include "python/os.h"
#include "python/tomllib.h"

namespace python::importlib {
namespace {

// The modules whose files are being run on this thread, outermost first: what `from` follows.
thread_local std::vector<std::string> running;

struct Running {
  explicit Running(const std::string& name) { running.push_back(name); }
  ~Running() { running.pop_back(); }
};

std::string chain_to(const std::string& last) {
  std::string chain;
  for (const std::string& name : running) chain += name + " -> ";
  return chain + last;
}

// A reserved key: one module's name, or a list of them.
std::vector<std::string> module_names(const Value& value, std::string_view key, const std::string& file) {
  std::vector<std::string> names;
  if (value.is_str()) {
    names.push_back(value.str());
  } else if (const auto* list = value.get_if<List>()) {
    for (const Value& item : *list) {
      if (!item.is_str()) throw TypeError(fmt::format("{}: '{}' must name modules, not {}", file, key, item.type_name()));
      names.push_back(item.str());
    }
  } else {
    throw TypeError(fmt::format("{}: '{}' must be a module's name or a list of them, not {}", file, key, value.type_name()));
  }
  return names;
}

// from NAME import *
void take_from(Module& module, const std::string& name, const std::string& file) {
  if (std::find(running.begin(), running.end(), name) != running.end())
    throw ImportError(fmt::format("{}: 'from' goes in a circle: {}", file, chain_to(name)), name);
  if (running.size() >= max_from_depth)
    throw ImportError(fmt::format("{}: more than {} settings files take from each other: {}", file, max_from_depth, chain_to(name)), name);
  // Departs: `from X import *` is a statement in Python and no call of import_module, so a trace has one stage more here.
  const ModulePtr other = import_module(name);
  for (const std::string& attribute : other->dir())
    if (const auto* value = other->get_if<Value>(attribute); value && !attribute.starts_with('_')) module.set(attribute, *value);
}

std::string expand_text(std::string_view text, const std::string& base_dir) {
  constexpr std::string_view word = "{BASE_DIR}", escaped = "{{BASE_DIR}}";
  std::string out;
  while (!text.empty()) {
    if (text.starts_with(escaped)) {
      out += word;
      text.remove_prefix(escaped.size());
    } else if (text.starts_with(word)) {
      out += base_dir;
      text.remove_prefix(word.size());
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

Value expand(const Value& value, const std::string& base_dir) {
  if (value.is_str()) return expand_text(value.str(), base_dir);
  if (const auto* list = value.get_if<List>()) {
    List items;
    for (const Value& item : *list) items.push_back(expand(item, base_dir));
    return items;
  }
  if (const auto* dict = value.get_if<Dict>()) {
    Dict items;
    for (const auto& [key, item] : *dict) items.emplace_back(key, expand(item, base_dir));
    return items;
  }
  return value;
}

// BASE_DIR of the file itself, of a file it takes from, or Path(__file__).resolve().parent.parent.
Path base_dir_of(const Module& module, const Dict& document, const std::string& file) {
  const std::string folder = os::path::dirname(os::path::realpath(file));
  for (const auto& [key, value] : document)
    if (key == "BASE_DIR") {
      if (!value.is_str()) throw TypeError(fmt::format("{}: BASE_DIR must be a string, not {}", file, value.type_name()));
      return Path{os::path::normpath(os::path::join(folder, value.str()))};
    }
  if (const auto* inherited = module.get_if<Value>("BASE_DIR"))
    if (inherited->is_str() || inherited->get_if<Path>()) return Path{inherited->str()};
  return Path{os::path::dirname(folder)};
}

// Departs: a settings module is data and not code: `from`, `import` and {BASE_DIR} stand for what a settings.py would do.
void exec_document(Module& module, const Dict& document, const std::string& file) {
  const Running guard(module.name);
  for (const auto& [key, value] : document)
    if (key == "from")
      for (const std::string& name : module_names(value, key, file)) take_from(module, name, file);
  for (const auto& [key, value] : document)
    if (key == "import")
      for (const std::string& name : module_names(value, key, file)) import_module(name);
  const Path base_dir = base_dir_of(module, document, file);
  module.set("BASE_DIR", Value(base_dir));
  for (const auto& [key, value] : document)
    if (key != "from" && key != "import" && key != "BASE_DIR") module.set(key, expand(value, base_dir.path));
}

}  // namespace

void exec_toml(Module& module, const std::string& file) { exec_document(module, tomllib::load(file), file); }

void exec_toml_text(Module& module, std::string_view text, const std::string& file) {
  exec_document(module, tomllib::loads(text, file), file);
}

}  // namespace python::importlib
