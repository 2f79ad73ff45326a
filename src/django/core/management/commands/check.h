// check: the system checks, and nothing else.
#pragma once

#include "django/core/management/base.h"
#include "python/importlib/__init__.h"

namespace django::core::management::commands::check {

/// Source: django/core/management/commands/check.py, class Command
class Command : public base::BaseCommand {
 public:
  Command();
  std::string_view __class__() const override { return "check.Command"; }
  void add_arguments(base::CommandParser& parser) override;
  std::optional<std::string> handle(base::Options& options) override;
};

void exec(python::importlib::Module& module);

}  // namespace django::core::management::commands::check
