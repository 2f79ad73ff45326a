// django/contrib/staticfiles/management/commands/runserver.py. It wins the name `runserver` because installed apps overlay core.
#include "django/contrib/staticfiles/management/commands/runserver.h"

#include <memory>

#include "django/conf/__init__.h"
#include "django/contrib/staticfiles/handlers.h"
#include "python/importlib/__init__.h"
#include "tracepoints/trace.h"

namespace django::contrib::staticfiles::management::commands::runserver {

using conf::settings;
using handlers::StaticFilesHandler;
using python::wsgiref::Application;

Command::Command() { help = "Starts a lightweight web server for development and also serves static files."; }

// django/contrib/staticfiles/management/commands/runserver.py, Command.add_arguments()
void Command::add_arguments(base::CommandParser& parser) {
  using enum python::argparse::Action;
  TRACE_FRAME("staticfiles.management.commands.runserver.Command.add_arguments");
  super::add_arguments(parser);
  parser.add_argument({"--nostatic"}, {.action = store_false,
                                       .dest = "use_static_handler",
                                       .help = "Tells Django to NOT automatically serve static files at STATIC_URL."});
  parser.add_argument({"--insecure"}, {.action = store_true,
                                       .dest = "insecure_serving",
                                       .help = "Allows serving static files even if DEBUG is False."});
}

// django/contrib/staticfiles/management/commands/runserver.py, Command.get_handler()
Application Command::get_handler(const base::Options& options) {
  TRACE_FRAME("staticfiles.management.commands.runserver.Command.get_handler", options["use_static_handler"], options["insecure_serving"]);
  const Application handler = super::get_handler(options);
  const bool use_static_handler = options.get<bool>("use_static_handler");
  const bool insecure_serving = options.get<bool>("insecure_serving");
  const bool static_ = use_static_handler && (settings.DEBUG() || insecure_serving);
  TRACE_DECISION("staticfiles.management.commands.runserver.Command.get_handler:static", static_, use_static_handler, insecure_serving);
  if (!static_) return handler;
  // Python: an object with __call__ is a WSGI application.
  return [static_handler = std::make_shared<StaticFilesHandler>(handler)](auto& environ, const auto& start_response) {
    return (*static_handler)(environ, start_response);
  };
}

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }

}  // namespace django::contrib::staticfiles::management::commands::runserver
