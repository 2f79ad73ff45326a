#include <catch2/catch.hpp>

#include "tracewalk/tracediff/values.h"

using tracewalk::tracediff::normalised;
using tracewalk::tracediff::same_value;

TEST_CASE("tracediff.same_value: what every run has its own of is no difference", "[tracewalk]") {
  CHECK(same_value("msg", "'November 22, 2026 - 11:34:10\\nDjango'", "'March 01, 2027 - 01:00:00\\nDjango'"));
  CHECK(same_value("result", "'[22/Nov/2026 11:42:54] \"GET / HTTP/1.1\"'", "'[01/Jan/2027 00:00:00] \"GET / HTTP/1.1\"'"));
  CHECK(same_value("client_address", "('127.0.0.1', 36174)", "('127.0.0.1', 53116)"));
  CHECK(same_value("msg", "'at http://127.0.0.1:8000/'", "'at http://127.0.0.1:41234/'"));
  CHECK(same_value("argv", "['manage.py', 'runserver', '8200']", "['/opt/tool/bin/manage', 'runserver', '9000']"));
  CHECK(same_value("argv", "['manage.py', 'runserver', '8200']", "['manage', 'runserver', '9000']"));
  CHECK(same_value("server_port", "8000", "51234"));
  CHECK(same_value("fd", "4", "7"));
  CHECK(same_value("mtime", "1795347161.205534", "1795347999.1"));
  CHECK(same_value("result", "<django.core.handlers.wsgi.WSGIHandler object at 0x7f12ab>", "<WSGIHandler>"));
  CHECK(same_value("result", "<PollsConfig: polls>", "<polls.apps.PollsConfig>"));
  CHECK(same_value("get_response", "<function f at 0x7f12ab>", "<function f>"));
  CHECK(same_value("management_dir", "'/usr/lib/python3/dist-packages/django/core/management'", "'<DJANGO>/django/core/management'"));
  CHECK(same_value("document_root", "'/home/a/site/polls/static'", "'/tmp/x1/polls/static'"));
  CHECK(same_value("fullpath", "'/home/a/site/polls/hello.txt'", "'/tmp/x/polls/hello.txt'"));
  CHECK(same_value("server_address", "(u'127.0.0.1', 8200L)", "('127.0.0.1', 8200)"));
}

TEST_CASE("tracediff.same_value: what a reader would call a difference is one", "[tracewalk]") {
  CHECK_FALSE(same_value("request.path", "'/'", "'/hello/'"));
  CHECK_FALSE(same_value("request.path", "'/a/b/c/'", "'/x/b/c/'"));
  CHECK_FALSE(same_value("path", "'/static/a.txt'", "'/other/static/a.txt'"));
  CHECK_FALSE(same_value("self.status", "'200 OK'", "'404 Not Found'"));
  CHECK_FALSE(same_value("len(data)", "12", "5600"));
  CHECK_FALSE(same_value("options.use_reloader", "True", "False"));
  CHECK_FALSE(same_value("result", "<WSGIHandler>", "<StaticFilesHandler>"));
  CHECK_FALSE(same_value("fail_level", "40", "30"));
}

TEST_CASE("tracediff.same_value: a value that was cut off is compared as far as it goes", "[tracewalk]") {
  CHECK(same_value("result", "{'a': 1, 'b'...", "{'a': 1, 'b': 2, 'c': 3}"));
  CHECK(same_value("result", "{'a': 1, 'b': 2, 'c...", "{'a': 1, 'b': 2..."));
  CHECK_FALSE(same_value("result", "{'a': 1, 'b'...", "{'a': 2, 'b': 2, 'c': 3}"));
  CHECK_FALSE(same_value("result", "{'a': 1, 'b': 2, 'c'...", "{'a': 1}"));
}

TEST_CASE("tracediff.normalised: any text comes back, also broken ones", "[tracewalk]") {
  for (const char* text : {"", "<", "<>", "'", "0x", "<a", "u'", "1", "12345678901", "'/", "'/a/b", "<PROJ>", "<DJANGO>/x", "manage.py'", "\xff\xfe"})
    CHECK(normalised("x", text).size() < 40);
}
