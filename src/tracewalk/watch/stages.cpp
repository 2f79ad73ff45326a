#include "tracewalk/watch/stages.h"

#include <fmt/format.h>

#include <string_view>

#include "tracepoints/catalogue.h"
#include "tracepoints/trace.h"
#include "tracewalk/watch/wire.h"

namespace tracewalk::watch {
namespace {

std::string_view kind_of(const tracepoints::Tracepoint& stage) {
  if (stage.id.starts_with("syscall.")) return "syscall";
  switch (stage.kind) {
    case tracepoints::Kind::point: return "point";
    case tracepoints::Kind::decision: return "decision";
    case tracepoints::Kind::frame: break;
  }
  return "frame";
}

}  // namespace

// Ids, paths and names are plain words: nothing in them needs escaping.
std::string stages_json(bool sync) {
  std::string out = fmt::format(R"({{"protocol":{},"sync":{},"stages":[)", protocol_version, sync);
  const auto stages = tracepoints::catalogue();
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const tracepoints::Tracepoint& stage = stages[i];
    const bool wanted = tracepoints::enabled[i];  // not on(): that is about call sites of our own, which may not be compiled in
    out += fmt::format("{}\n{{\"i\":{},\"id\":\"{}\",\"kind\":\"{}\",\"path\":\"{}\",\"qualname\":\"{}\",\"wanted\":{}}}", i == 0 ? "" : ",", i,
                       stage.id, kind_of(stage), stage.path, stage.qualname, wanted);
  }
  return out + "]}\n";
}

}  // namespace tracewalk::watch
