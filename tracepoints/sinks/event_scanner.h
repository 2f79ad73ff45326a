// Finds the event objects in the text of a trace file, and nothing more: whether they can be parsed is the reader's business.
//
// A file that a dying process left may end anywhere, and a second process may have written on behind the tear. So the scanner never
// gives up at the first bad byte: it goes on at the next place where an event can begin. Its work is linear in the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tracepoints::sinks {

class EventScanner {
 public:
  /// Takes: the whole text; it must outlive the scanner.
  explicit EventScanner(std::string_view text);

  /// False when the text cannot be a list of events: it starts with neither [ nor { (nor a byte order mark before them).
  bool is_list() const noexcept { return list_; }
  /// The text of the next element that is an object, braces included; nullopt at the end.
  std::optional<std::string_view> next();
  /// What next() gave was no event after all, because one was torn in the middle and brackets of others followed: looks again inside it.
  void reject();
  /// After the last next(): the value of a key beside "traceEvents" ("viztracer_metadata"); "" when there is none.
  std::string_view beside(std::string_view key) const;

  std::uint64_t torn() const noexcept { return torn_; }        // objects that did not end, or were absurdly large or deep
  std::uint64_t strangers() const noexcept { return strangers_; }  // elements that are no objects
  bool closed() const noexcept { return closed_; }             // the list's own bracket was met
  bool text_behind() const noexcept;                           // something other than white space follows it

 private:
  std::size_t end_of_value(std::size_t at, std::size_t limit) const;
  std::size_t end_of_string(std::size_t at, std::size_t limit) const;
  void skip_space();
  void find_trace_events();
  void resume_after(std::size_t failed);

  std::string_view text_;
  std::size_t at_ = 0, start_ = 0, end_ = 0, given_ = 0;
  std::size_t patience_;  // bytes that may still be looked at in vain
  bool list_ = false, closed_ = false, wrapped_ = false;
  std::uint64_t torn_ = 0, strangers_ = 0;
};

}  // namespace tracepoints::sinks
