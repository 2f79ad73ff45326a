#include "django/contrib/staticfiles/finders.h"

#include <catch2/catch.hpp>

#include "django/contrib/staticfiles/checks.h"
#include "django/contrib/staticfiles/utils.h"
#include "django/core/exceptions.h"
#include "python/os_files.h"
#include "tests/unit/django/project.h"

namespace finders = django::contrib::staticfiles::finders;
using django::core::exceptions::ImproperlyConfigured, django::core::exceptions::SuspiciousFileOperation;
using project::Project, project::raised;
using python::Dict, python::List;

namespace {

// Two apps and an extra folder, which all have polls/hello.txt.
void make_site(const Project& project) {
  project.write("polls/static/polls/hello.txt", "from polls");
  project.write("other/static/polls/hello.txt", "from other");
  project.write("other/static/only.txt", "");
  project.write("extra/polls/hello.txt", "from extra");
  project.write("downloads/a.txt", "");
}

std::vector<std::string> listed(const std::vector<finders::Found>& found) {
  std::vector<std::string> paths;
  for (const auto& [path, storage] : found) paths.push_back(path);
  return paths;
}

std::vector<std::string> texts() {
  std::vector<std::string> found;
  for (const auto& message : django::contrib::staticfiles::checks::check_finders(nullptr, nullptr)) found.push_back(message.str());
  return found;
}

}  // namespace

TEST_CASE("staticfiles.finders.find: STATICFILES_DIRS before the apps, and of two apps the first", "[django]") {
  const Project project;
  make_site(project);
  project.configure({{"STATICFILES_DIRS", List{project.path("extra")}}});
  project.install({"polls", "other"});
  CHECK(finders::find("polls/hello.txt") == project.path("extra/polls/hello.txt"));
  CHECK(finders::searched_locations() == std::vector<std::string>{project.path("extra")});
  CHECK(finders::find_all("polls/hello.txt") == std::vector<std::string>{project.path("extra/polls/hello.txt"),
                                                                        project.path("polls/static/polls/hello.txt"),
                                                                        project.path("other/static/polls/hello.txt")});
  CHECK(finders::find("only.txt") == project.path("other/static/only.txt"));
  CHECK(finders::find("nosuch") == std::nullopt);
  CHECK(finders::searched_locations() ==
        std::vector<std::string>{project.path("extra"), project.path("polls/static"), project.path("other/static")});
  project.configure({});
  CHECK(finders::find("polls/hello.txt") == project.path("polls/static/polls/hello.txt"));
}

TEST_CASE("staticfiles.finders.find: no path leads out of a location", "[django]") {
  const Project project;
  make_site(project);
  project.configure({{"STATICFILES_DIRS", List{project.path("extra")}}});
  project.install({"polls"});
  CHECK_THROWS_AS(finders::find("../downloads/a.txt"), SuspiciousFileOperation);
}

TEST_CASE("FileSystemFinder: a prefix belongs to the path that is asked for, and to the destination", "[django]") {
  const Project project;
  make_site(project);
  project.configure({{"STATICFILES_DIRS", List{List{"files", project.path("downloads")}}}});
  const finders::FileSystemFinder finder;
  CHECK(finder.find("files/a.txt") == std::vector<std::string>{project.path("downloads/a.txt")});
  CHECK(finder.find("a.txt").empty());
  CHECK(finder.find("filesa.txt").empty());
  const auto found = finder.list({});
  REQUIRE(listed(found) == std::vector<std::string>{"a.txt"});
  CHECK(found[0].second->prefix == "files");
}

TEST_CASE("FileSystemFinder.list: passes over a folder that is not there", "[django]") {
  const Project project;
  make_site(project);
  project.configure({{"STATICFILES_DIRS", List{"/no/such", project.path("downloads")}}});
  CHECK(listed(finders::FileSystemFinder().list({})) == std::vector<std::string>{"a.txt"});
}

