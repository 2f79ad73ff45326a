#include "django/contrib/staticfiles/management/commands/collectstatic.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "django/contrib/staticfiles/management/commands/findstatic.h"
#include "django/core/exceptions.h"
#include "python/input.h"
#include "python/os_files.h"
#include "python/signal.h"
#include "tests/unit/django/project.h"
#include "tests/unit/python/typed.h"

namespace commands = django::contrib::staticfiles::management::commands;
namespace os = python::os;
using django::core::exceptions::ImproperlyConfigured;
using django::core::management::base::CommandError;
using project::Project, project::raised;
using python::Dict, python::List;
using Files = std::vector<std::string>;

namespace {

// The static files of the lean site: an extra folder and the app polls.
class Site : public Project {
 public:
  Site() {
    write("extra_static/extra.txt", "extra");
    write("polls/static/polls/hello.txt", "hello");
    write("polls/static/polls/site.css", "css");
    write("polls/static/polls/empty.txt", "");
    for (const std::string& name : files())
      std::filesystem::last_write_time(path(name), std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
    configure({{"STATICFILES_DIRS", List{path("extra_static")}}, {"STATIC_ROOT", path("root")}});
    install({"django.contrib.staticfiles", "polls"});
  }
  std::string collect(std::vector<std::string> args) const {
    args.insert(args.begin(), "--noinput");
    return replaced(project::call<commands::collectstatic::Command>("collectstatic", args).out);
  }
  std::string find(const std::vector<std::string>& args) const {
    const project::Output output = project::call<commands::findstatic::Command>("findstatic", args);
    return replaced(output.out + (output.err.empty() ? "" : "stderr: " + output.err));
  }
  std::string replaced(std::string text) const {
    for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) text.replace(at, folder.size(), "PROJ");
    return text;
  }
};

const Files all = {"extra.txt", "polls/empty.txt", "polls/hello.txt", "polls/site.css"};

}  // namespace

