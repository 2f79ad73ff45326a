// connection: run_from_argv ends with close_all() on the databases' handler, whatever the command did.
#include "django/utils/connection.h"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "django/conf/__init__.h"
#include "tracepoints/trace.h"

namespace django::utils::connection {
namespace {

// asgiref's Local: each thread has connections of its own.
thread_local std::map<std::pair<const BaseConnectionHandler*, std::string>, ConnectionPtr> _connections;

}  // namespace

BaseConnectionHandler::~BaseConnectionHandler() = default;

const python::Dict& BaseConnectionHandler::settings() {
  const std::lock_guard lock(mutex_);
  if (!_settings) {
    const python::Value& value = conf::settings.__getattr__(settings_name);
    const auto* configured = value.get_if<python::Dict>();
    _settings = configure_settings(configured ? *configured : python::Dict{});
  }
  return *_settings;
}

// django/utils/connection.py, BaseConnectionHandler.__getitem__()
ConnectionPtr BaseConnectionHandler::operator[](const std::string& alias) {
  if (const auto found = _connections.find({this, alias}); found != _connections.end()) return found->second;
  bool known = false;
  for (const auto& [name, value] : settings()) known = known || name == alias;
  if (!known) throw ConnectionDoesNotExist(fmt::format("The connection '{}' doesn't exist.", alias));
  return _connections[{this, alias}] = create_connection(alias);
}

std::vector<std::string> BaseConnectionHandler::__iter__() {
  std::vector<std::string> aliases;
  for (const auto& [alias, value] : settings()) aliases.push_back(alias);
  return aliases;
}

std::vector<ConnectionPtr> BaseConnectionHandler::all(bool initialized_only) {
  std::vector<ConnectionPtr> connections;
  for (const std::string& alias : __iter__())
    if (!initialized_only || _connections.contains({this, alias})) connections.push_back((*this)[alias]);
  return connections;
}

void BaseConnectionHandler::close_all() {
  TRACE_FRAME("connection.BaseConnectionHandler.close_all");
  for (const ConnectionPtr& conn : all(/*initialized_only=*/true)) conn->close();
}

void BaseConnectionHandler::_reset() {
  const std::lock_guard lock(mutex_);
  _settings.reset();
  std::erase_if(_connections, [this](const auto& entry) { return entry.first.first == this; });
}

}  // namespace django::utils::connection
