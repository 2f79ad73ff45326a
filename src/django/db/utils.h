// db.utils: the handler of the databases that settings.DATABASES names.
#pragma once

#include <string>
#include <string_view>

#include "django/utils/connection.h"

namespace django::db::utils {

inline constexpr std::string_view DEFAULT_DB_ALIAS = "default";

/// Source: django/db/utils.py, class ConnectionHandler
class ConnectionHandler : public django::utils::connection::BaseConnectionHandler {
 public:
  ConnectionHandler() : BaseConnectionHandler("DATABASES") {}

 protected:
  /// No database at all means one of the dummy backend. Raises: ImproperlyConfigured when there is no "default".
  python::Dict configure_settings(python::Dict databases) override;
  /// Raises: ImproperlyConfigured for every backend but the dummy one.
  django::utils::connection::ConnectionPtr create_connection(const std::string& alias) override;
};

}  // namespace django::db::utils
