// watch: narrates a real Django. `manage watch -- python manage.py runserver`
#pragma once

#include "django/core/management/base.h"
#include "python/importlib/__init__.h"

namespace tracewalk::management::commands::watch {

class Command : public django::core::management::base::BaseCommand {
 public:
  Command();
  std::string_view __class__() const override { return "watch.Command"; }
  void add_arguments(django::core::management::base::CommandParser& parser) override;
  std::optional<std::string> handle(django::core::management::base::Options& options) override;
};

void exec(python::importlib::Module& module);

}  // namespace tracewalk::management::commands::watch
