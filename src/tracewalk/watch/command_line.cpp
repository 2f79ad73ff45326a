#include "tracewalk/watch/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "python/os.h"
#include "tracewalk/watch/words.h"

namespace tracewalk::watch {
namespace {

// Options of every command that are followed by a value.
constexpr std::string_view with_value[] = {"-v", "--verbosity", "--settings", "--pythonpath"};

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_python(std::string_view program) { return program.starts_with("python") || program.starts_with("pypy"); }

// A flag of Python's own, before the script: -I, -S, -E, also together with others (-IB). Those that are followed by a value end it.
char silencing_flag(const std::vector<std::string>& command) {
  for (auto word = command.begin() + 1; word != command.end() && word->size() > 1 && (*word)[0] == '-' && (*word)[1] != '-'; ++word)
    for (const char flag : word->substr(1)) {
      if (flag == 'I' || flag == 'S' || flag == 'E') return flag;
      if (flag == 'm' || flag == 'c') return '\0';
      if (flag == 'W' || flag == 'X') {
        if (word->back() == flag && word + 1 != command.end()) ++word;
        break;
      }
    }
  return '\0';
}

}  // namespace

bool is_watch(const std::vector<std::string>& argv) { return argv.size() > 1 && argv[1] == "watch"; }

void set_command_apart(std::vector<std::string>& argv) {
  for (std::size_t i = 2; i < argv.size(); ++i) {
    if (argv[i] == "--") return;
    if (std::find(std::begin(with_value), std::end(with_value), argv[i]) != std::end(with_value)) {
      ++i;
    } else if (!argv[i].starts_with('-')) {
      argv.insert(argv.begin() + static_cast<std::ptrdiff_t>(i), "--");
      return;
    }
  }
}

std::vector<std::string> environment_with(const std::string& folder, const std::vector<std::string>& environment) {
  constexpr std::string_view path = "PYTHONPATH=", our_folder = "TRACEWALK_WATCH=", their_path = "TRACEWALK_WATCH_PYTHONPATH=";
  std::vector<std::string> out;
  std::string python_path = fmt::format("{}{}", path, folder);
  for (const std::string& entry : environment) {
    if (entry.starts_with(path)) {
      const std::string theirs = entry.substr(path.size());
      if (!theirs.empty()) python_path += ":" + theirs;
      out.push_back(fmt::format("{}{}", their_path, theirs));
    } else if (!entry.starts_with(our_folder) && !entry.starts_with(their_path)) {
      out.push_back(entry);
    }
  }
  out.push_back(python_path);
  out.push_back(fmt::format("{}{}", our_folder, folder));
  return out;
}

std::string why_nothing_was_watched(const std::vector<std::string>& command, tracepoints::Language language) {
  const std::string program = python::os::path::basename(command[0]);
  const auto line = [&](const tracepoints::Text& reason) {
    return fmt::format("{}{}", in(language, words::nothing_watched), fmt::format(fmt::runtime(in(language, reason)), program));
  };
  if (is_python(program)) {
    if (const char flag = silencing_flag(command))
      return fmt::format("{}{}", in(language, words::nothing_watched), fmt::format(fmt::runtime(in(language, words::because_of_flag)), flag));
    return line(words::because_no_django);
  }
  if (is_one_of(program, {"manage", "tracewalk"})) return line(words::because_it_is_us);
  if (is_one_of(program, {"sudo", "su", "doas", "env", "docker", "podman", "ssh", "poetry", "pipenv", "pdm", "hatch", "tox", "nox"}))
    return line(words::because_of_wrapper);
  return line(words::because_no_python);
}

}  // namespace tracewalk::watch
