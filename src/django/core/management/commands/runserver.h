// The core runserver: an address from the command line, system checks, a banner, and then basehttp.run.
// With django.contrib.staticfiles installed its subclass is what `runserver` means.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "django/core/management/base.h"
#include "django/core/servers/basehttp.h"
#include "python/wsgiref/types.h"

namespace python::importlib { class Module; }

namespace django::core::management::commands::runserver {

/// An address as it may stand on the command line; a field that did not take part is nullopt.
struct AddrPort {
  std::optional<std::string> addr;       // with its brackets, if it is _ipv6
  bool _ipv4 = false, _ipv6 = false, _fqdn = false;
  std::string port;                      // decimal digits of any script
};
/// Only the shape is looked at: 999.1.1.1 and port 99999 pass.
/// Source: django/core/management/commands/runserver.py, naiveip_re
std::optional<AddrPort> naiveip_match(std::string_view addrport);

/// int(port). Too large for an int: the largest int, which no server_bind accepts.
int port_number(std::string_view port);

/// Source: django/core/management/commands/runserver.py, class Command
class Command : public base::BaseCommand, public std::enable_shared_from_this<Command> {
  using super = base::BaseCommand;

 public:
  Command();
  std::string_view __class__() const override { return "runserver.Command"; }
  void add_arguments(base::CommandParser& parser) override;
  std::optional<std::string> execute(base::Options& options) override;
  /// The application that the server will call.
  virtual python::wsgiref::Application get_handler(const base::Options& options);
  base::CheckKwargs get_check_kwargs(const base::Options& options) override;
  std::optional<std::string> handle(base::Options& options) override;
  void run(const base::Options& options);
  /// Serves until Ctrl-C. Raises: SystemExit(0); a taken port ends the process with 1.
  void inner_run(const base::Options& options);
  /// Called by basehttp.run with the port that was really bound.
  void on_bind(int server_port);

  std::string default_addr = "127.0.0.1", default_addr_ipv6 = "::1", default_port = "8000", protocol = "http";
  const servers::basehttp::ServerClass* server_cls = &servers::basehttp::WSGIServer_class;
  std::string addr, port;
  bool use_ipv6 = false, _raw_ipv6 = false;
};

void exec(python::importlib::Module& module);

}  // namespace django::core::management::commands::runserver
