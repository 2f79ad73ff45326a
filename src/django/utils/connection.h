// connection: a set of named connections, made when first asked for, one of each per thread.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "python/builtins.h"
#include "python/exceptions.h"

namespace django::utils::connection {

class ConnectionDoesNotExist : public python::Exception {
 public:
  explicit ConnectionDoesNotExist(std::string message)
      : Exception("django.utils.connection.ConnectionDoesNotExist", std::move(message)) {}
};

/// What a handler hands out.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual void close() = 0;
};
using ConnectionPtr = std::shared_ptr<Connection>;

/// Source: django/utils/connection.py, class BaseConnectionHandler
class BaseConnectionHandler {
 public:
  virtual ~BaseConnectionHandler();

  /// The setting, read at the first call. Raises: what reading settings raises.
  const python::Dict& settings();
  /// This thread's connection of that name. Raises: ConnectionDoesNotExist; what making it raises.
  ConnectionPtr operator[](const std::string& alias);
  /// The names, as iterating over the handler gives them.
  std::vector<std::string> __iter__();
  /// This thread's connections; with `initialized_only` those that exist already.
  std::vector<ConnectionPtr> all(bool initialized_only = false);
  /// Closes this thread's connections. Reads the setting to know their names, and raises what that raises.
  void close_all();
  /// Forgets setting and connections: for tests.
  void _reset();

 protected:
  explicit BaseConnectionHandler(std::string settings_name) : settings_name(std::move(settings_name)) {}
  /// Checks the setting's value and completes it.
  virtual python::Dict configure_settings(python::Dict settings) { return settings; }
  virtual ConnectionPtr create_connection(const std::string& alias) = 0;

 private:
  std::string settings_name;
  std::mutex mutex_;
  std::optional<python::Dict> _settings;
};

}  // namespace django::utils::connection
