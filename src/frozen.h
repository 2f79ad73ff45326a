// The one table of importable modules: what Python calls frozen, linked into the program.
#pragma once

#include "python/importlib/__init__.h"

namespace frozen {

/// Hands the table to importlib. Once, before anything is imported.
void install();

}  // namespace frozen
