// runserver when django.contrib.staticfiles is installed: the core command, which also serves static files.
#pragma once

#include <string_view>

#include "django/core/management/commands/runserver.h"

namespace django::contrib::staticfiles::management::commands::runserver {

namespace base = ::django::core::management::base;

/// Source: django/contrib/staticfiles/management/commands/runserver.py, class Command
class Command : public ::django::core::management::commands::runserver::Command {
  using super = ::django::core::management::commands::runserver::Command;

 public:
  Command();
  std::string_view __class__() const override { return "staticfiles runserver.Command"; }
  void add_arguments(base::CommandParser& parser) override;
  /// The core handler, inside a StaticFilesHandler if static files are to be served.
  python::wsgiref::Application get_handler(const base::Options& options) override;
};

void exec(python::importlib::Module& module);

}  // namespace django::contrib::staticfiles::management::commands::runserver
