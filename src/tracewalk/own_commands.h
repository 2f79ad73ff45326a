// The commands of the tracer's own app, and how to run them where no settings of ours are: in the folder of a real Django project.
#pragma once

#include <string>
#include <vector>

namespace tracewalk {

/// Their names: the modules below tracewalk.management.commands.
std::vector<std::string> own_commands();

/// Whether the command line names one of them: `manage watch ...`, `manage help watch`.
bool names_own_command(const std::vector<std::string>& argv);

/// Settings by hand, with this app alone, so that neither DJANGO_SETTINGS_MODULE nor a project's folder is asked.
void configure_for_own_commands();

}  // namespace tracewalk
