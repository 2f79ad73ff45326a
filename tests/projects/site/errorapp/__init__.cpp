// An app whose import registers a system check.
#include "django/core/checks/registry.h"
#include "python/importlib/__init__.h"

namespace {
namespace checks = django::core::checks;

void exec(python::importlib::Module&) {
  checks::registry().register_(
      "errorapp.demo_check",
      [](const checks::AppConfigs*, const std::vector<std::string>*) {
        return std::vector<checks::CheckMessage>{checks::Error("demo error", "demo hint", "", "errorapp.E001")};
      },
      {});
}
}  // namespace

TRACEWALK_MODULE(exec)
