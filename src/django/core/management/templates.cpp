// django/core/management/templates.py: called by startapp and startproject. Checks the name, makes the folder, and walks the
// templates in django/conf/app_template or django/conf/project_template.
//
// Departs: the templates make a project of this program's kind: settings in TOML, and C++ modules that CMake builds.
// Left out: the files of rooms that are not here: asgi, admin, models, migrations, tests. An empty __init__ is not needed either.
#include "django/core/management/templates.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "django/__init__.h"
#include "django/conf/__init__.h"
#include "django/core/management/utils.h"
#include "python/atomic_file.h"
#include "python/builtins.h"
#include "python/importlib/__init__.h"
#include "python/os.h"
#include "python/os_files.h"
#include "python/sys.h"

namespace django::core::management::templates {

namespace importlib = python::importlib;
namespace os = python::os;
namespace sys = python::sys;
using base::CommandError;
using utils::handle_extensions;
using enum python::argparse::Action;

namespace {

/// Files of this ending are templates; the ending goes. Django's ".py-tpl" becomes ".py".
constexpr std::string_view template_suffix = "-tpl";

std::string strip(const std::string& text) {
  constexpr std::string_view space = " \t\n\r\f\v";
  const std::size_t first = text.find_first_not_of(space);
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) throw CommandError("couldn't read template file " + path);
  return text;
}

/// "".join(x for x in name.title() if x != "_"): my_app is MyApp.
std::string camel_case(const std::string& name) {
  std::string camel;
  bool inside = false;  // str.title() makes the first letter of each run of letters large, and the others small
  for (const char c : name) {
    const bool small = c >= 'a' && c <= 'z', large = c >= 'A' && c <= 'Z';
    if (c != '_') camel += small && !inside ? static_cast<char>(c - 'a' + 'A') : large && inside ? static_cast<char>(c - 'A' + 'a') : c;
    inside = small || large || static_cast<unsigned char>(c) >= 0x80;
  }
  return camel;
}

/// Puts the context's values in the place of "{{ name }}"; a name that nobody knows becomes "".
// Left out: the rest of the template language; no template of ours has a tag or a filter.
std::string render(const std::string& text, const std::map<std::string, std::string>& context) {
  std::string out;
  std::size_t done = 0;
  for (std::size_t open = text.find("{{"); open != std::string::npos; open = text.find("{{", done)) {
    const std::size_t close = text.find("}}", open);
    if (close == std::string::npos) break;
    out.append(text, done, open - done);
    const auto found = context.find(strip(text.substr(open + 2, close - open - 2)));
    if (found != context.end()) out += found->second;
    done = close + 2;
  }
  return out.append(text, done, std::string::npos);
}

bool is_url(const std::string& template_) {
  std::string scheme = template_.substr(0, template_.find(':'));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return scheme != template_ && (scheme == "http" || scheme == "https" || scheme == "ftp");
}

}  // namespace

TemplateCommand::TemplateCommand() { requires_system_checks = {.all = false, .tags = {}}; }

// django/core/management/templates.py, TemplateCommand.add_arguments()
void TemplateCommand::add_arguments(base::CommandParser& parser) {
  parser.add_argument({"name"}, {.help = "Name of the application or project."});
  parser.add_argument({"directory"}, {.nargs = "?", .help = "Optional destination directory"});
  parser.add_argument({"--template"}, {.help = "The path or URL to load the template from."});
  parser.add_argument({"--extension", "-e"}, {.action = append,
                                              .default_ = python::List{"py"},
                                              .dest = "extensions",
                                              .help = "The file extension(s) to render (default: \"py\"). Separate multiple "
                                                      "extensions with commas, or use -e multiple times."});
  parser.add_argument({"--name", "-n"}, {.action = append,
                                         .default_ = python::List{},
                                         .dest = "files",
                                         .help = "The file name(s) to render. Separate multiple file names with commas, or use "
                                                 "-n multiple times."});
  parser.add_argument({"--exclude", "-x"}, {.action = append,
                                            .nargs = "?",
                                            .default_ = python::argparse::SUPPRESS,
                                            .const_ = "",
                                            .help = "The directory name(s) to exclude, in addition to .git and __pycache__. Can "
                                                    "be used multiple times."});
}

