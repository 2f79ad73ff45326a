// The command that `watch` starts, and what can be said about it.
#pragma once

#include <string>
#include <vector>

#include "tracepoints/language.h"
#include "tracewalk/watch/inherited.h"

namespace tracewalk::watch {

/// Whether the command line is `manage watch ...`: the trace options then are about the program that it starts.
bool is_watch(const std::vector<std::string>& argv);

/// Puts `--` before the first word that is no option: what stands behind belongs to the command, and the chain must not look for its own
/// --settings there.
void set_command_apart(std::vector<std::string>& argv);

/// The environment that the command gets: its own, and the way to the recorder in that folder.
std::vector<std::string> environment_with(const std::string& folder, const std::vector<std::string>& environment);

/// Why a program may have run without being watched, as one line: what its command line shows, or what is usual.
std::string why_nothing_was_watched(const std::vector<std::string>& command, tracepoints::Language language);

}  // namespace tracewalk::watch
