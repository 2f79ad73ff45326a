// re: regular expressions, as far as URL patterns and settings need them.
//
// URL paths come from strangers and may be 64 KB long, so the matcher keeps a list of states and walks the text once: its
// time grows with pattern times text, never faster, and its stack does not grow at all.
// Departs: \d, \s and \b know ASCII only, and \w takes every character beyond ASCII for a letter.
// Departs: where a repeated piece can match nothing at all, as in (a*?)*, the turns that matter may be counted differently.
// Left out: look-around, back-references, conditionals and possessive quantifiers; a pattern that has one is refused with re.error.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "python/exceptions.h"

namespace python::re {

/// What compile() says of a pattern that is none: "missing ), unterminated subpattern at position 3".
class error : public Exception {
 public:
  explicit error(std::string message) : Exception("re.error", std::move(message)) {}
};

inline constexpr unsigned IGNORECASE = 2;  // letters A to Z only

struct Program;

/// Where a pattern matched. Positions are byte offsets into the text, which the match copies.
class Match {
 public:
  std::size_t start() const { return spans_[0].first; }
  std::size_t end() const { return spans_[0].second; }
  /// The text of a group; nullopt: it took no part. 0 is the whole match.
  std::optional<std::string> group(std::size_t number = 0) const;
  std::optional<std::string> group(std::string_view name) const;
  /// All groups but 0.
  std::vector<std::optional<std::string>> groups() const;
  /// The named groups, in order of their numbers.
  std::vector<std::pair<std::string, std::optional<std::string>>> groupdict() const;

 private:
  friend class Pattern;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::string text_;
  std::vector<std::pair<std::size_t, std::size_t>> spans_;
  std::shared_ptr<const Program> program_;
};

/// Source: Lib/re/__init__.py
class Pattern {
 public:
  const std::string& pattern() const { return pattern_; }
  /// Number of groups, and each named group with its number.
  std::size_t groups() const;
  const std::vector<std::pair<std::string, std::size_t>>& groupindex() const;
  std::optional<Match> search(std::string_view text) const { return run(text, false, false); }
  std::optional<Match> match(std::string_view text) const { return run(text, true, false); }
  std::optional<Match> fullmatch(std::string_view text) const { return run(text, true, true); }

 private:
  friend Pattern compile(std::string_view pattern, unsigned flags);
  std::optional<Match> run(std::string_view text, bool anchored, bool whole) const;
  std::string pattern_;
  std::shared_ptr<const Program> program_;
};

/// Raises: error.
Pattern compile(std::string_view pattern, unsigned flags = 0);

/// A pattern that matches just this text.
std::string escape(std::string_view text);

}  // namespace python::re
