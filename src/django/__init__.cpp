#include "django/__init__.h"

#include <fmt/format.h>

#include "django/apps/registry.h"
#include "django/conf/__init__.h"
#include "django/urls/base.h"
#include "django/utils/log.h"
#include "tracepoints/trace.h"

namespace django {

// django/utils/version.py, get_version()
std::string get_version(const Version& version) {
  std::string text = fmt::format("{}.{}", version.major, version.minor);
  if (version.micro != 0) text += fmt::format(".{}", version.micro);
  if (version.kind == "alpha") text += fmt::format("a{}", version.number);
  if (version.kind == "beta") text += fmt::format("b{}", version.number);
  if (version.kind == "rc") text += fmt::format("rc{}", version.number);
  return text;
}

// django/__init__.py, setup()
void setup(bool set_prefix) {
  TRACE_FRAME("django.setup", set_prefix);
  using apps::apps;
  using conf::settings;
  using urls::set_script_prefix;
  using utils::log::configure_logging;

  configure_logging(settings.optional_str("LOGGING_CONFIG"), settings.__getattr__("LOGGING"));
  if (set_prefix) set_script_prefix(settings.optional_str("FORCE_SCRIPT_NAME").value_or("/"));
  apps.populate(settings.INSTALLED_APPS());
}

}  // namespace django
