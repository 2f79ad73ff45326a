#include "tracepoints/sinks/source_place.h"

#include <fmt/format.h>

namespace tracepoints::sinks {
namespace {

constexpr std::string_view mirrored_version = "5.2";

std::string mirror_of(std::string_view path) {
  if (path.ends_with("manage.py-tpl")) return "src/main.cpp";
  if (!path.ends_with(".py")) return {};
  const std::string_view stem = path.substr(0, path.size() - 3);
  if (stem.starts_with("Lib/")) return fmt::format("src/python/{}.cpp", stem.substr(4));
  return fmt::format("src/{}.cpp", stem);
}

bool is_python(std::string_view file) { return file.ends_with(".py"); }

}  // namespace

std::string django_place(const Tracepoint& stage, std::string_view file, int line) {
  if (is_python(file)) return fmt::format("{}:{}", file, line);
  if (stage.path.empty()) return {};
  for (const Line& line : stage.lines)
    if (line.version == mirrored_version && line.line != 0)
      return fmt::format("{}:{} ({})", stage.path, line.line, mirrored_version);
  return std::string(stage.path);
}

std::string our_place(const Tracepoint& stage, std::string_view file, int line) {
  if (file.empty() || is_python(file)) return mirror_of(stage.path);
  if (const std::size_t root = file.rfind("/src/"); root != file.npos) file.remove_prefix(root + 1);
  return fmt::format("{}:{}", file, line);
}

}  // namespace tracepoints::sinks
