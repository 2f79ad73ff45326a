// difflib: which of these did the user mean?
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace python::difflib {

/// How alike two texts are, 0.0 to 1.0: SequenceMatcher(None, a, b).ratio(). It is not symmetric, as Python's is not.
double ratio(std::string_view a, std::string_view b);

/// The best `n` of `possibilities` that are at least `cutoff` like `word`, the best first; of equals the greater text first.
/// Raises: ValueError when n is 0 or the cutoff is outside 0 to 1.
/// Source: Lib/difflib.py, get_close_matches
std::vector<std::string> get_close_matches(std::string_view word, const std::vector<std::string>& possibilities,
                                           std::size_t n = 3, double cutoff = 0.6);

}  // namespace python::difflib
