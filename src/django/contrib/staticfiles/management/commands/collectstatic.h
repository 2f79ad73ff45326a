// collectstatic: all static files into one folder, where a web server in front of the application serves them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "django/contrib/staticfiles/storage.h"
#include "django/core/management/base.h"
#include "python/importlib/__init__.h"

namespace django::contrib::staticfiles::management::commands::collectstatic {

namespace base = core::management::base;
using core::files::storage::Storage;

/// Source: django/contrib/staticfiles/management/commands/collectstatic.py, class Command
class Command : public base::BaseCommand {
 public:
  Command();
  std::string_view __class__() const override { return "collectstatic.Command"; }
  void add_arguments(base::CommandParser& parser) override;
  void set_options(base::Options& options);
  /// The work itself. Raises: CommandError; KeyboardInterrupt between two files.
  void collect();
  std::optional<std::string> handle(base::Options& options) override;

  std::vector<std::string> copied_files, symlinked_files, unmodified_files;

 private:
  void log(const std::string& msg, int level = 2);
  void clear_dir(const std::string& path);
  /// Whether the file must be copied or linked: false when the one that is there will do.
  bool delete_file(const std::string& path, const std::string& prefixed_path, const Storage& source_storage);
  void link_file(const std::string& path, const std::string& prefixed_path, const Storage& source_storage);
  void copy_file(const std::string& path, const std::string& prefixed_path, const Storage& source_storage);

  std::shared_ptr<storage::StaticFilesStorage> storage_;
  bool interactive = true, symlink = false, clear = false, dry_run = false;
  int verbosity = 1;
  std::vector<std::string> ignore_patterns;
};

void exec(python::importlib::Module& module);

}  // namespace django::contrib::staticfiles::management::commands::collectstatic
