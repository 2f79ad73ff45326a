// subprocess: start a program and wait for it. The auto-reloader's parent does nothing else.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace python::subprocess {

/// subprocess.run(args, env=env, executable=executable, close_fds=False).returncode
/// Takes: args as the program will see them, args[0] included; `executable` is the file to start, "" means args[0].
/// Gives: the exit code, or minus the number of the signal that killed it.
/// Raises: OSError when the program cannot be started; what a signal's handler raises while waiting. The child does not
/// outlive that: after a KeyboardInterrupt it has a quarter of a second to end by itself, else it is killed at once.
/// Source: Lib/subprocess.py, run()
int run(const std::vector<std::string>& args, const std::map<std::string, std::string>& env,
        const std::string& executable = {});

}  // namespace python::subprocess
