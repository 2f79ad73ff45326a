#include "django/db/utils.h"

#include <catch2/catch.hpp>
#include <thread>

#include "django/conf/__init__.h"
#include "django/core/exceptions.h"
#include "django/db/__init__.h"
#include "django/db/backends/dummy/base.h"
#include "django/db/migrations/executor.h"
#include "python/os.h"

using django::conf::settings;
using django::core::exceptions::ImproperlyConfigured;
using django::db::connections;
using django::db::backends::dummy::base::DatabaseWrapper;
using python::Dict;

namespace {

struct Configured {
  explicit Configured(Dict databases) {
    settings._reset();
    settings.configure({{"DATABASES", std::move(databases)}});
    connections._reset();
  }
  ~Configured() {
    settings._reset();
    connections._reset();
  }
};

struct Counting : django::utils::connection::BaseConnectionHandler {
  Counting() : BaseConnectionHandler("DATABASES") {}
  struct One : django::utils::connection::Connection {
    explicit One(int& closed) : closed(closed) {}
    void close() override { ++closed; }
    int& closed;
  };
  django::utils::connection::ConnectionPtr create_connection(const std::string&) override {
    ++made;
    return std::make_shared<One>(closed);
  }
  int made = 0, closed = 0;
};

}  // namespace

TEST_CASE("db.utils.ConnectionHandler.settings: no database means the dummy one under the name default", "[django]") {
  const Configured none({});
  CHECK(connections.__iter__() == std::vector<std::string>{"default"});
  CHECK(std::dynamic_pointer_cast<DatabaseWrapper>(connections["default"])->alias == "default");
  CHECK(connections["default"] == connections["default"]);
}

TEST_CASE("db.utils.ConnectionHandler.settings: an empty default is the dummy one, a missing one is an error", "[django]") {
  {
    const Configured empty(Dict{{"default", Dict{}}, {"other", Dict{}}});
    CHECK(connections.__iter__() == std::vector<std::string>{"default", "other"});
    CHECK(std::dynamic_pointer_cast<DatabaseWrapper>(connections["other"]));
    CHECK_THROWS_WITH(connections["third"], "The connection 'third' doesn't exist.");
  }
  const Configured missing(Dict{{"other", Dict{}}});
  CHECK_THROWS_WITH(connections.__iter__(), "You must define a 'default' database.");
}

TEST_CASE("db.utils.ConnectionHandler.create_connection: a real backend is refused in one line", "[django]") {
  const Configured sqlite(Dict{{"default", Dict{{"ENGINE", "django.db.backends.sqlite3"}}}});
  CHECK(connections.__iter__() == std::vector<std::string>{"default"});
  CHECK_THROWS_AS(connections["default"], ImproperlyConfigured);
  CHECK_NOTHROW(connections.close_all());
}

TEST_CASE("db.utils.ConnectionHandler.settings: without settings Django's words say so", "[django]") {
  settings._reset();
  connections._reset();
  python::os::environ.pop("DJANGO_SETTINGS_MODULE");
  CHECK_THROWS_WITH(connections.__iter__(),
                    "Requested setting DATABASES, but settings are not configured. You must either define the environment "
                    "variable DJANGO_SETTINGS_MODULE or call settings.configure() before accessing settings.");
}

TEST_CASE("connection.BaseConnectionHandler.close_all: closes what this thread has opened, and opens nothing", "[django]") {
  const Configured two(Dict{{"a", Dict{}}, {"b", Dict{}}});
  Counting handler;
  handler.close_all();
  CHECK(handler.made == 0);
  const auto a = handler["a"];
  std::thread([&] { handler.close_all(); }).join();
  CHECK(handler.closed == 0);
  CHECK(handler.all(/*initialized_only=*/true) == std::vector{a});
  handler.close_all();
  CHECK(handler.closed == 1);
  CHECK(handler.all().size() == 2);
  CHECK(handler.made == 2);
  handler._reset();
}

TEST_CASE("migrations.executor.MigrationExecutor.__init__: the dummy backend complains", "[django]") {
  DatabaseWrapper connection("default");
  CHECK_THROWS_WITH(django::db::migrations::executor::MigrationExecutor(connection),
                    "settings.DATABASES is improperly configured. Please supply the ENGINE value. Check settings "
                    "documentation for more details.");
}
