#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "django/conf/__init__.h"
#include "django/conf/global_settings.h"
#include "python/sys.h"

namespace conf = django::conf;

namespace {

// What real Django 5.2 printed for a diffsettings scenario.
std::string recorded(const std::string& scenario) {
  std::ifstream file(python::sys::prefix() + "/../tests/parity/recorded-5.2.json");
  REQUIRE(file);
  return nlohmann::json::parse(file)[scenario]["stdout"];
}

std::string default_of(std::string_view name) {
  for (const auto& [setting, value] : conf::global_settings())
    if (setting == name) return python::repr(value);
  return "no such setting";
}

}  // namespace

TEST_CASE("conf.global_settings: names and values are those of Django 5.2", "[django]") {
  std::istringstream all(recorded("diffsettings_all"));
  std::size_t defaults = 0;
  for (std::string line; std::getline(all, line);)
    if (line.starts_with("### ")) {
      const std::size_t equals = line.find(" = ");
      const std::string name = line.substr(4, equals - 4);
      INFO(name);
      CHECK(default_of(name) == line.substr(equals + 3));
      ++defaults;
    }
  // What the recorded project overrides shows its default in the unified form.
  std::istringstream unified(recorded("diffsettings_unified"));
  for (std::string line; std::getline(unified, line);)
    if (line.starts_with("- ")) {
      const std::size_t equals = line.find(" = ");
      CHECK(default_of(line.substr(2, equals - 2)) == line.substr(equals + 3));
      ++defaults;
    }
  CHECK(defaults == conf::global_settings().size());
}

TEST_CASE("conf.global_settings: each name stands once, in Django's order", "[django]") {
  const auto& settings = conf::global_settings();
  std::vector<std::string> names;
  for (const auto& [name, value] : settings) names.push_back(name);
  CHECK(names.front() == "DEBUG");
  CHECK(names.back() == "SECURE_SSL_REDIRECT");
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

TEST_CASE("conf.global_settings: the defaults are a module, too", "[django]") {
  python::importlib::Module module;
  conf::exec_global_settings(module);
  CHECK(module.dir().size() == conf::global_settings().size());
  CHECK(module.get<python::Value>("APPEND_SLASH") == python::Value(true));
}
