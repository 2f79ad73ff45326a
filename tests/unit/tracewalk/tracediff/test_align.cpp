#include <catch2/catch.hpp>

#include <memory>
#include <random>

#include "runs.h"
#include "tracewalk/tracediff/align.h"
#include "tracewalk/tracediff/tree.h"

using namespace tracewalk::tracediff;

namespace {

struct Aligned {
  runs::Recording left, right;
  std::vector<ProcessTree> left_trees, right_trees;
  Alignment alignment;
  const Tree& a() const { return left_trees[0].threads[0].tree; }
  const Tree& b() const { return right_trees[0].threads[0].tree; }
};

std::unique_ptr<Aligned> aligned(const std::string& left, const std::string& right) {
  const Wanted everything{.kinds = {"frame", "point", "decision", "syscall"}, .patterns = "", .zoom = 3};
  auto out = std::make_unique<Aligned>();
  out->left = runs::recording(left);
  out->right = runs::recording(right);
  out->left_trees = trees_of(out->left, everything);
  out->right_trees = trees_of(out->right, everything);
  out->alignment = align(out->a(), out->b());
  return out;
}

// "<id" only left, ">id" only right, "~id" moved.
std::string script(const Aligned& of) {
  std::string out;
  const auto put = [&](char mark, const Node& node) { out += (out.empty() ? "" : " ") + std::string(1, mark) + std::string(node.id); };
  for (int i = 1; i <= of.a().count(); ++i) {
    const Match match = of.alignment.left.match[static_cast<std::size_t>(i)];
    if (match == Match::none) put('<', of.a()[i]);
    if (match == Match::moved) put('~', of.a()[i]);
  }
  for (int i = 1; i <= of.b().count(); ++i)
    if (of.alignment.right.match[static_cast<std::size_t>(i)] == Match::none) put('>', of.b()[i]);
  return out;
}

// What every alignment must keep, whatever the trees are.
void check_laws(const Aligned& of) {
  const Alignment& all = of.alignment;
  int before = 0;
  for (int i = 1; i <= of.a().count(); ++i) {
    const auto l = static_cast<std::size_t>(i);
    const int other = all.left.other[l];
    REQUIRE((all.left.match[l] == Match::none) == (other < 0));
    if (other < 0) continue;
    const auto r = static_cast<std::size_t>(other);
    REQUIRE(all.right.other[r] == i);
    REQUIRE(all.right.match[r] == all.left.match[l]);
    REQUIRE(of.a()[i].id == of.b()[other].id);
    if (all.left.match[l] != Match::placed) continue;
    REQUIRE(other > before);  // placed pairs stand in the same order
    before = other;
  }
}

std::string random_outline(std::mt19937& random, int nodes) {
  std::string out;
  int depth = 0;
  for (int i = 0; i < nodes; ++i) {
    out += std::string(static_cast<std::size_t>(depth), ' ') + "s" + std::to_string(random() % 6) + "; v=" + std::to_string(random() % 3) + "\n";
    depth = static_cast<int>(random() % static_cast<unsigned>(depth + 2));
  }
  return out;
}

}  // namespace

TEST_CASE("tracediff.align: a tree and itself have no difference", "[tracewalk]") {
  std::mt19937 random(7);
  for (int round = 0; round < 100; ++round) {
    const std::string outline = random_outline(random, static_cast<int>(random() % 60) + 1);
    const auto same = aligned(outline, outline);
    CHECK(script(*same).empty());
    check_laws(*same);
  }
}

TEST_CASE("tracediff.align: any two trees are aligned by the laws, and the other way round as far as they must", "[tracewalk]") {
  std::mt19937 random(8);
  for (int round = 0; round < 300; ++round) {
    const std::string a = random_outline(random, static_cast<int>(random() % 40) + 1), b = random_outline(random, static_cast<int>(random() % 40) + 1);
    const auto there = aligned(a, b), back = aligned(b, a);
    check_laws(*there);
    check_laws(*back);
    CHECK(script(*there).empty() == script(*back).empty());
  }
}

TEST_CASE("tracediff.align: a known edit is found, and its mirror image the other way round", "[tracewalk]") {
  const std::string base = "a\n  b\n    c\n  d; v=1\n    e\n    f\n  g\n";
  const auto is = [&](const std::string& edited, const std::string& there, const std::string& back) {
    CHECK(script(*aligned(base, edited)) == there);
    CHECK(script(*aligned(edited, base)) == back);
  };
  is("a\n  b\n    c\n    x\n  d; v=1\n    e\n    f\n  g\n", ">x", "<x");
  is("a\n  b\n  d; v=1\n    e\n    f\n  g\n", "<c", ">c");
  is("a\n  d; v=1\n    e\n    f\n  b\n    c\n  g\n", "~b", "~b");
  is("a\n  b\n    c\n  d; v=2\n    e\n    f\n  g\n", "", "");
  is("a\n  b\n  d; v=1\n    e\n    c\n    f\n  g\n", "~c", "~c");
}

TEST_CASE("tracediff.align: a stage around others that one side lacks does not hide that these are the same", "[tracewalk]") {
  CHECK(script(*aligned("a\n  b\n    c\n  d\n", "a\n  w\n    b\n      c\n    d\n")) == ">w");
  CHECK(script(*aligned("a\n  b\n    c\n  d\n", "a\n  w\n    x\n      b\n        c\n  d\n")) == ">w >x");
  CHECK(script(*aligned("a\n  u\n    b\n      c\n  d\n", "a\n  w\n    b\n      c\n  d\n")) == "<u >w");
}

TEST_CASE("tracediff.align: calls about different things are different calls", "[tracewalk]") {
  CHECK(script(*aligned("a\n  importlib.import_module; name='x'\n  importlib.import_module; name='y'\n",
                        "a\n  importlib.import_module; name='x'\n  importlib.import_module; name='z'\n")) == "<importlib.import_module >importlib.import_module");
  // What is there once is the same stage, whatever it was given.
  CHECK(script(*aligned("a\n  basehttp.run; port=1\n", "a\n  basehttp.run; port=2\n")).empty());
}

TEST_CASE("tracediff.align: of several siblings those are paired that have most in common", "[tracewalk]") {
  const auto of = aligned("a\n  h\n    x\n  h\n    y\n    z\n", "a\n  h\n    y\n    z\n");
  CHECK(script(*of) == "<h <x");
}

TEST_CASE("tracediff.align: a hundred thousand calls that differ everywhere take seconds, not hours", "[tracewalk]") {
  std::string a = "a\n", b = "a\n";
  std::mt19937 random(9);
  for (int i = 0; i < 50000; ++i) {
    a += " s" + std::to_string(random() % 50) + "; v=" + std::to_string(random()) + "\n";
    b += " s" + std::to_string(random() % 50) + "; v=" + std::to_string(random()) + "\n";
  }
  check_laws(*aligned(a, b));
}

TEST_CASE("tracediff.align: deep trees that differ everywhere do not overflow the stack", "[tracewalk]") {
  std::string a, b;
  for (int i = 0; i < 3000; ++i) {
    a += std::string(static_cast<std::size_t>(i), ' ') + "s" + std::to_string(i % 7) + "; v=1\n";
    b += std::string(static_cast<std::size_t>(i), ' ') + "s" + std::to_string(i % 7) + "; v=2\n";
  }
  check_laws(*aligned(a, b));
}
