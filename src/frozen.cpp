// The one table of importable modules. As in CPython, a module linked into the program is *frozen*; what is not listed here and not on
// sys.path does not exist.
#include "frozen.h"

#include "django/conf/global_settings.h"
#include "django/contrib/staticfiles/apps.h"
#include "django/contrib/staticfiles/finders.h"
#include "django/contrib/staticfiles/management/commands/collectstatic.h"
#include "django/contrib/staticfiles/management/commands/findstatic.h"
#include "django/contrib/staticfiles/management/commands/runserver.h"
#include "django/core/management/commands/check.h"
#include "django/core/management/commands/diffsettings.h"
#include "django/core/management/commands/makemigrations.h"
#include "django/core/management/commands/migrate.h"
#include "django/core/management/commands/runserver.h"
#include "django/core/management/commands/startapp.h"
#include "django/core/management/commands/startproject.h"
#include "django/middleware/clickjacking.h"
#include "django/middleware/common.h"
#include "django/middleware/security.h"
#include "django/utils/log.h"
#include "mysite/urls.h"
#include "mysite/wsgi.h"
#include "polls/apps.h"
#include "polls/management/commands/greet.h"
#include "polls/views.h"
#include "python/importlib/toml_module.h"
#include "python/logging/__init__.h"
#include "python/logging/config.h"
#include "python/sys.h"
#include "tracewalk/management/commands/tracediff.h"
#include "tracewalk/management/commands/watch.h"

namespace embedded {
extern const std::string_view mysite_settings;
}

namespace frozen {
namespace {

namespace staticfiles = django::contrib::staticfiles;
namespace commands = django::core::management::commands;
using python::importlib::FrozenModule;
using python::importlib::Module;

// The demo's settings lie on sys.path like anybody's. These are for a program that was moved away from its files.
void exec_settings(Module& module) {
  python::importlib::exec_toml_text(module, embedded::mysite_settings, python::sys::prefix() + "/mysite/settings.toml");
}

constexpr FrozenModule framework[] = {
    {"django.conf.global_settings", django::conf::exec_global_settings},
    {"django.contrib.staticfiles.apps", staticfiles::apps::exec},
    {"django.contrib.staticfiles.finders", staticfiles::finders::exec},
    {"django.contrib.staticfiles.management.commands.collectstatic", staticfiles::management::commands::collectstatic::exec},
    {"django.contrib.staticfiles.management.commands.findstatic", staticfiles::management::commands::findstatic::exec},
    {"django.contrib.staticfiles.management.commands.runserver", staticfiles::management::commands::runserver::exec},
    {"django.core.management.commands.check", commands::check::exec},
    {"django.core.management.commands.diffsettings", commands::diffsettings::exec},
    {"django.core.management.commands.makemigrations", commands::makemigrations::exec, false},  // only for a system check
    {"django.core.management.commands.migrate", commands::migrate::exec, false},
    {"django.core.management.commands.runserver", commands::runserver::exec},
    {"django.core.management.commands.startapp", commands::startapp::exec},
    {"django.core.management.commands.startproject", commands::startproject::exec},
    {"django.middleware.clickjacking", django::middleware::clickjacking::exec},
    {"django.middleware.common", django::middleware::common::exec},
    {"django.middleware.security", django::middleware::security::exec},
    {"django.utils.log", django::utils::log::exec},
    {"logging", python::logging::exec},
    {"logging.config", python::logging::config::exec},
    {"tracewalk.management.commands.tracediff", tracewalk::management::commands::tracediff::exec},
    {"tracewalk.management.commands.watch", tracewalk::management::commands::watch::exec},
};

// The demo project and its app. A project's own modules of these names come first.
constexpr FrozenModule demo[] = {
    {"mysite.settings", exec_settings},
    {"mysite.urls", mysite::urls::exec},
    {"mysite.wsgi", mysite::wsgi::exec},
    {"polls.apps", polls::apps::exec},
    {"polls.management.commands.greet", polls::management::commands::greet::exec},
    {"polls.views", polls::views::exec},
};

}  // namespace

void install() { python::importlib::set_frozen(framework, demo); }

}  // namespace frozen
