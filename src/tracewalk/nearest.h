// "Did you mean": the word of a list that is nearest to a misspelt one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tracewalk {

/// By edit distance, a swap of neighbours being one edit. Characters of globs (* ?) count as nothing, and a word may match by its tail,
/// from a dot on, or by its head, up to a dot: then it is given as a glob, "basehttp.*". Gives: "" when the list is empty.
std::string nearest(std::string_view misspelt, std::span<const std::string_view> words);

}  // namespace tracewalk
