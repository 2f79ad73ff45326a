#include <catch2/catch.hpp>

#include "django/core/exceptions.h"
#include "django/utils/_os.h"

using django::core::exceptions::SuspiciousFileOperation;
using django::utils::_os::safe_join;

TEST_CASE("_os.safe_join: joins below the base", "[django]") {
  CHECK(safe_join("/srv/static", "polls/hello.txt") == "/srv/static/polls/hello.txt");
  CHECK(safe_join("/srv/static/", "a/../b") == "/srv/static/b");
  CHECK(safe_join("/srv/static", "") == "/srv/static");
  CHECK(safe_join("/", "etc/passwd") == "/etc/passwd");
  CHECK(safe_join("/srv/static", "/srv/static/x") == "/srv/static/x");
}

TEST_CASE("_os.safe_join: refuses every way out, with Django's words", "[django]") {
  CHECK_THROWS_WITH(safe_join("/srv/static", "../secret"),
                    "The joined path (/srv/secret) is located outside of the base path component (/srv/static)");
  CHECK_THROWS_AS(safe_join("/srv/static", "/etc/passwd"), SuspiciousFileOperation);
  CHECK_THROWS_AS(safe_join("/srv/static", "../static_evil/x"), SuspiciousFileOperation);
  CHECK_THROWS_AS(safe_join("/srv/static", "a/../../x"), SuspiciousFileOperation);
}
