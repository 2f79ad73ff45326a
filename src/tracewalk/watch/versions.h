// What the version of the watched Django changes.
#pragma once

#include <string>
#include <string_view>

#include "tracepoints/language.h"
#include "tracewalk/watch/story.h"

namespace tracewalk::watch {

/// The line that says which Django and which Python are watched, and how far the words fit them.
std::string introduction(const Story& story, tracepoints::Language language);

/// Switches off the stages that this Django cannot have, so that no chapter waits for its first stage.
void leave_out_stages_of_others(std::string_view django);

}  // namespace tracewalk::watch
