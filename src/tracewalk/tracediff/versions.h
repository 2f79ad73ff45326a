// Why two recordings differ, where the catalogue knows it: from its notes on Django's history, and from the lines its stages stand at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracepoints/changes.h"
#include "tracepoints/language.h"
#include "tracepoints/tracepoint.h"

namespace tracewalk::tracediff {

/// Where a difference stands.
struct Place {
  std::string_view id;
  const tracepoints::Tracepoint* stage = nullptr;
  std::vector<std::string_view> callers;  // innermost first
  bool is_left = false;                   // only left; else only right. A stage that moved is asked about in its right place
  bool is_moved = false, has_other_values = false;
};

class Versions {
 public:
  Versions(tracepoints::Made left, tracepoints::Made right, tracepoints::Language language) : left_(left), right_(right), language_(language) {}

  /// The sentences that explain it; none when nothing is known, or when the versions are not.
  std::vector<std::string> explain(const Place& place) const;
  /// That version of Django has the stage nowhere, by the catalogue's lines. False when it is not known.
  static bool lacks(std::string_view django, const tracepoints::Tracepoint* stage);

 private:
  bool applies(const tracepoints::Change& change, const Place& place) const;

  tracepoints::Made left_, right_;
  tracepoints::Language language_;
};

}  // namespace tracewalk::tracediff
