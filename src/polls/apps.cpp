#include "polls/apps.h"

#include "django/apps/config.h"

using django::apps::AppConfig;
using django::apps::AppConfigClass;

namespace polls::apps {
namespace {

class PollsConfig : public AppConfig {
 public:
  using AppConfig::AppConfig;
  std::string_view __class__() const override { return "PollsConfig"; }
};

}  // namespace

void exec(python::importlib::Module& module) {
  module.set("PollsConfig",
             AppConfigClass{.name = "polls", .construct = [](std::string app_name, python::importlib::ModulePtr app_module) {
                              return std::make_shared<PollsConfig>(std::move(app_name), std::move(app_module));
                            }});
}

}  // namespace polls::apps
