// A project for one test: a temporary folder, settings, installed apps; and a way to run a command in it.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "django/apps/registry.h"
#include "django/conf/__init__.h"
#include "django/contrib/staticfiles/apps.h"
#include "django/contrib/staticfiles/finders.h"
#include "django/core/management/base.h"
#include "django/core/management/commands/makemigrations.h"
#include "django/core/management/commands/migrate.h"
#include "django/utils/log.h"
#include "frozen.h"
#include "python/importlib/__init__.h"
#include "python/logging/__init__.h"
#include "python/logging/config.h"
#include "python/sys.h"

namespace project {

inline constexpr python::importlib::FrozenModule frozen_modules[] = {
    {"django", nullptr},
    {"django.contrib", nullptr},
    {"django.contrib.staticfiles", nullptr},
    {"django.contrib.staticfiles.apps", django::contrib::staticfiles::apps::exec},
    {"django.contrib.staticfiles.finders", django::contrib::staticfiles::finders::exec},
    {"django.core.management.commands.makemigrations", django::core::management::commands::makemigrations::exec, false},  // for a check
    {"django.core.management.commands.migrate", django::core::management::commands::migrate::exec, false},
    {"django.utils.log", django::utils::log::exec, false},   // for django.setup()
    {"logging", python::logging::exec, false},
    {"logging.config", python::logging::config::exec, false},
};
inline constexpr python::importlib::FrozenModule demo_modules[] = {{"demo_site", nullptr}};

/// A folder that is gone when the test is over; it is on sys.path and the current folder.
class Project {
 public:
  Project() : old_path_(python::sys::path), old_folder_(std::filesystem::current_path()) {
    char name[] = "/tmp/tracewalk-test-XXXXXX";
    folder = ::mkdtemp(name);
    std::filesystem::current_path(folder);
    python::sys::path = {folder};
    python::importlib::set_frozen(frozen_modules, demo_modules);
    forget();
  }
  ~Project() {
    forget();
    frozen::install();
    python::sys::path = old_path_;
    std::filesystem::current_path(old_folder_);
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  std::string path(const std::string& name) const { return folder + "/" + name; }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  bool exists(const std::string& name) const { return std::filesystem::exists(std::filesystem::symlink_status(path(name))); }
  /// Every file below the folder, sorted.
  std::vector<std::string> files(const std::string& below = ".") const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path(below)))
      if (!entry.is_directory() || entry.is_symlink()) found.push_back(std::filesystem::relative(entry.path().parent_path(), path(below)) / entry.path().filename());
    for (std::string& name : found)
      if (name.starts_with("./")) name.erase(0, 2);
    std::sort(found.begin(), found.end());
    return found;
  }
  /// settings.configure(values), over settings that suit most tests.
  static void configure(python::Dict values) {
    django::conf::settings._reset();
    django::contrib::staticfiles::finders::clear_finders();
    python::Dict all = {{"DATABASES", python::Dict{}}, {"STATIC_URL", "static/"}, {"SECRET_KEY", "test"}};
    for (auto& [name, value] : values) {
      std::erase_if(all, [&name = name](const auto& entry) { return entry.first == name; });
      all.emplace_back(name, std::move(value));
    }
    django::conf::settings.configure(all);
  }
  static void install(const std::vector<std::string>& installed_apps) {
    django::apps::apps._reset();
    django::apps::apps.populate(installed_apps);
  }

  std::string folder;

 private:
  static void forget() {
    django::apps::apps._reset();
    django::conf::settings._reset();
    django::contrib::staticfiles::finders::clear_finders();
    python::importlib::clear_modules();
  }
  std::vector<std::string> old_path_;
  std::filesystem::path old_folder_;
};

struct Output {
  std::string out, err;
};

/// manage NAME ARGS..., from the parsing of the arguments to the printed result. What the command raises comes through.
template <class Command>
Output call(const std::string& name, const std::vector<std::string>& args) {
  Command command;
  python::io::StringIO out, err;
  command.stdout_ = std::make_unique<django::core::management::base::OutputWrapper>(&out);
  command.stderr_ = std::make_unique<django::core::management::base::OutputWrapper>(&err);
  django::core::management::base::Options options = command.create_parser("manage", name)->parse_args(args);
  command.execute(options);
  return {out.getvalue(), err.getvalue()};
}

/// The text of the exception that `step` raises; "" when it raises none.
template <class Exception, class Step>
std::string raised(const Step& step) {
  try {
    step();
  } catch (const Exception& e) {
    return e.str();
  }
  return {};
}

}  // namespace project
