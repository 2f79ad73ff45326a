// The text of --trace-help.
#pragma once

#include <string_view>

#include "tracepoints/language.h"

namespace tracewalk {

std::string_view trace_help(tracepoints::Language language);

}  // namespace tracewalk
