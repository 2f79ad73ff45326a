// migrate: brings the database to the state of the migrations. Here it is a class that a system check can load, and no more.
#pragma once

#include "django/core/management/base.h"
#include "python/importlib/__init__.h"

namespace django::core::management::commands::migrate {

/// Source: django/core/management/commands/migrate.py, class Command
class Command : public base::BaseCommand {
 public:
  std::string_view __class__() const override { return "migrate.Command"; }
  std::optional<std::string> handle(base::Options& options) override;
};

void exec(python::importlib::Module& module);

}  // namespace django::core::management::commands::migrate
