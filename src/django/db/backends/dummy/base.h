// The backend of a project without a database: everything but closing it is refused.
#pragma once

#include <string>

#include "django/utils/connection.h"

namespace django::db::backends::dummy::base {

/// Raises: ImproperlyConfigured, always.
/// Source: django/db/backends/dummy/base.py, complain
[[noreturn]] void complain();

/// Source: django/db/backends/dummy/base.py, class DatabaseWrapper
class DatabaseWrapper : public django::utils::connection::Connection {
 public:
  explicit DatabaseWrapper(std::string alias) : alias(std::move(alias)) {}
  /// Raises: ImproperlyConfigured, always.
  [[noreturn]] void cursor() { complain(); }
  void close() override {}
  std::string alias;
};

}  // namespace django::db::backends::dummy::base
