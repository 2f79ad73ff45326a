// diffsettings: what this project sets that Django does not.
#pragma once

#include <map>
#include <string>

#include "django/core/management/base.h"
#include "python/importlib/__init__.h"

namespace django::core::management::commands::diffsettings {

/// Source: django/core/management/commands/diffsettings.py, class Command
class Command : public base::BaseCommand {
 public:
  Command();
  std::string_view __class__() const override { return "diffsettings.Command"; }
  void add_arguments(base::CommandParser& parser) override;
  /// Gives the text: execute() prints it.
  std::optional<std::string> handle(base::Options& options) override;

 private:
  using Reprs = std::map<std::string, std::string>;  // a setting and its repr()
  std::vector<std::string> output_hash(const Reprs& user_settings, const Reprs& default_settings, bool all) const;
  std::vector<std::string> output_unified(const Reprs& user_settings, const Reprs& default_settings, bool all) const;
};

void exec(python::importlib::Module& module);

}  // namespace django::core::management::commands::diffsettings
