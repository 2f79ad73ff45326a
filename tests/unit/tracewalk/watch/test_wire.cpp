#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

#include "tracewalk/watch/wire.h"

using namespace tracewalk::watch;

TEST_CASE("decode: each letter of the protocol, taken apart", "[tracewalk]") {
  const auto hello = decode("H\t1\t71\tchild\t3.11.2\t[\"manage.py\"]");
  REQUIRE(hello);
  CHECK(hello->letter == Letter::hello);
  CHECK(hello->number == 71);
  CHECK(hello->values[0] == "child");
  CHECK(hello->text == "3.11.2");
  CHECK(hello->values[1] == "[\"manage.py\"]");

  const auto enter = decode("B\t3\t123456789\t71\t'a b'\tNone");
  REQUIRE(enter);
  CHECK(enter->index == 3);
  CHECK(enter->time_ns == 123456789);
  CHECK(enter->tid == 71);
  CHECK(enter->value_count == 2);
  CHECK(enter->values[0] == "'a b'");
  CHECK(enter->values[1] == "None");

  const auto decision = decode("D\t3\t1\t71\tTrue\t8000");
  REQUIRE(decision);
  CHECK(decision->text == "True");
  CHECK(decision->values[0] == "8000");

  const auto place = decode("N\t3\t/usr/lib/a.py\t12\targv\tself.port");
  REQUIRE(place);
  CHECK(place->text == "/usr/lib/a.py");
  CHECK(place->number == 12);
  CHECK(place->values[1] == "self.port");

  CHECK(decode("E\t3\t1\t71")->text.empty());
  CHECK(decode("E\t3\t1\t71\t'x'")->text == "'x'");
  CHECK(decode("X\t3\t1\t71\tOSError(98, 'x')")->text == "OSError(98, 'x')");
  CHECK(decode("P\t3\t1\t71")->value_count == 0);
  CHECK(decode("V\t3.2.19")->text == "3.2.19");
  CHECK(decode("M\tsetprofile")->text == "setprofile");
  CHECK(decode("T\t71\tThread-1 (process_request_thread)")->text == "Thread-1 (process_request_thread)");
  CHECK(decode("Q\t71\t4")->number == 4);
  CHECK(decode("L\t12")->number == 12);
  CHECK(decode("S\t1")->number == 1);
  CHECK(decode("W\tprofiler")->text == "profiler");
}

TEST_CASE("decode: a hello of another protocol has no process", "[tracewalk]") {
  const auto hello = decode("H\t2\t71\tsomething\telse");
  REQUIRE(hello);
  CHECK(hello->number == 0);
}

TEST_CASE("decode: what is no line of the protocol is nothing", "[tracewalk]") {
  for (const std::string line : {"", "\t", "B", "B\t", "BB\t1\t1\t1", "Z\t1", "b\t1\t1\t1", "B\t1\t1", "B\tx\t1\t1", "B\t-1\t1\t1", "B\t1\t1\t0",
                                 "B\t1\t-5\t1", "B\t65535\t1\t1", "B\t99999999999999999999\t1\t1", "B\t1\t9223372036854775807\t1",
                                 "B\t1\t1\t4294967297", "B\t1 \t1\t1", "B\t0x1\t1\t1", "S", "S\t", "S\tx", "S\t-1", "H", "H\tone\t71", "H\t1", "H\t1\t0",
                                 "H\t1\t-3\t\t\t", "V", "T", "T\tx\ty", "Q\t1", "N\t1", "N\t1\t/a.py", "N\t1\t/a.py\tx", "GET / HTTP/1.1", "\x01\x02\xff"}) {
    CAPTURE(line);
    CHECK_FALSE(decode(line));
  }
}

TEST_CASE("decode: more values than a tracepoint has are left out", "[tracewalk]") {
  const auto enter = decode("B\t3\t1\t71\ta\tb\tc\td\te\tf");
  REQUIRE(enter);
  CHECK(enter->value_count == 4);
  CHECK(enter->values[3] == "d");
}

TEST_CASE("decode: whatever bytes come, it stays whole", "[tracewalk]") {
  std::mt19937 random(1);
  const std::string letters = "HMVTNQBEXPDLSW\t\t\t\t0123456789-\xff\x80";
  for (int i = 0; i < 200'000; ++i) {
    std::string line;
    for (std::size_t size = random() % 40; line.size() < size;) line += letters[random() % letters.size()];
    if (const auto message = decode(line)) {
      CHECK(message->index < std::size(tracepoints::ids));
      CHECK(message->value_count <= message->values.size());
    }
  }
}

TEST_CASE("strings_of: an array of strings, and nothing else", "[tracewalk]") {
  CHECK(strings_of("[\"manage.py\", \"a\\u00e9\\n\"]") == std::vector<std::string>{"manage.py", "a\xc3\xa9\n"});
  for (const char* other : {"", "{}", "[1]", "[\"a\"", "[[\"a\"]]", "null", "\"a\"", "[\"\xff\"]"}) CHECK(strings_of(other).empty());
  CHECK(strings_of(std::string(100'000, '[')).empty());
}

TEST_CASE("Lines: pieces become lines, however they are cut", "[tracewalk]") {
  const std::string text = "one\n\ntwo\tthree\nfour";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    Lines lines;
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < text.size(); at += piece)
      lines.feed(std::string_view(text).substr(at, piece), [&](std::string_view line) { seen.emplace_back(line); });
    CHECK(seen == std::vector<std::string>{"one", "", "two\tthree"});
  }
}

TEST_CASE("Lines: a line without an end takes no more memory than the longest line", "[tracewalk]") {
  Lines lines;
  std::vector<std::string> seen;
  const auto take = [&](std::string_view line) { seen.emplace_back(line); };
  const std::string endless(1000, 'x');
  for (int i = 0; i < 1000; ++i) lines.feed(endless, take);
  CHECK(lines.too_long() == 1);
  CHECK(seen.empty());
  lines.feed("still the same line\nthe next\n", take);
  CHECK(seen == std::vector<std::string>{"the next"});
  CHECK(lines.too_long() == 0);
  lines.feed(std::string(Lines::longest, 'y') + "\n", take);
  CHECK(lines.too_long() == 0);
  CHECK(seen.size() == 2);
  lines.feed(std::string(Lines::longest + 1, 'y') + "\nok\n", take);
  CHECK(lines.too_long() == 1);
  CHECK(seen.back() == "ok");
}
