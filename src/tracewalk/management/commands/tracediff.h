// tracediff: compares two recordings. `manage tracediff A B`
#pragma once

#include "django/core/management/base.h"
#include "python/importlib/__init__.h"

namespace tracewalk::management::commands::tracediff {

/// Exits as diff does: 0 the same, 1 different, 2 trouble.
class Command : public django::core::management::base::BaseCommand {
 public:
  Command();
  std::string_view __class__() const override { return "tracediff.Command"; }
  void add_arguments(django::core::management::base::CommandParser& parser) override;
  std::optional<std::string> handle(django::core::management::base::Options& options) override;
};

void exec(python::importlib::Module& module);

}  // namespace tracewalk::management::commands::tracediff
