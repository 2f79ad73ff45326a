// Leg `settings`.
#pragma once

#include "tracepoints/tracepoint.h"

namespace tracepoints::catalogue_settings {

inline constexpr Tracepoint entries[] = {
    {.id = "conf.LazySettings._setup",
     .qualname = "django.conf.LazySettings._setup",
     .path = "django/conf/__init__.py",
     .lines = {{{"1.10", 26}, {"3.2", 54}, {"5.2", 52}, {"6.1", 93}}},
     .leg = "settings",
     .zoom = 0,
     .what = {.en = "First access to any setting: read DJANGO_SETTINGS_MODULE and build the Settings object.", .zh = ""},
     .why = {.en = "`from django.conf import settings` imports nothing; the project's settings.py runs only now, as a side effect of reading INSTALLED_APPS in execute().", .zh = ""},
     .anchor = "settings"},
    {.id = "conf.Settings.__init__",
     .qualname = "django.conf.Settings.__init__",
     .path = "django/conf/__init__.py",
     .lines = {{{"1.10", 88}, {"3.2", 161}, {"5.2", 157}, {"6.1", 241}}},
     .leg = "settings",
     .zoom = 2,
     .what = {.en = "Copies every upper-case name of global_settings, imports the settings module, overlays its upper-case names, sets TZ.", .zh = ""},
     .why = {.en = "Your settings.py is an ordinary module executed once per process; in the reloader both parent and child execute it.", .zh = ""},
     .anchor = "settings"},
    {.id = "importlib.import_module",
     .qualname = "importlib.import_module",
     .path = "Lib/importlib/__init__.py",
     .lines = {{{"1.10", 20}, {"3.2", 108}, {"5.2", 71}, {"6.1", 71}}},
     .leg = "settings",
     .zoom = 2,
     .what = {.en = "The one primitive behind settings, apps, models, commands and the WSGI application.", .zh = ""},
     .why = {.en = "All of Django's 'magic' lookup is a dotted string given to this function.", .zh = ""},
     .anchor = "settings"},
    {.id = "importlib.import_module:found",
     .qualname = "importlib.import_module",
     .path = "Lib/importlib/__init__.py",
     .lines = {{{"1.10", 20}, {"3.2", 108}, {"5.2", 71}, {"6.1", 71}}},
     .leg = "settings",
     .zoom = 2,
     .kind = Kind::point,
     .what = {.en = "", .zh = ""},
     .why = {.en = "", .zh = ""},
     .anchor = "settings"},
    {.id = "conf.LazySettings.configure",
     .qualname = "django.conf.LazySettings.configure",
     .path = "django/conf/__init__.py",
     .lines = {{{"1.10", 56}, {"3.2", 0}, {"5.2", 0}, {"6.1", 0}}},
     .leg = "settings",
     .zoom = 2,
     .what = {.en = "Marks settings as configured without a module, using only the global defaults.", .zh = ""},
     .why = {.en = "In 1.10 this is why `help` works without any settings: INSTALLED_APPS is then an empty list.", .zh = ""},
     .anchor = "settings"},
};

}  // namespace tracepoints::catalogue_settings
