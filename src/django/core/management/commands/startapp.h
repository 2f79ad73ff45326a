// startapp: makes an app from templates.
#pragma once

#include "django/core/management/templates.h"
#include "python/importlib/__init__.h"

namespace django::core::management::commands::startapp {

/// Source: django/core/management/commands/startapp.py, class Command
class Command : public templates::TemplateCommand {
  using super = templates::TemplateCommand;

 public:
  Command();
  std::string_view __class__() const override { return "startapp.Command"; }
  std::optional<std::string> handle(base::Options& options) override;
};

void exec(python::importlib::Module& module);

}  // namespace django::core::management::commands::startapp
