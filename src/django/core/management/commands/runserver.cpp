// django/core/management/commands/runserver.py. BaseCommand::execute calls handle, handle calls run, run calls inner_run:
// directly with --noreload, else through the reloader, in another process and there in another thread.
#include "django/core/management/commands/runserver.h"

#include <cerrno>
#include <climits>
#include <ctime>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "django/core/servers/basehttp.h"
#include "django/db/__init__.h"
#include "django/utils/autoreload.h"
#include "python/importlib/__init__.h"
#include "python/os.h"
#include "python/unicodedata.h"
#include "tracepoints/trace.h"

namespace django::core::management::commands::runserver {

namespace autoreload = utils::autoreload;
namespace basehttp = servers::basehttp;
namespace os = python::os;
using base::CheckKwargs, base::CommandError, base::CommandParser, base::Options;
using conf::settings;
using python::KeyboardInterrupt, python::OSError, python::SystemExit;

namespace {

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// \d{1,3}, or \d+ when `most` is 0. Takes them off the text.
bool take_digits(std::string_view& text, int most) {
  int count = 0;
  for (std::string_view rest = text; most == 0 || count < most; ++count, text = rest) {
    const auto character = python::unicodedata::next_character(rest);
    if (!character || !python::unicodedata::decimal(*character)) break;
  }
  return count > 0;
}

// \d{1,3}(?:\.\d{1,3}){3}
bool is_ipv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (!text.starts_with('.')) return false;
      text.remove_prefix(1);
    }
    if (!take_digits(text, 3)) return false;
  }
  return text.empty();
}

// \[[a-fA-F0-9:]+\]
bool is_ipv6(std::string_view text) {
  return text.size() > 2 && text.starts_with('[') && text.ends_with(']') &&
         text.substr(1, text.size() - 2).find_first_not_of("abcdefABCDEF0123456789:") == text.npos;
}

// [a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*
bool is_fqdn(std::string_view text) {
  bool label_begins = true;
  for (const char c : text) {
    if (c == '.' ? label_begins : !is_alphanumeric(c) && c != '-') return false;
    label_begins = c == '.';
  }
  return !label_begins;
}

// datetime.now().strftime("%B %d, %Y - %X")
std::string now_text() {
  const std::time_t seconds = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%B %d, %Y - %X", &local)};
}

// django.utils.version.get_docs_version(): "5.2" of "5.2.10".
std::string get_docs_version(const std::string& version) { return version.substr(0, version.find('.', version.find('.') + 1)); }

}  // namespace

// Departs: written out by hand, as std::regex knows no digits but 0 to 9.
std::optional<AddrPort> naiveip_match(std::string_view addrport) {
  // Python: $ also matches before a newline at the very end.
  if (addrport.ends_with('\n')) addrport.remove_suffix(1);
  AddrPort out;
  // The port has no colon, so the last one is where the address ends.
  if (const std::size_t colon = addrport.rfind(':'); colon != addrport.npos) {
    const std::string_view addr = addrport.substr(0, colon);
    addrport.remove_prefix(colon + 1);
    if (is_ipv4(addr)) out._ipv4 = true;
    else if (is_ipv6(addr)) out._ipv6 = true;
    else if (is_fqdn(addr)) out._fqdn = true;
    else return std::nullopt;
    out.addr = addr;
  }
  out.port = addrport;
  if (!take_digits(addrport, 0) || !addrport.empty()) return std::nullopt;
  return out;
}

// Departs: Python's integers have no end; a number beyond int is refused at bind like any beyond 65535, in the words for those.
int port_number(std::string_view port) {
  long long number = 0;
  while (const auto character = python::unicodedata::next_character(port))
    if (number <= INT_MAX) number = number * 10 + python::unicodedata::decimal(*character).value_or(0);
  return number > INT_MAX ? INT_MAX : static_cast<int>(number);
}

Command::Command() {
  help = "Starts a lightweight web server for development.";
  stealth_options = {"shutdown_message"};
  suppressed_base_arguments = {"--verbosity", "--traceback"};
}

