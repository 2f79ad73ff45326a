// Leg `settings`: the settings module is loaded, at the first look at a setting.
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
     .what = {.en = "Somebody reads a setting for the first time: the settings module is loaded now.",
              .zh = "有人第一次读取设置：设置模块此刻才被载入。"},
     .why = {.en = "Settings are lazy so that importing Django costs nothing, and "
                   "--settings can still choose the module.",
             .zh = "设置是惰性的：导入 Django 不费事，--settings 也还来得及选定模块。"},
     .mistake = {.en = "Many think importing settings reads the file; in fact the "
                       "first attribute does, here INSTALLED_APPS.",
                 .zh = "常有人以为 import settings 就读了文件；其实读第一个属性时才读，这里是 INSTALLED_APPS。"},
     .anchor = "settings"},
    {.id = "conf.Settings.__init__",
     .qualname = "django.conf.Settings.__init__",
     .path = "django/conf/__init__.py",
     .lines = {{{"1.10", 88}, {"3.2", 161}, {"5.2", 157}, {"6.1", 241}}},
     .leg = "settings",
     .zoom = 2,
     .what = {.en = "Takes Django's defaults, then lays the upper-case names of your module over them.",
              .zh = "先取 Django 的默认值，再用你模块里的大写名字覆盖。"},
     .why = {.en = "A project states only what differs. Lower-case names are free for helpers of your own.",
             .zh = "项目只写与默认不同的部分；小写名字留给你自己用。"},
     .mistake = {.en = "Many think it is read once; in fact each process reads its "
                       "own: with the reloader, parent and child.",
                 .zh = "常有人以为只读一次；其实每个进程各读一次：有自动重载时父进程和子进程都读。"},
     .anchor = "settings"},
    {.id = "importlib.import_module",
     .qualname = "importlib.import_module",
     .path = "Lib/importlib/__init__.py",
     .lines = {{{"1.10", 20}, {"3.2", 108}, {"5.2", 71}, {"6.1", 71}}},
     .leg = "settings",
     .zoom = 2,
     .what = {.en = "Turns a dotted name into a loaded module.",
              .zh = "把带点的名字变成已载入的模块。"},
     .why = {.en = "Settings, apps, commands, URLconf, application: all are strings in "
                   "a table or file. This call makes them real.",
             .zh = "设置、应用、命令、URLconf、应用程序对象，起初都只是字符串，靠这一步变成实物。"},
     .mistake = {.en = "Many see magic in how Django finds things; in fact it is a string and this one function.",
                 .zh = "常有人觉得 Django 找东西很神奇；其实就是一个字符串加这一个函数。"},
     .anchor = "import-module"},
    {.id = "importlib.import_module:found",
     .qualname = "importlib.import_module",
     .path = "Lib/importlib/__init__.py",
     .lines = {{{"1.10", 20}, {"3.2", 108}, {"5.2", 71}, {"6.1", 71}}},
     .leg = "settings",
     .zoom = 2,
     .kind = Kind::point,
     .what = {.en = "The module is found, and the finder that has it is named.",
              .zh = "模块找到了，并说明是哪个查找器找到的。"},
     .why = {.en = "Finders are asked in order: modules built into the program first, then the folders of sys.path.",
             .zh = "查找器按顺序询问：先问程序内建的模块，再找 sys.path 里的目录。"},
     .anchor = "import-module"},
    // Not in the mirrored Django: used when an older one is watched or compared.
    {.id = "conf.LazySettings.configure",
     .qualname = "django.conf.LazySettings.configure",
     .path = "django/conf/__init__.py",
     .lines = {{{"1.10", 56}, {"3.2", 0}, {"5.2", 0}, {"6.1", 0}}},
     .leg = "settings",
     .zoom = 2,
     .what = {.en = "Marks settings as configured, with Django's defaults only.",
              .zh = "不用设置模块，只凭 Django 默认值就算设置完毕。"},
     .why = {.en = "Django 1.10 does this so that help and startproject run without a "
                   "project; later versions leave settings alone.",
             .zh = "Django 1.10 这样做是为了让 help 和 startproject 脱离项目也能运行；后来的版本不再这样做。"},
     .anchor = "settings"},
};

}  // namespace tracepoints::catalogue_settings
