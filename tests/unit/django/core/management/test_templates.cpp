#include "django/core/management/templates.h"

#include <catch2/catch.hpp>
#include <set>

#include "django/core/management/commands/startapp.h"
#include "django/core/management/commands/startproject.h"
#include "django/core/management/utils.h"
#include "python/os.h"
#include "python/os_files.h"
#include "tests/unit/django/project.h"

namespace commands = django::core::management::commands;
namespace os = python::os;
using django::core::management::base::CommandError;
using project::Project, project::raised;
using Files = std::vector<std::string>;

namespace {
project::Output startproject(const std::vector<std::string>& args) { return project::call<commands::startproject::Command>("startproject", args); }
project::Output startapp(const std::vector<std::string>& args) { return project::call<commands::startapp::Command>("startapp", args); }
std::string refused(const std::vector<std::string>& args, bool app = false) {
  return raised<CommandError>([&] { app ? startapp(args) : startproject(args); });
}
}  // namespace

TEST_CASE("startproject: makes the files of a project, rendered, with a key and an executable manage", "[django]") {
  const Project project;
  const auto output = startproject({"fresh"});
  CHECK(output.out + output.err == "");
  CHECK(project.files() == Files{"fresh/CMakeLists.txt", "fresh/fresh/settings.toml", "fresh/fresh/urls.cpp", "fresh/fresh/wsgi.cpp", "fresh/manage"});
  const std::string settings = project.read("fresh/fresh/settings.toml");
  CHECK(settings.find("ROOT_URLCONF = \"fresh.urls\"\n") != std::string::npos);
  const std::size_t key = settings.find("SECRET_KEY = \"django-insecure-");
  REQUIRE(key != std::string::npos);
  CHECK(settings.find('"', key + 14) == key + 14 + 16 + 50);
  CHECK(project.read("fresh/manage").find("DJANGO_SETTINGS_MODULE-fresh.settings}") != std::string::npos);
  for (const std::string& name : project.files()) CHECK(project.read(name).find("{{") == std::string::npos);
  const unsigned mask = os::umask(0);
  os::umask(mask);
  CHECK(os::mode_of(project.path("fresh/manage")) == (0755 & ~mask));
  CHECK(os::mode_of(project.path("fresh/fresh/urls.cpp")) == (0644 & ~mask));
}

TEST_CASE("startproject: its settings are a settings module that loads", "[django]") {
  const Project project;
  startproject({"fresh"});
  python::sys::path = {project.path("fresh")};
  const django::conf::Settings settings("fresh.settings");
  CHECK(settings.find("DEBUG")->truthy());
  CHECK(settings.find("WSGI_APPLICATION")->str() == "fresh.wsgi.application");
  CHECK(settings.find("SECRET_KEY")->str().size() == 66);
}

TEST_CASE("startapp: makes the files of an app", "[django]") {
  const Project project;
  startapp({"my_app"});
  CHECK(project.files() == Files{"my_app/apps.cpp", "my_app/views.cpp"});
  CHECK(project.read("my_app/apps.cpp").find("class MyAppConfig : public") != std::string::npos);
}

TEST_CASE("TemplateCommand.handle: settings that are missing do not matter, before and after", "[django]") {
  const Project project;
  python::os::environ["DJANGO_SETTINGS_MODULE"] = "nosuch";
  startapp({"fresh"});
  CHECK(django::conf::settings.configured());
  CHECK_NOTHROW(django::conf::settings.get("DATABASES"));   // what run_from_argv asks when the command is over
  python::os::environ.pop("DJANGO_SETTINGS_MODULE");
}

TEST_CASE("TemplateCommand.validate_name: a name must be an identifier, and free", "[django]") {
  const Project project;
  CHECK(refused({"my-site"}) == "'my-site' is not a valid project name. Please make sure the name is a valid identifier.");
  CHECK(refused({"2bad"}) == "'2bad' is not a valid project name. Please make sure the name is a valid identifier.");
  CHECK(refused({"1app"}, true) == "'1app' is not a valid app name. Please make sure the name is a valid identifier.");
  CHECK(refused({"django"}) ==
        "'django' conflicts with the name of an existing Python module and cannot be used as a project name. Please try another name.");
  project.write("taken/settings.toml", "");
  CHECK(refused({"taken"}, true) ==
        "'taken' conflicts with the name of an existing Python module and cannot be used as an app name. Please try another name.");
  CHECK_FALSE(project.exists("django"));
  CHECK_NOTHROW(startapp({"ap\u00e9"}));
  CHECK_NOTHROW(startapp({"class"}));
  CHECK_NOTHROW(startproject({"demo_site"}));  // the demo project's name is free
  CHECK(project.exists("demo_site/demo_site/settings.toml"));
}

