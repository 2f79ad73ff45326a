// All stages, joined. Only the sinks and the tools include this; a call site needs no more than trace.h.
#pragma once

#include <span>
#include <string_view>

#include "tracepoints/changes.h"
#include "tracepoints/tracepoint.h"

namespace tracepoints {

/// Every entry, in story order: the place of an entry is its Index.
std::span<const Tracepoint> catalogue() noexcept;

/// The chapters, in story order.
std::span<const Leg> legs() noexcept;

/// The entry with that id; nullptr when there is none.
const Tracepoint* find(std::string_view id) noexcept;

/// All notes on how the stages changed from version to version, in story order.
std::span<const Change> changes() noexcept;

/// The notes on one stage, oldest first. A point or a decision without notes of its own gives those of its frame.
std::span<const Change> changes_of(std::string_view id) noexcept;

}  // namespace tracepoints
