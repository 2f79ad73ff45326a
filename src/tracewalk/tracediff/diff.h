// Two recordings, compared: what is only in one, what moved, what has other values, and which of it is known from Django's history.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tracepoints/language.h"
#include "tracepoints/sinks/recording_reader.h"
#include "tracewalk/tracediff/align.h"
#include "tracewalk/tracediff/tree.h"
#include "tracewalk/tracediff/values.h"

namespace tracewalk::tracediff {

enum class Sort : unsigned char { same, left, right, moved, values };

/// One line of the merged tree.
struct Line {
  Sort sort = Sort::same;
  int left = -1, right = -1;        // the nodes; -1: not on that side, or, where it moved, in another place
  int owner = -1;                   // the line it stands inside; -1: none
  int partner = -1;                 // moved: the line of its other place
  bool context = false;             // the same itself, but not all that is inside
  bool explained = false;           // the versions explain it
  std::vector<ValueChange> changes; // values, and moved: what differs
  std::vector<std::string> notes;   // why, from the catalogue
};

struct ThreadDiff {
  const ThreadTree* left = nullptr;   // nullptr: no such thread on that side
  const ThreadTree* right = nullptr;
  std::vector<Line> lines;            // in the order of the run, both sides' merged
};

enum class Side : unsigned char { none, left, right };

struct ProcessDiff {
  Role role = Role::only;
  int number = 1;
  Side only_process = Side::none;     // a child compared with a run that has one process: on which side that is
  std::vector<ThreadDiff> threads;
};

struct Counts {
  std::uint64_t same = 0, left = 0, right = 0, moved = 0, values = 0, explained = 0;
  std::uint64_t different() const noexcept { return left + right + moved + values; }
};

struct Diff {
  std::vector<ProcessTree> left, right;   // keeps what the lines name
  std::vector<ProcessDiff> processes;
  Counts counts;
  std::vector<std::string> kinds;             // that were compared
  std::vector<std::string> only_left_kinds;   // that the right recording cannot hold
  std::vector<std::string> only_right_kinds;
};

struct Choice {
  std::string patterns;  // as Wanted::patterns
  int zoom = 3;
  bool values = true;    // compare values and results too
  tracepoints::Language language = tracepoints::Language::en;  // of the notes
};

/// Takes: two recordings that outlive the Diff.
Diff compare(const tracepoints::sinks::Recording& left, const tracepoints::sinks::Recording& right, const Choice& choice);

/// The Django that was recorded; told from the banner it printed when the recording does not say. "": not known.
std::string django_of(const tracepoints::sinks::Recording& recording);

}  // namespace tracewalk::tracediff
