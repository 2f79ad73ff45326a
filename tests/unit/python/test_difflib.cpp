#include "python/difflib.h"

#include <catch2/catch.hpp>

#include "python/exceptions.h"

using python::difflib::get_close_matches, python::difflib::ratio;
using Texts = std::vector<std::string>;

TEST_CASE("difflib.get_close_matches: the best first", "[python]") {
  CHECK(get_close_matches("appel", {"ape", "apple", "peach", "puppy"}) == Texts{"apple", "ape"});
  CHECK(get_close_matches("runservr", {"check", "runserver", "testserver"}) == Texts{"runserver"});
  CHECK(get_close_matches("appel", {"ape", "apple"}, 1) == Texts{"apple"});
  CHECK(get_close_matches("help", {"check", "dbshell", "shell", "test"}) == Texts{"shell"});
  CHECK(get_close_matches("frobnicate", {"check", "runserver"}).empty());
  CHECK(get_close_matches("", {"check"}).empty());
}

TEST_CASE("difflib.get_close_matches: of equals the greater text comes first", "[python]") {
  CHECK(get_close_matches("ab", {"abx", "aby", "abz", "abw"}, 2) == Texts{"abz", "aby"});
}

TEST_CASE("difflib.get_close_matches: counts characters, not bytes", "[python]") {
  CHECK(ratio("é", "è") == 0.0);
  CHECK(ratio("éa", "éb") == Approx(0.5));
}

TEST_CASE("difflib.get_close_matches: refuses a wrong count or cutoff", "[python]") {
  CHECK_THROWS_AS(get_close_matches("a", {"a"}, 0), python::ValueError);
  CHECK_THROWS_AS(get_close_matches("a", {"a"}, 1, 1.5), python::ValueError);
}

TEST_CASE("difflib.SequenceMatcher.ratio: the first of the longest blocks decides, so the order matters", "[python]") {
  CHECK(ratio("", "") == 1.0);
  CHECK(ratio("abcd", "bcde") == Approx(0.75));
  CHECK(ratio("tide", "diet") == Approx(0.25));
  CHECK(ratio("diet", "tide") == Approx(0.5));
}

TEST_CASE("difflib.SequenceMatcher.ratio: what is everywhere in a long text starts no block", "[python]") {
  const std::string text = std::string(250, 'a');
  CHECK(ratio("xa", text) == 0.0);
  CHECK(ratio("aab", text + "b") == Approx(6.0 / 254));  // the block of b grows over its neighbours
}
