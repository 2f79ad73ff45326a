#include "django/core/management/color.h"

#include <catch2/catch.hpp>

#include "python/exceptions.h"
#include "python/os.h"
#include "python/sys.h"

namespace management = django::core::management;
namespace os = python::os;
namespace sys = python::sys;

namespace {

struct Terminal : python::io::StringIO {
  bool isatty() const override { return true; }
};

struct Redirected {
  explicit Redirected(python::io::TextIO* stream) { sys::stdout_ = stream; }
  ~Redirected() {
    sys::stdout_ = real;
    os::environ.pop("DJANGO_COLORS");
  }
  python::io::TextIO* real = sys::stdout_;
};

}  // namespace

TEST_CASE("color.make_style: the codes of the dark palette, as the access log shows them", "[django]") {
  const management::Style style = management::make_style();
  CHECK(style.ERROR("x") == "\x1b[31;1mx\x1b[0m");
  CHECK(style.SUCCESS("x") == "\x1b[32;1mx\x1b[0m");
  CHECK(style.WARNING("x") == "\x1b[33;1mx\x1b[0m");
  CHECK(style.NOTICE("x") == "\x1b[31mx\x1b[0m");
  CHECK(style["HTTP_SUCCESS"]("x") == "\x1b[mx\x1b[0m");
  CHECK(style["HTTP_NOT_FOUND"]("x") == "\x1b[33mx\x1b[0m");
  CHECK(style["HTTP_SERVER_ERROR"]("x") == "\x1b[35;1mx\x1b[0m");
  CHECK(style["HTTP_REDIRECT"]("x") == "\x1b[32mx\x1b[0m");
  CHECK(style["HTTP_NOT_MODIFIED"]("x") == "\x1b[36mx\x1b[0m");
  CHECK(style["HTTP_BAD_REQUEST"]("x") == "\x1b[31;1mx\x1b[0m");
  CHECK(style["HTTP_INFO"]("x") == "\x1b[1mx\x1b[0m");
  CHECK(style.ERROR_OUTPUT("x") == style.ERROR("x"));
}

TEST_CASE("color.make_style: a role without a colour of its own is still wrapped, none at all is not", "[django]") {
  CHECK(management::make_style("success=blue").ERROR("x") == "\x1b[mx\x1b[0m");
  CHECK(management::make_style("nocolor").ERROR("x") == "x");
  CHECK(management::make_style("nonsense").ERROR("x") == "x");
  CHECK(management::no_style().SUCCESS("x") == "x");
}

TEST_CASE("color.Style: an unknown role is an AttributeError", "[django]") {
  CHECK_THROWS_AS(management::no_style()["LOUD"], python::AttributeError);
}

TEST_CASE("color.color_style: only a terminal has colours, unless they are forced", "[django]") {
  python::io::StringIO file;
  const Redirected redirected(&file);
  CHECK(management::color_style().ERROR("x") == "x");
  CHECK(management::color_style(/*force_color=*/true).ERROR("x") == "\x1b[31;1mx\x1b[0m");
}

TEST_CASE("color.color_style: DJANGO_COLORS chooses", "[django]") {
  Terminal terminal;
  const Redirected redirected(&terminal);
  CHECK(management::supports_color(terminal));
  CHECK(management::color_style()["HTTP_NOT_FOUND"]("x") == "\x1b[33mx\x1b[0m");
  os::environ["DJANGO_COLORS"] = "light";
  CHECK(management::color_style()["HTTP_NOT_FOUND"]("x") == "\x1b[31mx\x1b[0m");
  os::environ["DJANGO_COLORS"] = "nocolor";
  CHECK(management::color_style()["HTTP_NOT_FOUND"]("x") == "x");
}
