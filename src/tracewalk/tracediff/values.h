// Values of two runs, compared without what is different in every run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracewalk/tracediff/tree.h"

namespace tracewalk::tracediff {

/// A value as it would be in any run: times, ports, process ids, addresses of objects, the modules of classes, and the folders above
/// a file's own are put out of sight; so are u'' and L of Python 2. `name` is the value's name: it tells a port from another number.
std::string normalised(std::string_view name, std::string_view value);

/// Are they the same value? A value that was cut off ("...") is compared as far as it goes.
bool same_value(std::string_view name, std::string_view left, std::string_view right);

/// A value that the two recordings do not have in common. `name` is "taken" for the branch of a decision, "result" for what a call
/// returned, "raised" for the exception it left by, and "end" where it ended otherwise: "returned", "raised ...", or "never".
struct ValueChange {
  std::string name, left, right;  // as recorded
  bool operator==(const ValueChange&) const = default;
};

/// The values of two nodes of one stage that differ. Only names that both have are compared.
std::vector<ValueChange> value_changes(const Node& left, const Node& right);

/// Do the values that say *which* one it is (a module's name, an app's label, ...) agree?
bool same_subject(const Node& left, const Node& right);

/// Everything of a node that is compared, normalised: for hashes.
std::string values_text(const Node& node);

}  // namespace tracewalk::tracediff