// django/core/management/templates.py, TemplateCommand.handle()
std::optional<std::string> TemplateCommand::handle(const std::string& app_or_project, const std::string& name,
                                                   const std::optional<std::string>& target, base::Options& options) {
  this->app_or_project = app_or_project;
  a_or_an = app_or_project == "app" ? "an" : "a";
  verbosity = options.get<int>("verbosity");

  validate_name(name);

  std::string top_dir;
  if (!target) {
    top_dir = os::path::join(os::getcwd(), name);
    try {
      os::makedirs(top_dir);
    } catch (const python::FileExistsError&) {
      throw CommandError("'" + top_dir + "' already exists");
    } catch (const python::OSError& e) {
      throw CommandError(e.str());
    }
  } else {
    top_dir = os::path::abspath(os::path::expanduser(*target));
    if (app_or_project == "app") validate_name(os::path::basename(top_dir), "directory");
    if (!os::path::exists(top_dir))
      throw CommandError("Destination directory '" + top_dir + "' does not exist, please create it first.");
  }

  // Left out: the formatter black, which Django runs over the new files where it is installed; these are no Python.
  extensions_ = handle_extensions(options["extensions"].strings());
  for (const std::string& file : options["files"].strings())
    for (std::size_t start = 0; start <= file.size();) {
      const std::size_t comma = std::min(file.find(',', start), file.size());
      extra_files.push_back(strip(file.substr(start, comma - start)));
      start = comma + 1;
    }
  excluded_directories = {".git", "__pycache__"};
  exclude_given = options.contains("exclude");
  if (exclude_given)
    for (const std::string& directory : options["exclude"].strings()) excluded_directories.push_back(strip(directory));
  if (verbosity >= 2) {
    stdout_->write(fmt::format("Rendering {} template files with extensions: {}", app_or_project, fmt::join(extensions_, ", ")));
    stdout_->write(fmt::format("Rendering {} template files with filenames: {}", app_or_project, fmt::join(extra_files, ", ")));
  }
  base_name = app_or_project + "_name";
  name_ = name;

  const std::string django_version = get_version();
  Context context;
  for (const auto& [option, value] : options.items()) context[option] = python::str(value);
  context[base_name] = name;
  context[app_or_project + "_directory"] = top_dir;
  context["camel_case_" + app_or_project + "_name"] = camel_case(name);
  context["docs_version"] = django_version.substr(0, django_version.rfind('.'));
  context["django_version"] = django_version;

  // A stub of settings, as Django's template engine needs one; run_from_argv, too, reads settings when the command is over.
  if (!conf::settings.configured()) {
    conf::settings.configure({});
    django::setup();
  }

  const python::Value& template_ = options["template"];
  render_folder(handle_template(template_.is_none() ? std::nullopt : std::optional(template_.str()), app_or_project + "_template"),
                "", top_dir, context);
  return std::nullopt;
}

/// One folder of the template, and those below it: a step of Django's os.walk().
void TemplateCommand::render_folder(const std::string& template_dir, const std::string& path_rest, const std::string& top_dir,
                                    const Context& context) {
  const std::string relative_dir = replace_all(path_rest, base_name, name_);
  const std::string target_dir = relative_dir.empty() ? top_dir : os::path::join(top_dir, relative_dir);
  if (!relative_dir.empty()) os::makedirs(target_dir, 0777, true);

  std::vector<std::string> dirs;
  const std::string root = path_rest.empty() ? template_dir : os::path::join(template_dir, path_rest);
  for (const os::DirEntry& entry : os::scandir(root)) {
    const std::string& filename = entry.name;
    if (entry.is_dir) {
      const bool listed = std::find(excluded_directories.begin(), excluded_directories.end(), filename) != excluded_directories.end();
      const bool hidden = filename.starts_with('.') || filename == "__pycache__";
      // os.walk does not follow a link to a folder.
      if (!(exclude_given ? listed : hidden) && !entry.is_symlink) dirs.push_back(filename);
      continue;
    }
    if (filename.ends_with(".pyo") || filename.ends_with(".pyc") || filename.ends_with(".py.class")) continue;
    const std::string old_path = os::path::join(root, filename);
    std::string new_path = os::path::join(target_dir, replace_all(filename, base_name, name_));
    // Departs: every name in -tpl loses it and is rendered, not only .py-tpl: a project here has files of several kinds.
    const bool is_template = new_path.ends_with(template_suffix);
    if (is_template) new_path.resize(new_path.size() - template_suffix.size());

    if (os::path::exists(new_path))
      throw CommandError(fmt::format(
          "{} already exists. Overlaying {} {} into an existing directory won't replace conflicting files.", new_path, a_or_an,
          app_or_project));

    const bool wanted = std::any_of(extensions_.begin(), extensions_.end(), [&](const std::string& e) { return new_path.ends_with(e); }) ||
                        std::find(extra_files.begin(), extra_files.end(), filename) != extra_files.end();
    create_file(old_path, new_path, is_template || wanted, context);
  }
  for (const std::string& dirname : dirs)
    render_folder(template_dir, path_rest.empty() ? dirname : os::path::join(path_rest, dirname), top_dir, context);
}

