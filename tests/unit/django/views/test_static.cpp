#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "django/core/exceptions.h"
#include "django/core/handlers/wsgi.h"
#include "django/views/static.h"
#include "tests/unit/django/site.h"

using django::core::handlers::wsgi::WSGIRequest;
using django::http::Http404;
using django::views::static_::serve;
using django::views::static_::was_modified_since;

namespace {

struct Folder {
  std::string path;
  Folder() {
    char name[] = "/tmp/staticXXXXXX";
    path = ::mkdtemp(name);
    std::filesystem::create_directory(path + "/sub");
    std::ofstream(path + "/a.css") << "body {}\n";
    const timespec times[2] = {{1704164645, 0}, {1704164645, 500'000'000}};
    ::utimensat(AT_FDCWD, (path + "/a.css").c_str(), times, 0);
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

django::http::HttpResponsePtr serve_with(const std::string& path, const std::string& root, const std::optional<std::string>& since = {}) {
  auto environ = site_::make_environ("GET", "/");
  if (since) environ.variables["HTTP_IF_MODIFIED_SINCE"] = *since;
  WSGIRequest request(environ);
  return serve(request, path, root);
}

}  // namespace

TEST_CASE("views.static.serve: a file, with Django's headers", "[django]") {
  const site_::Site site;
  const Folder folder;
  const auto response = serve_with("sub/../a.css", folder.path);
  CHECK(response->status_code == 200);
  CHECK(response->items() == python::wsgiref::Headers{{"Content-Type", "text/css"}, {"Content-Length", "8"},
                                                      {"Content-Disposition", "inline; filename=\"a.css\""},
                                                      {"Last-Modified", "Tue, 02 Jan 2024 03:04:05 GMT"}});
  CHECK(response->next() == "body {}\n");
}

TEST_CASE("views.static.serve: 304 when the client's copy is no older", "[django]") {
  const site_::Site site;
  const Folder folder;
  const site_::Trace trace("views.static.*");
  CHECK(serve_with("a.css", folder.path, "Tue, 02 Jan 2024 03:04:05 GMT")->status_code == 304);
  CHECK(serve_with("a.css", folder.path, "Tue, 02 Jan 2024 03:04:04 GMT")->status_code == 200);
  CHECK(serve_with("a.css", folder.path, "yesterday")->status_code == 200);
  CHECK(trace.memory->ids == std::vector<std::string>{"views.static.serve", "views.static.was_modified_since", "views.static.serve:modified=False",
                                                      "views.static.serve", "views.static.was_modified_since", "views.static.serve:modified=True",
                                                      "views.static.serve", "views.static.was_modified_since", "views.static.serve:modified=True"});
}

TEST_CASE("views.static.was_modified_since: what cannot be read counts as changed", "[django]") {
  CHECK(was_modified_since(std::nullopt, 0));
  CHECK_FALSE(was_modified_since("Tue, 02 Jan 2024 03:04:05 GMT", 1704164645.9));
  CHECK(was_modified_since("Tue, 02 Jan 2024 03:04:05 GMT", 1704164646));
  CHECK(was_modified_since("Tue, 02 Jan 2024 03:04:05 GMT; length=8", 0));
}

TEST_CASE("views.static.serve: what is no plain file, or not there, is a 404 and nobody waits", "[django]") {
  const site_::Site site;
  const Folder folder;
  REQUIRE(::mkfifo((folder.path + "/fifo").c_str(), 0600) == 0);
  CHECK_THROWS_WITH(serve_with("sub", folder.path), "Directory indexes are not allowed here.");
  CHECK_THROWS_WITH(serve_with("nosuch", folder.path), "“" + folder.path + "/nosuch” does not exist");
  CHECK_THROWS_AS(serve_with("fifo", folder.path), Http404);
  CHECK_THROWS_AS(serve_with("a.css/below", folder.path), Http404);
  CHECK_THROWS_AS(serve_with(std::string(300, 'x'), folder.path), Http404);
  CHECK_THROWS_AS(serve_with(std::string("a.css\0.txt", 10), folder.path), Http404);
  CHECK_THROWS_AS(serve_with("dev/zero", "/"), Http404);
  CHECK_THROWS_AS(serve_with("../other", folder.path), django::core::exceptions::SuspiciousFileOperation);
  if (::geteuid() != 0) {
    std::filesystem::permissions(folder.path + "/a.css", std::filesystem::perms::none);
    CHECK_THROWS_AS(serve_with("a.css", folder.path), Http404);
  }
}