TEST_CASE("TemplateCommand.handle: where the files go", "[django]") {
  const Project project;
  python::sys::path = {};
  project.write("fresh/something", "");
  CHECK(refused({"fresh"}) == "'" + project.path("fresh") + "' already exists");
  CHECK(refused({"other", "no/such/dir"}) == "Destination directory '" + project.path("no/such/dir") + "' does not exist, please create it first.");
  CHECK(refused({"thing", "my-dir"}, true) == "'my-dir' is not a valid app directory. Please make sure the directory is a valid identifier.");
  startproject({"fresh", "fresh"});
  CHECK(project.exists("fresh/fresh/urls.cpp"));
  CHECK(refused({"fresh", "fresh"}) == project.path("fresh/CMakeLists.txt") +
                                           " already exists. Overlaying a project into an existing directory won't replace conflicting files.");
  os::makedirs(project.path("some/dir"));
  startapp({"thing", "some/dir"});
  CHECK(project.exists("some/dir/views.cpp"));
  CHECK(refused({"thing", "some/dir"}, true) == project.path("some/dir/apps.cpp") +
                                                    " already exists. Overlaying an app into an existing directory won't replace conflicting files.");
}

TEST_CASE("TemplateCommand.handle: a template of one's own", "[django]") {
  const Project project;
  project.write("tpl/project_name/project_name.py", "{{ project_name }} {{project_directory}} {{ nobody }}|{{ secret_key");
  project.write("tpl/plain.txt", "{{ project_name }}");
  project.write("tpl/Named", "{{ camel_case_project_name }} {{ docs_version }} {{ django_version }}");
  project.write("tpl/page.html-tpl", "<{{ project_name }}>");
  project.write("tpl/.hidden/x", "");
  project.write("tpl/__pycache__/x", "");
  project.write("tpl/skip/x", "");
  project.write("tpl/old.pyc", "");
  std::filesystem::permissions(project.path("tpl/plain.txt"), std::filesystem::perms(0444));
  const auto output = startproject({"fresh", "--template", "tpl", "-n", "Named, Other", "-v2"});
  CHECK(project.files("fresh") == Files{"Named", "fresh/fresh.py", "page.html", "plain.txt", "skip/x"});
  CHECK(project.read("fresh/fresh/fresh.py") == "fresh " + project.path("fresh") + " |{{ secret_key");
  CHECK(project.read("fresh/plain.txt") == "{{ project_name }}");
  CHECK(project.read("fresh/Named") == "Fresh 5.2 5.2.10");
  CHECK(project.read("fresh/page.html") == "<fresh>");
  CHECK(os::access_write(project.path("fresh/plain.txt")));  // although the template is not
  CHECK(output.out == "Rendering project template files with extensions: .py\nRendering project template files with filenames: Named, Other\n"
                      "Creating " + project.path("fresh/Named") + "\nCreating " + project.path("fresh/page.html") + "\nCreating " +
                          project.path("fresh/plain.txt") + "\nCreating " + project.path("fresh/fresh/fresh.py") + "\nCreating " +
                          project.path("fresh/skip/x") + "\n");
  python::sys::path = {};
  startproject({"second", "--template=file://" + project.path("tpl"), "-e", "txt,md", "-x", "skip", "-x"});
  CHECK(project.read("second/plain.txt") == "second");
  CHECK(project.files("second") == Files{".hidden/x", "Named", "page.html", "plain.txt", "second/second.py"});
}

TEST_CASE("TemplateCommand.handle_template: what is no local folder is refused clearly", "[django]") {
  const Project project;
  CHECK(refused({"a", "--template", "nosuch"}) == "couldn't handle project template nosuch.");
  python::sys::path = {};
  CHECK(refused({"b", "--template", "https://example.org/x.zip"}, true) ==
        "couldn't download URL https://example.org/x.zip: a template must be a local directory here.");
  project.write("x.zip", "");
  CHECK(refused({"c", "--template", "x.zip"}) == "couldn't extract file " + project.path("x.zip") + ": a template must be a local directory here.");
}

TEST_CASE("management.utils: extensions and keys", "[django]") {
  using namespace django::core::management::utils;
  CHECK(handle_extensions({"html, txt", ".js", "html"}) == Files{".html", ".txt", ".js"});
  const std::string key = get_random_secret_key();
  CHECK(key.size() == 50);
  CHECK(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)") == std::string::npos);
  CHECK(key != get_random_secret_key());
}