TEST_CASE("FileSystemFinder.check: each mistake in STATICFILES_DIRS has its message", "[django]") {
  const Project project;
  make_site(project);
  project.install({});
  project.configure({{"STATICFILES_DIRS", List{project.path("extra")}}});
  CHECK(texts().empty());
  project.configure({{"STATICFILES_DIRS", "/srv/static"}});
  CHECK(texts() == std::vector<std::string>{
                       "?: (staticfiles.E001) The STATICFILES_DIRS setting is not a tuple or list.\n\tHINT: Perhaps you forgot a trailing comma?"});
  project.configure({{"STATICFILES_DIRS", List{project.path("extra")}}, {"STATIC_ROOT", project.path("extra/")}});
  CHECK(texts() == std::vector<std::string>{"?: (staticfiles.E002) The STATICFILES_DIRS setting should not contain the STATIC_ROOT setting."});
  project.configure({{"STATICFILES_DIRS", List{List{"files/", project.path("extra")}}}});
  CHECK(texts() == std::vector<std::string>{
                       "?: (staticfiles.E003) The prefix 'files/' in the STATICFILES_DIRS setting must not end with a slash."});
  project.configure({{"STATICFILES_DIRS", List{"/no/such"}}});
  CHECK(texts() == std::vector<std::string>{
                       "?: (staticfiles.W004) The directory '/no/such' in the STATICFILES_DIRS setting does not exist."});
  project.configure({{"STORAGES", Dict{}}});
  CHECK(django::contrib::staticfiles::checks::check_storages(nullptr, nullptr).at(0).str() ==
        "?: (staticfiles.E005) The STORAGES setting must define a 'staticfiles' storage.");
}

TEST_CASE("staticfiles.finders.get_finder: imported by its path, made once, and told from what is no finder", "[django]") {
  const Project project;
  project.configure({});
  CHECK(finders::get_finder("django.contrib.staticfiles.finders.FileSystemFinder") ==
        finders::get_finder("django.contrib.staticfiles.finders.FileSystemFinder"));
  CHECK_THROWS_AS(finders::get_finder("django.contrib.staticfiles.finders.NoSuchFinder"), python::ImportError);
  CHECK(raised<ImproperlyConfigured>([] { finders::get_finder("django.contrib.staticfiles.apps.StaticFilesConfig"); }) ==
        "Finder \"<class 'django.contrib.staticfiles.apps.StaticFilesConfig'>\" is not a subclass of \"<class "
        "'django.contrib.staticfiles.finders.BaseFinder'>\"");
  CHECK_THROWS_AS(finders::get_finder("django.contrib.staticfiles.finders.DefaultStorageFinder"), ImproperlyConfigured);
}

TEST_CASE("DefaultStorageFinder: looks in MEDIA_ROOT", "[django]") {
  const Project project;
  make_site(project);
  project.configure({{"MEDIA_ROOT", project.path("downloads")},
                     {"STATICFILES_FINDERS", List{"django.contrib.staticfiles.finders.DefaultStorageFinder"}}});
  CHECK(finders::find("a.txt") == project.path("downloads/a.txt"));
  CHECK(listed(finders::get_finders().at(0)->list({})) == std::vector<std::string>{"a.txt"});
}

TEST_CASE("staticfiles.utils.get_files: patterns fit a file's name or path, and a folder's name", "[django]") {
  const Project project;
  project.configure({});
  for (const char* const name : {"s/a.css", "s/sub/b.css", "s/sub/b.txt", "s/CVS/x", "s/.hidden/y", "s/.dot", "s/keep~"}) project.write(name, "");
  const django::core::files::storage::FileSystemStorage storage(project.path("s"));
  using django::contrib::staticfiles::utils::get_files;
  CHECK(get_files(storage, {"CVS", ".*", "*~"}) == std::vector<std::string>{"a.css", "sub/b.css", "sub/b.txt"});
  CHECK(get_files(storage, {"CVS", ".*", "*~", "sub/*.css"}) == std::vector<std::string>{"a.css", "sub/b.txt"});
  CHECK(get_files(storage, {"CVS", ".*", "*~", "sub"}) == std::vector<std::string>{"a.css"});
  CHECK(get_files(storage).size() == 7);
}

TEST_CASE("staticfiles.utils.check_settings: STATIC_URL is there and apart from the MEDIA settings", "[django]") {
  const Project project;
  using django::contrib::staticfiles::utils::check_settings;
  project.configure({{"STATIC_URL", nullptr}});
  CHECK(raised<ImproperlyConfigured>([] { check_settings(); }) ==
        "You're using the staticfiles app without having set the required STATIC_URL setting.");
  project.configure({{"MEDIA_URL", "/static/"}});
  CHECK(raised<ImproperlyConfigured>([] { check_settings(); }) == "The MEDIA_URL and STATIC_URL settings must have different values");
  project.configure({{"MEDIA_URL", "/static/media/"}, {"DEBUG", true}});
  CHECK(raised<ImproperlyConfigured>([] { check_settings(); }) == "runserver can't serve media if MEDIA_URL is within STATIC_URL.");
  project.configure({{"MEDIA_ROOT", "/srv"}, {"STATIC_ROOT", "/srv"}, {"MEDIA_URL", "/media/"}});
  CHECK(raised<ImproperlyConfigured>([] { check_settings(); }) == "The MEDIA_ROOT and STATIC_ROOT settings must have different values");
  project.configure({});
  CHECK_NOTHROW(check_settings());
}
