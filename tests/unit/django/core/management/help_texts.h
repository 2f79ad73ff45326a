// What Django 5.2.10 printed under Python 3.13 in a terminal of 80 columns: facts for test_base.cpp.
#pragma once

#include <string_view>

inline constexpr std::string_view help_check = R"help(usage: manage.py check [-h] [--tag TAGS] [--list-tags] [--deploy]
                       [--fail-level {CRITICAL,ERROR,WARNING,INFO,DEBUG}]
                       [--database {default}] [--version] [-v {0,1,2,3}]
                       [--settings SETTINGS] [--pythonpath PYTHONPATH]
                       [--traceback] [--no-color] [--force-color]
                       [app_label ...]

Checks the entire Django project for potential problems.

positional arguments:
  app_label

options:
  -h, --help            show this help message and exit
  --tag, -t TAGS        Run only checks labeled with given tag.
  --list-tags           List available tags. Specify --deploy to include
                        available deployment tags.
  --deploy              Check deployment settings.
  --fail-level {CRITICAL,ERROR,WARNING,INFO,DEBUG}
                        Message level that will cause the command to exit with
                        a non-zero status. Default is ERROR.
  --database {default}  Run database related checks against these aliases.
  --version             Show program's version number and exit.
  -v, --verbosity {0,1,2,3}
                        Verbosity level; 0=minimal output, 1=normal output,
                        2=verbose output, 3=very verbose output
  --settings SETTINGS   The Python path to a settings module, e.g.
                        "myproject.settings.main". If this isn't provided, the
                        DJANGO_SETTINGS_MODULE environment variable will be
                        used.
  --pythonpath PYTHONPATH
                        A directory to add to the Python path, e.g.
                        "/home/djangoprojects/myproject".
  --traceback           Display a full stack trace on CommandError exceptions.
  --no-color            Don't colorize the command output.
  --force-color         Force colorization of the command output.
)help";

inline constexpr std::string_view help_runserver = R"help(usage: manage.py runserver [-h] [--ipv6] [--nothreading] [--noreload]
                           [--nostatic] [--insecure] [--version]
                           [--settings SETTINGS] [--pythonpath PYTHONPATH]
                           [--no-color] [--force-color] [--skip-checks]
                           [addrport]

Starts a lightweight web server for development and also serves static files.

positional arguments:
  addrport              Optional port number, or ipaddr:port

options:
  -h, --help            show this help message and exit
  --ipv6, -6            Tells Django to use an IPv6 address.
  --nothreading         Tells Django to NOT use threading.
  --noreload            Tells Django to NOT use the auto-reloader.
  --nostatic            Tells Django to NOT automatically serve static files
                        at STATIC_URL.
  --insecure            Allows serving static files even if DEBUG is False.
  --version             Show program's version number and exit.
  --settings SETTINGS   The Python path to a settings module, e.g.
                        "myproject.settings.main". If this isn't provided, the
                        DJANGO_SETTINGS_MODULE environment variable will be
                        used.
  --pythonpath PYTHONPATH
                        A directory to add to the Python path, e.g.
                        "/home/djangoprojects/myproject".
  --no-color            Don't colorize the command output.
  --force-color         Force colorization of the command output.
  --skip-checks         Skip system checks.
)help";

inline constexpr std::string_view greet_missing = R"help(usage: manage.py greet [-h] [--shout] [--times TIMES] [--version]
                       [-v {0,1,2,3}] [--settings SETTINGS]
                       [--pythonpath PYTHONPATH] [--traceback] [--no-color]
                       [--force-color] [--skip-checks]
                       names [names ...]
manage.py greet: error: the following arguments are required: names
)help";
