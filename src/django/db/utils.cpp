// db.utils: what a project without a database gets (one alias, whose backend refuses everything), and what one with a database
// is told.
#include "django/db/utils.h"

#include <fmt/format.h>

#include "django/core/exceptions.h"
#include "django/db/backends/dummy/base.h"

namespace django::db::utils {

using core::exceptions::ImproperlyConfigured;  // from django.core.exceptions import ImproperlyConfigured

namespace {
constexpr std::string_view dummy_backend = "django.db.backends.dummy";
}  // namespace

// django/db/utils.py, ConnectionHandler.configure_settings()
python::Dict ConnectionHandler::configure_settings(python::Dict databases) {
  if (databases.empty()) databases.emplace_back(DEFAULT_DB_ALIAS, python::Dict{{"ENGINE", dummy_backend}});
  for (auto& [alias, database] : databases) {
    if (alias != DEFAULT_DB_ALIAS) continue;
    // Left out: the defaults of the other keys (TIME_ZONE, TEST, ...); no backend reads them.
    const auto* given = database.get_if<python::Dict>();
    if (given && given->empty()) database = python::Dict{{"ENGINE", dummy_backend}};
    return databases;
  }
  throw ImproperlyConfigured(fmt::format("You must define a '{}' database.", DEFAULT_DB_ALIAS));
}

// django/db/utils.py, ConnectionHandler.create_connection() and load_backend()
django::utils::connection::ConnectionPtr ConnectionHandler::create_connection(const std::string& alias) {
  std::string backend_name(dummy_backend);
  for (const auto& [name, database] : settings()) {
    const python::Value* engine = name == alias && database.get_if<python::Dict>() ? database.find("ENGINE") : nullptr;
    if (engine && engine->truthy()) backend_name = python::str(*engine);
  }
  if (backend_name == dummy_backend || backend_name == "django.db.backends.")
    return std::make_shared<backends::dummy::base::DatabaseWrapper>(alias);
  // Departs: there is no database here but the dummy one, so any other ENGINE is refused when it is first used.
  throw ImproperlyConfigured(fmt::format(
      "{} cannot be used for the database '{}': this program mirrors Django without its ORM and has no database backends.",
      python::repr(backend_name), alias));
}

}  // namespace django::db::utils
