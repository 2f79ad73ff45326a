// greet: the demo app's own command. `manage greet Ada Grace --shout`
#pragma once

#include "django/core/management/base.h"
#include "python/importlib/__init__.h"

namespace polls::management::commands::greet {

class Command : public django::core::management::base::BaseCommand {
 public:
  Command();
  std::string_view __class__() const override { return "greet.Command"; }
  void add_arguments(django::core::management::base::CommandParser& parser) override;
  std::optional<std::string> handle(django::core::management::base::Options& options) override;
};

void exec(python::importlib::Module& module);

}  // namespace polls::management::commands::greet
