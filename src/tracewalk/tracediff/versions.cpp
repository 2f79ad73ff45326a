#include "tracewalk/tracediff/versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "tracepoints/catalogue.h"
#include "tracewalk/tracediff/words.h"

namespace tracewalk::tracediff {
namespace {

using tracepoints::Change;
using tracepoints::How;
using tracepoints::Made;

// "5.2" of "5.2.10", as two numbers.
std::pair<int, int> series(std::string_view version) {
  std::pair<int, int> out{0, 0};
  const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), out.first);
  if (error == std::errc() && end != version.data() + version.size() && *end == '.') std::from_chars(end + 1, version.data() + version.size(), out.second);
  return out;
}

}  // namespace

bool Versions::lacks(std::string_view django, const tracepoints::Tracepoint* stage) {
  if (!stage || django.empty() || stage->path.empty()) return false;
  // Between two versions that the catalogue knows, both must lack it.
  const auto wanted = series(django);
  const tracepoints::Line* before = nullptr;
  const tracepoints::Line* after = nullptr;
  for (const tracepoints::Line& line : stage->lines) {
    if (line.version.empty()) continue;
    if (series(line.version) <= wanted) before = &line;
    if (!after && series(line.version) >= wanted) after = &line;
  }
  if (!before && !after) return false;
  return (!before || before->line == 0) && (!after || after->line == 0);
}

bool Versions::applies(const Change& change, const Place& place) const {
  if (!separates(change, left_, right_)) return false;
  const bool left_is_newer = !separates(change, left_, Made{"999", "999"});  // it has the change, as all later ones have
  const bool is_on_newer = place.is_left == left_is_newer;
  const auto is_caller = [&](std::string_view id) { return std::find(place.callers.begin(), place.callers.end(), id) != place.callers.end(); };
  switch (change.how) {
    case How::values: return place.has_other_values;
    case How::renamed: return !place.has_other_values;
    case How::appeared: return is_on_newer && !place.has_other_values && !place.is_moved;
    case How::left: return !is_on_newer && !place.has_other_values && !place.is_moved;
    case How::moved: break;
    case How::more:
      if (!is_on_newer && !place.is_moved) return false;
      break;
    case How::fewer:
      if (is_on_newer && !place.is_moved) return false;
      break;
  }
  if (place.has_other_values) return false;
  const std::string_view caller = is_on_newer ? change.to : change.from;
  return caller.empty() || is_caller(caller);
}

std::vector<std::string> Versions::explain(const Place& place) const {
  std::vector<std::string> out;
  for (const Change& change : tracepoints::changes_of(place.id))
    if (applies(change, place)) out.push_back(tracepoints::told(change, language_));
  const std::string_view other = place.is_left ? right_.django : left_.django;
  if (out.empty() && !place.is_moved && !place.has_other_values && lacks(other, place.stage))
    out.push_back(fmt::format(fmt::runtime(in(language_, words::no_such_stage)), other));
  return out;
}

}  // namespace tracewalk::tracediff
