// findstatic: where is that static file?
#pragma once

#include "django/core/management/base.h"
#include "python/importlib/__init__.h"

namespace django::contrib::staticfiles::management::commands::findstatic {

namespace base = core::management::base;

/// Source: django/contrib/staticfiles/management/commands/findstatic.py, class Command
class Command : public base::LabelCommand {
  using super = base::LabelCommand;

 public:
  Command();
  std::string_view __class__() const override { return "findstatic.Command"; }
  void add_arguments(base::CommandParser& parser) override;
  std::optional<std::string> handle_label(const std::string& path, base::Options& options) override;
};

void exec(python::importlib::Module& module);

}  // namespace django::contrib::staticfiles::management::commands::findstatic
