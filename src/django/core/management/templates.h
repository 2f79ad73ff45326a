// What startapp and startproject have in common: a folder of templates becomes a folder of files.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "django/core/management/base.h"

namespace django::core::management::templates {

/// Source: django/core/management/templates.py, class TemplateCommand
class TemplateCommand : public base::BaseCommand {
 public:
  TemplateCommand();
  void add_arguments(base::CommandParser& parser) override;
  using base::BaseCommand::handle;

 protected:
  /// `app_or_project`: "app" or "project". `target`: the folder to fill, which must be there; none: a new one, of that name.
  /// Raises: CommandError.
  std::optional<std::string> handle(const std::string& app_or_project, const std::string& name,
                                    const std::optional<std::string>& target, base::Options& options);

 private:
  using Context = std::map<std::string, std::string>;
  std::string handle_template(const std::optional<std::string>& template_, const std::string& subdir) const;
  void validate_name(const std::string& name, const std::string& name_or_dir = "name") const;
  void render_folder(const std::string& template_dir, const std::string& path_rest, const std::string& top_dir,
                     const Context& context);
  void create_file(const std::string& old_path, const std::string& new_path, bool rendered, const Context& context);
  static void apply_umask(const std::string& old_path, const std::string& new_path);
  static void make_writeable(const std::string& filename);

  std::string app_or_project, a_or_an, base_name, name_;
  int verbosity = 1;
  std::vector<std::string> extensions_, extra_files, excluded_directories;
  bool exclude_given = false;
};

}  // namespace django::core::management::templates
