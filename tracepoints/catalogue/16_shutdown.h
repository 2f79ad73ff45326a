// Leg `shutdown`.
#pragma once

#include "tracepoints/tracepoint.h"

namespace tracepoints::catalogue_shutdown {

inline constexpr Tracepoint entries[] = {
    {.id = "autoreload.run_with_reloader.lambda",
     .qualname = "django.utils.autoreload.run_with_reloader.<locals>.<lambda>",
     .path = "django/utils/autoreload.py",
     .lines = {{{"1.10", 0}, {"3.2", 633}, {"5.2", 663}, {"6.1", 682}}},
     .leg = "shutdown",
     .zoom = 2,
     .what = {.en = "SIGTERM becomes a normal exit with code 0 when the reloader is used.", .zh = ""},
     .why = {.en = "Installed in both parent and child; with --noreload SIGTERM keeps its default and kills the process.", .zh = ""},
     .anchor = "shutdown"},
    {.id = "basehttp.WSGIServer.handle_error",
     .qualname = "django.core.servers.basehttp.WSGIServer.handle_error",
     .path = "django/core/servers/basehttp.py",
     .lines = {{{"1.10", 83}, {"3.2", 73}, {"5.2", 79}, {"6.1", 80}}},
     .leg = "shutdown",
     .zoom = 1,
     .what = {.en = "Reports an exception that escaped from a connection; a broken pipe becomes one log line.", .zh = ""},
     .why = {.en = "The server goes on: this is per connection.", .zh = ""},
     .anchor = "shutdown"},
    {.id = "connection.BaseConnectionHandler.close_all",
     .qualname = "django.utils.connection.BaseConnectionHandler.close_all",
     .path = "django/utils/connection.py",
     .lines = {{{"1.10", 228}, {"3.2", 207}, {"5.2", 83}, {"6.1", 83}}},
     .leg = "shutdown",
     .zoom = 0,
     .what = {.en = "The finally of run_from_argv: closes this thread's database connections.", .zh = ""},
     .why = {.en = "With --noreload it runs after Ctrl-C; in the reloader's child it runs in the main thread and so does not see the server thread's connection.", .zh = ""},
     .anchor = "shutdown"},
    {.id = "threading._shutdown",
     .qualname = "threading._shutdown",
     .path = "Lib/threading.py",
     .lines = {{{"1.10", 1090}, {"3.2", 1534}, {"5.2", 1516}, {"6.1", 1516}}},
     .leg = "shutdown",
     .zoom = 2,
     .what = {.en = "Interpreter exit: join non-daemon threads.", .zh = ""},
     .why = {.en = "Request threads are daemons, so a request in progress is cut, not awaited.", .zh = ""},
     .anchor = "shutdown"},
    {.id = "logging.shutdown",
     .qualname = "logging.shutdown",
     .path = "Lib/logging/__init__.py",
     .lines = {{{"1.10", 1660}, {"3.2", 2177}, {"5.2", 2224}, {"6.1", 2224}}},
     .leg = "shutdown",
     .zoom = 2,
     .what = {.en = "atexit hook: flush and close log handlers.", .zh = ""},
     .why = {.en = "Not reached after os._exit(1) (bind error) or a killing signal. (It is also called while logging is configured; that call is not recorded.)", .zh = ""},
     .anchor = "shutdown"},
};

}  // namespace tracepoints::catalogue_shutdown
