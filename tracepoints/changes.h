// How one stage changed from one version to a later one, as data, and the sentence that tells it.
// The notes stand in catalogue/changes.h.
#pragma once

#include <string>
#include <string_view>

#include "tracepoints/language.h"
#include "tracepoints/tracepoint.h"

namespace tracepoints {

/// appeared, left: the newer or the older version does not have the stage. moved: another stage calls it.
/// more, fewer: it is called more or less often. renamed: the same code under another name.
/// values: it is given or returns other values.
enum class How : unsigned char { appeared, left, moved, more, fewer, renamed, values };

struct Change {
  std::string_view stage;          // its id in the catalogue
  How how = How::appeared;
  std::string_view version;        // the first release that has the change: "5.0", or "Python 3.3" when it is Python's
  std::string_view before, after;  // the recorded versions between which it shows
  std::string_view ticket{};       // Django's, "#32813"; empty where there is none
  std::string_view from{}, to{};   // the caller that lost it, the caller that gained it
  std::string_view seen_in = "rs_plain";  // the recorded scenario that proves it
  std::string_view unproved{};     // why the recorded trees cannot show it; empty: they do
  Text text{};                     // what is different, as the end of a sentence
};

/// The versions that made a recording: "5.2.10" and "3.13.0". Either may be empty when it is not known.
struct Made {
  std::string_view django, python;
};

/// Does one of the two have the change and the other not? In either order.
bool separates(const Change& change, const Made& one, const Made& other) noexcept;

/// "new in 5.0: `on_bind` prints the banner after the bind"
std::string told(const Change& change, Language language);

}  // namespace tracepoints
