// The languages that the catalogue and the sinks speak.
#pragma once

#include <string_view>

#include "tracepoints/tracepoint.h"

namespace tracepoints {

enum class Language : unsigned char { en, zh };

/// The sentence in that language; the English one where a translation is missing.
constexpr std::string_view in(Language language, const Text& text) noexcept {
  return language == Language::zh && !text.zh.empty() ? text.zh : text.en;
}

}  // namespace tracepoints
