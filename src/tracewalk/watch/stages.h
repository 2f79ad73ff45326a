// The list of stages that the recorder is to look for.
#pragma once

#include <string>

namespace tracewalk::watch {

/// stages.json: every tracepoint that is switched on, in the catalogue's order. `sync`: the narration waits for nobody, but the project
/// is to wait a moment for the narration before it prints.
std::string stages_json(bool sync);

}  // namespace tracewalk::watch
