// The list of stages that the recorder is to look for.
#pragma once

#include <string>

namespace tracewalk::watch {

/// stages.json: the whole catalogue, in its order; what is switched on is wanted, the rest helps the recorder to find its way. `sync`: the
/// project is to wait a moment for the narration before it prints.
std::string stages_json(bool sync);

}  // namespace tracewalk::watch