void TemplateCommand::create_file(const std::string& old_path, const std::string& new_path, bool rendered, const Context& context) {
  const std::string content = read_file(old_path);
  if (rendered && !python::is_utf8(content)) throw CommandError("couldn't read template file " + old_path + ": not UTF-8");
  python::AtomicFile new_file(new_path);
  new_file.write(rendered ? render(content, context) : content);
  new_file.commit();
  if (verbosity >= 2) stdout_->write("Creating " + new_path);
  try {
    apply_umask(old_path, new_path);
    make_writeable(new_path);
  } catch (const python::OSError&) {
    stderr_->write("Notice: Couldn't set permission bits on " + new_path +
                       ". You're probably using an uncommon filesystem setup. No problem.",
                   style["NOTICE"]);
  }
}

// django/core/management/templates.py, TemplateCommand.handle_template()
std::string TemplateCommand::handle_template(const std::optional<std::string>& template_, const std::string& subdir) const {
  if (!template_) return os::path::join(sys::prefix(), "django/conf/" + subdir);
  std::string expanded_template = template_->starts_with("file://") ? template_->substr(7) : *template_;
  expanded_template = os::path::normpath(os::path::expanduser(expanded_template));
  if (os::path::isdir(expanded_template)) return expanded_template;
  // Left out: templates from the network and from archives, which Django downloads and unpacks.
  if (is_url(*template_))
    throw CommandError("couldn't download URL " + *template_ + ": a template must be a local directory here.");
  if (os::path::exists(os::path::abspath(expanded_template)))
    throw CommandError("couldn't extract file " + os::path::abspath(expanded_template) + ": a template must be a local directory here.");
  throw CommandError("couldn't handle " + app_or_project + " template " + *template_ + ".");
}

// django/core/management/templates.py, TemplateCommand.validate_name()
void TemplateCommand::validate_name(const std::string& name, const std::string& name_or_dir) const {
  if (!python::is_identifier(name))
    throw CommandError(fmt::format("'{0}' is not a valid {1} {2}. Please make sure the {2} is a valid identifier.", name,
                                   app_or_project, name_or_dir));
  // Departs: the names of Python's standard library are free here, and so are those of the demo project.
  if (importlib::find_spec(name) && !importlib::is_demo(name))
    throw CommandError(fmt::format(
        "'{}' conflicts with the name of an existing Python module and cannot be used as {} {} {}. Please try another {}.", name,
        a_or_an, app_or_project, name_or_dir, name_or_dir));
}

// django/core/management/templates.py, TemplateCommand.apply_umask()
void TemplateCommand::apply_umask(const std::string& old_path, const std::string& new_path) {
  const unsigned current_umask = os::umask(0);
  os::umask(current_umask);
  os::chmod(new_path, os::mode_of(old_path) & ~current_umask);
}

// django/core/management/templates.py, TemplateCommand.make_writeable()
void TemplateCommand::make_writeable(const std::string& filename) {
  if (!os::access_write(filename)) os::chmod(filename, os::mode_of(filename) | 0200);
}

}  // namespace django::core::management::templates
