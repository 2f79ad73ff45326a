#include "django/core/management/commands/diffsettings.h"

#include <catch2/catch.hpp>

#include "python/os.h"
#include "tests/unit/django/project.h"

namespace commands = django::core::management::commands;
using project::Project;

namespace {

// The settings module own.settings.
class Site : public Project {
 public:
  Site() {
    write("own/settings.toml", "SECRET_KEY = \"k\"\nDEBUG = true\nOWN = [\"a\", 1]\nlower = 1\nTIME_ZONE = \"UTC\"\nAPPEND_SLASH = true\n");
    write("own/base.toml", "SECRET_KEY = \"k\"\nOWN = [\"b\"]\nDEBUG = true\nTIME_ZONE = \"UTC\"\n");
    configured = "BASE_DIR = PosixPath('" + folder + "')";
    python::os::environ["DJANGO_SETTINGS_MODULE"] = "own.settings";
  }
  ~Site() { python::os::environ.pop("DJANGO_SETTINGS_MODULE"); }
  std::string configured;  // what every settings module has
};

std::string diffsettings(const std::vector<std::string>& args) {
  return project::call<commands::diffsettings::Command>("diffsettings", args).out;
}

}  // namespace

TEST_CASE("diffsettings.Command.output_hash: what differs, what is new, and with --all what is the same", "[django]") {
  const Site site;
  CHECK(diffsettings({}) ==
        site.configured + "  ###\nDEBUG = True\nOWN = ['a', 1]  ###\nSECRET_KEY = 'k'\nSETTINGS_MODULE = 'own.settings'  ###\nTIME_ZONE = 'UTC'\n");
  const std::string all = diffsettings({"--all"});
  CHECK(all.find("\n### APPEND_SLASH = True\n") != std::string::npos);
  CHECK(all.starts_with("### ABSOLUTE_URL_OVERRIDES = {}\n### ADMINS = []\n"));
}

TEST_CASE("diffsettings.Command.output_unified: the default with a minus, then the value with a plus", "[django]") {
  const Site site;
  CHECK(diffsettings({"--output", "unified"}) ==
        "+ " + site.configured + "\n- DEBUG = False\n+ DEBUG = True\n+ OWN = ['a', 1]\n- SECRET_KEY = ''\n+ SECRET_KEY = 'k'\n+ SETTINGS_MODULE = 'own.settings'\n"
        "- TIME_ZONE = 'America/Chicago'\n+ TIME_ZONE = 'UTC'\n");
}

TEST_CASE("diffsettings.Command.handle: --default names another module to compare with", "[django]") {
  const Site site;
  CHECK(diffsettings({"--default", "own.base"}) == "OWN = ['a', 1]\nSETTINGS_MODULE = 'own.settings'\n");
}
