// An app whose import registers a system check.
#include "django/core/checks/registry.h"
#include "python/importlib/__init__.h"

namespace {
namespace checks = django::core::checks;

void exec(python::importlib::Module&) {
  checks::registry().register_(
      "warnapp.demo_check",
      [](const checks::AppConfigs*, const std::vector<std::string>*) {
        return std::vector<checks::CheckMessage>{checks::Warning("demo warning", "demo hint", "", "warnapp.W001")};
      },
      {});
}
}  // namespace

TRACEWALK_MODULE(exec)