// django/core/management/commands/runserver.py, Command.add_arguments()
void Command::add_arguments(CommandParser& parser) {
  using enum python::argparse::Action;
  TRACE_FRAME("runserver.Command.add_arguments");
  parser.add_argument({"addrport"}, {.nargs = "?", .help = "Optional port number, or ipaddr:port"});
  parser.add_argument({"--ipv6", "-6"},
                      {.action = store_true, .dest = "use_ipv6", .help = "Tells Django to use an IPv6 address."});
  parser.add_argument({"--nothreading"},
                      {.action = store_false, .dest = "use_threading", .help = "Tells Django to NOT use threading."});
  parser.add_argument({"--noreload"},
                      {.action = store_false, .dest = "use_reloader", .help = "Tells Django to NOT use the auto-reloader."});
}

// django/core/management/commands/runserver.py, Command.execute()
std::optional<std::string> Command::execute(Options& options) {
  TRACE_FRAME("runserver.Command.execute", options["no_color"], options["addrport"]);
  // The access log never sees the options, so the choice travels in the environment.
  if (options.get<bool>("no_color")) os::environ["DJANGO_COLORS"] = "nocolor";
  super::execute(options);
  return std::nullopt;
}

// django/core/management/commands/runserver.py, Command.get_handler()
python::wsgiref::Application Command::get_handler(const Options&) {
  TRACE_FRAME("runserver.Command.get_handler");
  return basehttp::get_internal_wsgi_application();
}

// django/core/management/commands/runserver.py, Command.get_check_kwargs()
CheckKwargs Command::get_check_kwargs(const Options&) {
  TRACE_FRAME("runserver.Command.get_check_kwargs");
  // No tag at all: inner_run does the checks, and does them again on every reload.
  return {.tags = std::vector<std::string>{}};
}

// django/core/management/commands/runserver.py, Command.handle()
// Left out: the error of a Python that was built without IPv6.
std::optional<std::string> Command::handle(Options& options) {
  TRACE_FRAME("runserver.Command.handle", options["addrport"], options["use_ipv6"]);
  const bool hosts = settings.DEBUG() || !settings.ALLOWED_HOSTS().empty();
  TRACE_DECISION("runserver.Command.handle:hosts", hosts);
  if (!hosts) throw CommandError("You must set settings.ALLOWED_HOSTS if DEBUG is False.");

  use_ipv6 = options.get<bool>("use_ipv6");
  _raw_ipv6 = false;
  const std::string addrport = options["addrport"].is_none() ? "" : options["addrport"].str();
  if (addrport.empty()) {
    TRACE_DECISION("runserver.Command.handle:addrport", "default");
    addr = "";
    port = default_port;
  } else {
    const auto m = naiveip_match(addrport);
    if (!m) {
      TRACE_DECISION("runserver.Command.handle:addrport", "invalid", addrport);
      throw CommandError(fmt::format("\"{}\" is not a valid port number or address:port pair.", addrport));
    }
    addr = m->addr.value_or("");
    port = m->port;
    TRACE_DECISION("runserver.Command.handle:addrport", "given", addr, port);
    if (m->_ipv6) {
      addr = addr.substr(1, addr.size() - 2);
      use_ipv6 = true;
      _raw_ipv6 = true;
    } else if (!addr.empty() && use_ipv6 && !m->_fqdn) {
      throw CommandError(fmt::format("\"{}\" is not a valid IPv6 address.", addr));
    }
  }
  if (addr.empty()) {
    addr = use_ipv6 ? default_addr_ipv6 : default_addr;
    _raw_ipv6 = use_ipv6;
  }
  run(options);
  return std::nullopt;
}

// django/core/management/commands/runserver.py, Command.run()
void Command::run(const Options& options) {
  TRACE_FRAME("runserver.Command.run", options["use_reloader"]);
  const bool use_reloader = options.get<bool>("use_reloader");
  TRACE_DECISION("runserver.Command.run:use_reloader", use_reloader);
  if (use_reloader) {
    // Python: a bound method keeps its object alive. The thread that serves outlives the calls that lead here.
    autoreload::run_with_reloader({"Command.inner_run", [self = weak_from_this().lock(), this, options] { inner_run(options); }});
  } else {
    inner_run(options);
  }
}

