// Which stage a Python function is, for recordings of tools that know functions and no stages.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tracepoints/trace.h"

namespace tracepoints::sinks {

/// Matches by file and name, as VizTracer writes them: "ManagementUtility.execute (/usr/lib/python3/dist-packages/django/core/management/__init__.py:345)".
/// Before Python 3.11 such a name is the last part alone ("execute"), and the line decides between those that share it.
class StagesOfFunctions {
 public:
  /// Takes: a function's name as another tool wrote it; a stage's id or its dotted name will do too. nullopt: no stage.
  std::optional<Index> find(std::string_view name);
  /// The catalogue's version whose lines most of the found functions of Django stand at; "" when that is not clear.
  std::string_view version() const noexcept;

 private:
  std::array<std::uint64_t, 4> votes_{};
  std::uint64_t voters_ = 0;
};

/// The frame with that id or dotted name.
std::optional<Index> index_of_stage(std::string_view id_or_qualname);

}  // namespace tracepoints::sinks
