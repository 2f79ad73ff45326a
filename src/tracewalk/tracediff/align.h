// Which node of one tree is which of the other.
#pragma once

#include <vector>

#include "tracewalk/tracediff/tree.h"

namespace tracewalk::tracediff {

/// How a node was matched.
enum class Match : unsigned char {
  none,    // only on its side
  placed,  // in the same place
  moved,   // under another caller, or in another order; what was inside moved with it
  inside,  // inside one that moved
};

struct Alignment {
  struct Side {
    std::vector<int> other;    // by node: the node on the other side; -1: none
    std::vector<Match> match;  // by node
  };
  Side left, right;
};

/// Placed pairs stand in the same order on both sides, and a pair's ancestors that are placed are pairs as well or stand on one side only.
/// A stage around others that one side lacks does not hide that these are the same. Equal trees are aligned in linear time; the work
/// is bounded for any trees, at the cost of finding fewer pairs in very long rows of siblings that differ everywhere.
Alignment align(const Tree& left, const Tree& right);

}  // namespace tracewalk::tracediff
