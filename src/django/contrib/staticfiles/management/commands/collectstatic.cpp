// django/contrib/staticfiles/management/commands/collectstatic.py: asks every finder for all it has and copies, or links, each
// file below STATIC_ROOT. A path that two finders have is taken from the first.
#include "django/contrib/staticfiles/management/commands/collectstatic.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "django/apps/registry.h"
#include "django/contrib/staticfiles/apps.h"
#include "django/contrib/staticfiles/finders.h"
#include "python/atomic_file.h"
#include "python/input.h"
#include "python/os.h"
#include "python/os_files.h"
#include "python/signal.h"

namespace django::contrib::staticfiles::management::commands::collectstatic {

namespace os = python::os;
namespace signal = python::signal;
using base::CommandError;
using django::apps::apps;
using enum python::argparse::Action;

namespace {
bool contains(const std::vector<std::string>& list, const std::string& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}
}  // namespace

Command::Command() {
  help = "Collect static files in a single location.";
  requires_system_checks = {.all = false, .tags = {"staticfiles"}};
  style = core::management::no_style();
}

// django/contrib/staticfiles/management/commands/collectstatic.py, Command.add_arguments()
void Command::add_arguments(base::CommandParser& parser) {
  parser.add_argument({"--noinput", "--no-input"}, {.action = store_false,
                                                    .dest = "interactive",
                                                    .help = "Do NOT prompt the user for input of any kind."});
  parser.add_argument({"--no-post-process"}, {.action = store_false,
                                              .dest = "post_process",
                                              .help = "Do NOT post process collected files."});
  parser.add_argument({"-i", "--ignore"}, {.action = append,
                                           .default_ = python::List{},
                                           .dest = "ignore_patterns",
                                           .metavar = "PATTERN",
                                           .help = "Ignore files or directories matching this glob-style pattern. Use multiple "
                                                   "times to ignore more."});
  parser.add_argument({"-n", "--dry-run"}, {.action = store_true, .help = "Do everything except modify the filesystem."});
  parser.add_argument({"-c", "--clear"}, {.action = store_true,
                                          .help = "Clear the existing files using the storage before trying to copy or link the "
                                                  "original file."});
  parser.add_argument({"-l", "--link"}, {.action = store_true,
                                         .help = "Create a symbolic link to each file instead of copying."});
  parser.add_argument({"--no-default-ignore"}, {.action = store_false,
                                                .dest = "use_default_ignore_patterns",
                                                .help = "Don't ignore the common private glob-style patterns (defaults to 'CVS', "
                                                        "'.*' and '*~')."});
}

// django/contrib/staticfiles/management/commands/collectstatic.py, Command.set_options()
void Command::set_options(base::Options& options) {
  interactive = options.get<bool>("interactive");
  verbosity = options.get<int>("verbosity");
  symlink = options.get<bool>("link");
  clear = options.get<bool>("clear");
  dry_run = options.get<bool>("dry_run");
  std::set<std::string> patterns;
  for (const std::string& pattern : options["ignore_patterns"].strings()) patterns.insert(os::path::normpath(pattern));
  if (options.get<bool>("use_default_ignore_patterns")) {
    const auto app_config = std::dynamic_pointer_cast<staticfiles::apps::StaticFilesConfig>(apps.get_app_config("staticfiles"));
    if (app_config == nullptr) throw python::AttributeError("'AppConfig' object has no attribute 'ignore_patterns'");
    for (const std::string& pattern : app_config->ignore_patterns) patterns.insert(os::path::normpath(pattern));
  }
  ignore_patterns.assign(patterns.begin(), patterns.end());
}

// django/contrib/staticfiles/management/commands/collectstatic.py, Command.collect()
void Command::collect() {
  if (clear) clear_dir("");

  std::set<std::string> found_files;
  for (const auto& finder : finders::get_finders()) {
    for (const auto& [path, storage] : finder->list(ignore_patterns)) {
      signal::check_signals();  // Ctrl-C ends the work between two files
      // The prefix of STATICFILES_DIRS is part of the destination, not of the source.
      const std::string prefixed_path = storage->prefix.empty() ? path : os::path::join(storage->prefix, path);
      if (!found_files.insert(prefixed_path).second) {
        log("Found another file with the destination path '" + prefixed_path +
                "'. It will be ignored since only the first encountered file is collected. If this is not what you want, make "
                "sure every static file has a unique path.",
            1);
        continue;
      }
      if (symlink)
        link_file(path, prefixed_path, *storage);
      else
        copy_file(path, prefixed_path, *storage);
    }
  }
  // Left out: post-processing; no storage that is here has any.
}

// django/contrib/staticfiles/management/commands/collectstatic.py, Command.handle()
std::optional<std::string> Command::handle(base::Options& options) {
  storage_ = storage::staticfiles_storage();
  set_options(options);
  std::string message = "\n";
  if (dry_run) message += "You have activated the --dry-run option so no files will be modified.\n\n";
  message += "You have requested to collect static files at the destination\nlocation as specified in your settings";

  const std::string destination_path = storage_->location();
  bool should_warn_user = true;
  if (!destination_path.empty()) {
    message += ":\n\n    " + destination_path + "\n\n";
    should_warn_user = storage_->exists(destination_path) && !os::scandir(destination_path).empty();
  } else {
    message += ".\n\n";
  }

  if (interactive && should_warn_user) {
    message += clear ? "This will DELETE ALL FILES in this location!\n" : "This will overwrite existing files!\n";
    message += "Are you sure you want to do this?\n\nType 'yes' to continue, or 'no' to cancel: ";
    if (python::input(message) != "yes") throw CommandError("Collecting static files cancelled.");
  }

  collect();

  if (verbosity < 1) return std::nullopt;
  const std::size_t modified_count = copied_files.size() + symlinked_files.size();
  return fmt::format("\n{} static file{} {}{}{}.", modified_count, modified_count == 1 ? "" : "s",
                     symlink ? "symlinked" : "copied", destination_path.empty() ? "" : " to '" + destination_path + "'",
                     unmodified_files.empty() ? "" : fmt::format(", {} unmodified", unmodified_files.size()));
}

// django/contrib/staticfiles/management/commands/collectstatic.py, Command.log()
void Command::log(const std::string& msg, int level) {
  if (verbosity >= level) stdout_->write(msg);
}

// django/contrib/staticfiles/management/commands/collectstatic.py, Command.clear_dir()
void Command::clear_dir(const std::string& path) {
  if (!storage_->exists(path)) return;
  auto [dirs, files] = storage_->listdir(path);
  // Departs: a link to a folder is removed itself; Django goes in and deletes what it points to.
  for (const std::string& d : dirs)
    if (os::path::islink(storage_->path(os::path::join(path, d)))) files.push_back(d);
  for (const std::string& f : files) {
    signal::check_signals();
    const std::string fpath = os::path::join(path, f);
    if (dry_run) {
      log("Pretending to delete '" + fpath + "'", 1);
    } else {
      log("Deleting '" + fpath + "'", 1);
      storage_->remove(fpath);
    }
  }
  for (const std::string& d : dirs)
    if (!contains(files, d)) clear_dir(os::path::join(path, d));
}

// django/contrib/staticfiles/management/commands/collectstatic.py, Command.delete_file()
bool Command::delete_file(const std::string& path, const std::string& prefixed_path, const Storage& source_storage) {
  if (!storage_->exists(prefixed_path)) return true;
  const std::string full_path = storage_->path(prefixed_path);
  try {
    const std::int64_t target_last_modified = storage_->get_modified_time(prefixed_path);
    const std::int64_t source_last_modified = source_storage.get_modified_time(path);
    // A copy where links are wanted, or a link where copies are, must go, however new it is.
    const bool can_skip_unmodified_files = symlink == os::path::islink(full_path);
    if (target_last_modified >= source_last_modified && can_skip_unmodified_files) {
      if (!contains(unmodified_files, prefixed_path)) unmodified_files.push_back(prefixed_path);
      log("Skipping '" + path + "' (not modified)");
      return false;
    }
  } catch (const python::OSError&) {
    // One of the two cannot be asked: copy.
  }
  if (dry_run) {
    log("Pretending to delete '" + path + "'");
  } else {
    log("Deleting '" + path + "'");
    // Departs: a file stays until its successor is renamed over it; Django deletes it here, and Ctrl-C would leave a gap.
    if (os::path::isdir(full_path) && !os::path::islink(full_path)) storage_->remove(prefixed_path);
  }
  return true;
}

// django/contrib/staticfiles/management/commands/collectstatic.py, Command.link_file()
void Command::link_file(const std::string& path, const std::string& prefixed_path, const Storage& source_storage) {
  if (contains(symlinked_files, prefixed_path)) return log("Skipping '" + path + "' (already linked earlier)");
  if (!delete_file(path, prefixed_path, source_storage)) return;
  const std::string source_path = source_storage.path(path);
  if (dry_run) {
    log("Pretending to link '" + source_path + "'", 1);
  } else {
    log("Linking '" + source_path + "'", 2);
    const std::string full_path = storage_->path(prefixed_path);
    os::makedirs(os::path::dirname(full_path), 0777, true);
    try {
      const std::string temporary = python::AtomicFile::temporary_name(full_path);
      os::symlink(source_path, temporary);
      os::replace(temporary, full_path);
    } catch (const python::OSError& e) {
      throw CommandError(e.str());
    }
  }
  symlinked_files.push_back(prefixed_path);
}

// django/contrib/staticfiles/management/commands/collectstatic.py, Command.copy_file()
void Command::copy_file(const std::string& path, const std::string& prefixed_path, const Storage& source_storage) {
  if (contains(copied_files, prefixed_path)) return log("Skipping '" + path + "' (already copied earlier)");
  if (!delete_file(path, prefixed_path, source_storage)) return;
  const std::string source_path = source_storage.path(path);
  if (dry_run) {
    log("Pretending to copy '" + source_path + "'", 1);
  } else {
    log("Copying '" + source_path + "'", 2);
    const auto source_file = source_storage.open(path);
    storage_->save(prefixed_path, *source_file);
  }
  copied_files.push_back(prefixed_path);
}

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }

}  // namespace django::contrib::staticfiles::management::commands::collectstatic