TEST_CASE("collectstatic.Command.handle: copies what is new and counts what is not", "[django]") {
  const Site site;
  CHECK(site.collect({}) == "\n4 static files copied to 'PROJ/root'.\n");
  CHECK(site.files("root") == all);
  CHECK(site.read("root/polls/hello.txt") == "hello");
  CHECK(site.collect({}) == "\n0 static files copied to 'PROJ/root', 4 unmodified.\n");
  CHECK(site.collect({"-v2"}) ==
        "Skipping 'extra.txt' (not modified)\nSkipping 'polls/empty.txt' (not modified)\nSkipping 'polls/hello.txt' (not modified)\n"
        "Skipping 'polls/site.css' (not modified)\n\n0 static files copied to 'PROJ/root', 4 unmodified.\n");
  site.write("polls/static/polls/hello.txt", "newer");
  std::filesystem::last_write_time(site.path("polls/static/polls/hello.txt"), std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
  CHECK(site.collect({"-v0"}).empty());
  CHECK(site.read("root/polls/hello.txt") == "newer");
}

TEST_CASE("collectstatic.Command.handle: one file is a static file", "[django]") {
  const Site site;
  CHECK(site.collect({"-i", "polls"}) == "\n1 static file copied to 'PROJ/root'.\n");
  CHECK(site.files("root") == Files{"extra.txt"});
}

TEST_CASE("collectstatic.Command.handle: --dry-run and --clear", "[django]") {
  const Site site;
  CHECK(site.collect({"-n"}) ==
        "Pretending to copy 'PROJ/extra_static/extra.txt'\nPretending to copy 'PROJ/polls/static/polls/empty.txt'\n"
        "Pretending to copy 'PROJ/polls/static/polls/hello.txt'\nPretending to copy 'PROJ/polls/static/polls/site.css'\n"
        "\n4 static files copied to 'PROJ/root'.\n");
  CHECK_FALSE(site.exists("root"));
  site.collect({});
  site.write("root/stale/old.txt", "");
  CHECK(site.collect({"-n", "-c"}) ==
        "Pretending to delete 'extra.txt'\nPretending to delete 'polls/empty.txt'\nPretending to delete 'polls/hello.txt'\n"
        "Pretending to delete 'polls/site.css'\nPretending to delete 'stale/old.txt'\n"
        "\n0 static files copied to 'PROJ/root', 4 unmodified.\n");
  CHECK(site.exists("root/stale/old.txt"));
  CHECK(site.collect({"-c", "-v2"}) ==
        "Deleting 'extra.txt'\nDeleting 'polls/empty.txt'\nDeleting 'polls/hello.txt'\nDeleting 'polls/site.css'\nDeleting 'stale/old.txt'\n"
        "Copying 'PROJ/extra_static/extra.txt'\nCopying 'PROJ/polls/static/polls/empty.txt'\nCopying 'PROJ/polls/static/polls/hello.txt'\n"
        "Copying 'PROJ/polls/static/polls/site.css'\n\n4 static files copied to 'PROJ/root'.\n");
  CHECK(site.files("root") == all);
}

TEST_CASE("collectstatic.Command.clear_dir: a link is removed, what it points to stays", "[django]") {
  const Site site;
  site.write("precious/keep.txt", "");
  os::mkdir(site.path("root"));
  os::symlink(site.path("precious"), site.path("root/linked"));
  os::symlink("nowhere", site.path("root/broken"));
  site.collect({"-c"});
  CHECK(site.exists("precious/keep.txt"));
  CHECK(site.files("root") == all);
}

TEST_CASE("collectstatic.Command.link_file: links, and back to copies", "[django]") {
  const Site site;
  CHECK(site.collect({"-l"}) == "\n4 static files symlinked to 'PROJ/root'.\n");
  CHECK(std::filesystem::read_symlink(site.path("root/extra.txt")) == site.path("extra_static/extra.txt"));
  CHECK(site.collect({"-l"}) == "\n0 static files symlinked to 'PROJ/root', 4 unmodified.\n");
  CHECK(site.collect({"-v2"}).starts_with("Deleting 'extra.txt'\nCopying 'PROJ/extra_static/extra.txt'\n"));
  CHECK_FALSE(os::path::islink(site.path("root/extra.txt")));
  CHECK(site.read("extra_static/extra.txt") == "extra");
  CHECK(site.files("root") == all);
}

TEST_CASE("collectstatic.Command.collect: of two files for one place the first wins, and the other is named", "[django]") {
  const Site site;
  site.write("extra_static/polls/hello.txt", "mine");
  CHECK(site.collect({}) ==
        "Found another file with the destination path 'polls/hello.txt'. It will be ignored since only the first encountered file is "
        "collected. If this is not what you want, make sure every static file has a unique path.\n"
        "\n4 static files copied to 'PROJ/root'.\n");
  CHECK(site.read("root/polls/hello.txt") == "mine");
}

TEST_CASE("collectstatic.Command.collect: prefixes, and the files nobody wants", "[django]") {
  const Site site;
  site.write("extra_static/.git/config", "");
  site.write("extra_static/notes~", "");
  site.configure({{"STATICFILES_DIRS", List{List{"more", site.path("extra_static")}}}, {"STATIC_ROOT", site.path("root")}});
  site.collect({"-i", "*.css"});
  CHECK(site.files("root") == Files{"more/extra.txt", "polls/empty.txt", "polls/hello.txt"});
  site.collect({"--no-default-ignore", "-c"});
  CHECK(site.files("root") == Files{"more/.git/config", "more/extra.txt", "more/notes~", "polls/empty.txt", "polls/hello.txt", "polls/site.css"});
}

TEST_CASE("collectstatic.Command.handle: asks before it overwrites", "[django]") {
  const Site site;
  site.write("root/old.txt", "");
  const std::string question =
      "\nYou have requested to collect static files at the destination\nlocation as specified in your settings:\n\n    PROJ/root\n\n"
      "This will overwrite existing files!\nAre you sure you want to do this?\n\nType 'yes' to continue, or 'no' to cancel: ";
  const auto ask = [](std::vector<std::string> args) { return project::call<commands::collectstatic::Command>("collectstatic", args); };
  {
    const Typed typed("y\n");
    CHECK(raised<CommandError>([&] { ask({}); }) == "Collecting static files cancelled.");
    CHECK(site.replaced(typed.shown.getvalue()) == question);
  }
  {
    const Typed typed("");
    CHECK_THROWS_AS(ask({}), python::EOFError);
  }
  CHECK(site.files("root") == Files{"old.txt"});
  {
    const Typed typed("no\n");
    CHECK_THROWS_AS(ask({"-c", "-n"}), CommandError);
    CHECK(site.replaced(typed.shown.getvalue()).starts_with(
        "\nYou have activated the --dry-run option so no files will be modified.\n\nYou have requested to collect"));
    CHECK(typed.shown.getvalue().find("This will DELETE ALL FILES in this location!\n") != std::string::npos);
  }
  {
    const Typed typed("yes\n");
    CHECK(site.replaced(ask({}).out) == "\n4 static files copied to 'PROJ/root'.\n");
  }
  site.collect({"-c", "-v0"});
  std::filesystem::remove_all(site.path("root"));
  CHECK(site.replaced(ask({}).out) == "\n4 static files copied to 'PROJ/root'.\n");  // nothing there: no question
}

TEST_CASE("collectstatic.Command.collect: an error in the middle leaves the old file whole and nothing half-made", "[django]") {
  const Site site;
  site.collect({});
  for (const char* const name : {"extra_static/extra.txt", "polls/static/polls/hello.txt"}) {
    std::filesystem::remove(site.path(name));
    os::mkdir(site.path(name));  // what was a file is a folder now, and the other way round
  }
  std::filesystem::remove_all(site.path("extra_static"));
  site.write("extra_static/polls", "a file where a folder is");
  std::filesystem::last_write_time(site.path("extra_static/polls"), std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
  CHECK_THROWS_AS(site.collect({}), python::OSError);
  CHECK(site.files("root") == all);
  CHECK(site.read("root/polls/hello.txt") == "hello");
}

TEST_CASE("collectstatic.Command.handle: STATIC_ROOT must be set, and the storage must be one that is here", "[django]") {
  const Site site;
  site.configure({});
  CHECK(raised<ImproperlyConfigured>([&] { site.collect({}); }) ==
        "You're using the staticfiles app without having set the STATIC_ROOT setting to a filesystem path.");
  site.configure({{"STORAGES", Dict{{"staticfiles", Dict{{"BACKEND", "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}}}}});
  CHECK(raised<ImproperlyConfigured>([&] { site.collect({}); }) ==
        "The staticfiles storage 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage' is not available here: use "
        "'django.contrib.staticfiles.storage.StaticFilesStorage'.");
}

TEST_CASE("findstatic.Command.handle_label: where a file is, and where it was looked for", "[django]") {
  const Site site;
  site.write("extra_static/polls/hello.txt", "");
  CHECK(site.find({"polls/hello.txt", "extra.txt"}) ==
        "Found 'polls/hello.txt' here:\n  PROJ/extra_static/polls/hello.txt\n  PROJ/polls/static/polls/hello.txt\n"
        "Found 'extra.txt' here:\n  PROJ/extra_static/extra.txt\n");
  CHECK(site.find({"--first", "polls/hello.txt"}) == "Found 'polls/hello.txt' here:\n  PROJ/extra_static/polls/hello.txt\n");
  CHECK(site.find({"-v0", "extra.txt"}) == "PROJ/extra_static/extra.txt\n");
  CHECK(site.find({"-v2", "extra.txt"}) ==
        "Found 'extra.txt' here:\n  PROJ/extra_static/extra.txt\nLooking in the following locations:\n  PROJ/extra_static\n  PROJ/polls/static\n");
  CHECK(site.find({"nosuch.txt"}) == "stderr: No matching file found for 'nosuch.txt'.\n");
  CHECK(site.find({"-v2", "nosuch"}) ==
        "stderr: No matching file found for 'nosuch'.\n\nLooking in the following locations:\n  PROJ/extra_static\n  PROJ/polls/static\n");
  CHECK(site.find({"-v0", "nosuch"}).empty());
}