// django/core/management/commands/runserver.py, Command.inner_run()
void Command::inner_run(const Options& options) {
  TRACE_FRAME("runserver.Command.inner_run", options["use_threading"], this->addr, this->port);
  // What setup() raised in ManagementUtility.execute was kept for this moment.
  autoreload::raise_last_exception();

  const bool threading = options.get<bool>("use_threading");
  const python::Value shutdown_message = options.get("shutdown_message", "");  // a stealth option

  const bool skip_checks = options.get<bool>("skip_checks");
  TRACE_DECISION("runserver.Command.inner_run:skip_checks", skip_checks);
  if (!skip_checks) {
    stdout_->write("Performing system checks...\n\n");
    CheckKwargs check_kwargs = super::get_check_kwargs(options);
    check_kwargs.display_num_errors = true;
    check(check_kwargs);
  }
  check_migrations();
  // What the look at the migrations has opened.
  for (const auto& conn : db::connections.all(/*initialized_only=*/true)) conn->close();

  try {
    const auto handler = get_handler(options);
    basehttp::run(addr, port_number(port), handler, use_ipv6, threading, [this](int server_port) { on_bind(server_port); },
                  *server_cls);
  } catch (const OSError& e) {
    // One helpful line in place of a traceback.
    struct Known {
      int errno_;
      std::string_view name, text;
    };
    constexpr Known ERRORS[] = {
        {EACCES, "EACCES", "You don't have permission to access that port."},
        {EADDRINUSE, "EADDRINUSE", "That port is already in use."},
        {EADDRNOTAVAIL, "EADDRNOTAVAIL", "That IP address can't be assigned to."},
    };
    std::string errorcode = fmt::format("{}", e.errno_), error_text = e.str();
    for (const Known& known : ERRORS)
      if (known.errno_ == e.errno_) errorcode = known.name, error_text = known.text;
    TRACE_DECISION("runserver.Command.inner_run:bind_error", errorcode, error_text);
    stderr_->write("Error: " + error_text);
    // SystemExit would only end this thread; the watcher would go on without a server.
    os::_exit(1);
  } catch (const KeyboardInterrupt&) {
    TRACE_POINT("runserver.Command.inner_run:KeyboardInterrupt", shutdown_message);
    if (shutdown_message.truthy()) stdout_->write(python::str(shutdown_message));
    throw SystemExit(0);
  }
}

// django/core/management/commands/runserver.py, Command.on_bind()
// Left out: the Windows name of the key that quits.
void Command::on_bind(int server_port) {
  TRACE_FRAME("runserver.Command.on_bind", server_port);
  const std::string addr = _raw_ipv6 ? fmt::format("[{}]", this->addr) : this->addr == "0" ? "0.0.0.0" : this->addr;
  const std::string version = get_version();
  stdout_->write(fmt::format("{}\nDjango version {}, using settings {}\nStarting development server at {}://{}:{}/\n"
                             "Quit the server with CONTROL-C.",
                             now_text(), version, python::repr(settings.SETTINGS_MODULE()), protocol, addr, server_port));
  // Python: print() writes its newline separately, and a line that ends in one gets no other: so there is an empty line here.
  stdout_->write("\n");
  if (os::environ.get("DJANGO_RUNSERVER_HIDE_WARNING") != "true")
    stdout_->write(style.WARNING(fmt::format(
        "WARNING: This is a development server. Do not use it in a production setting. Use a production WSGI or ASGI server instead.\n"
        "For more information on production servers see: https://docs.djangoproject.com/en/{}/howto/deployment/",
        get_docs_version(version))));
}

void exec(python::importlib::Module& module) { module.set("Command", base::command_class<Command>()); }

}  // namespace django::core::management::commands::runserver
