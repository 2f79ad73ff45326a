"""Tells `manage watch` which stages of the chain a real Django goes through.

`watch` puts this file, as sitecustomize.py, into a private folder and that folder first on PYTHONPATH: the learner's own interpreter loads
it before the project. It uses the standard library only, and of that only modules that are built in or loaded anyway, so that the project
finds sys.modules, sys.path and os.environ as they would be without it.

THE PROTOCOL (its only description; the other side is watch's)

The folder has `sitecustomize.py` (this file), `socket` (AF_UNIX, SOCK_STREAM, listening) and `stages.json`:
    {"protocol": 1, "sync": true, "stages": [{"i": 26, "id": "management.ManagementUtility.fetch_command", "kind": "frame",
      "path": "django/core/management/__init__.py", "qualname": "django.core.management.ManagementUtility.fetch_command", "wanted": true}, ...]}
`stages` has the whole catalogue: those that are not wanted are not told, but may be needed to find others. The file is JSON in ASCII, with no
other escapes than \\", \\\\ and \\uXXXX. `sync` false: nothing is narrated, so the recorder never waits (no S lines).
The environment: TRACEWALK_WATCH=<folder>; PYTHONPATH=<folder>, or <folder>:<the learner's own> when that is set and not empty;
TRACEWALK_WATCH_PYTHONPATH=<the learner's own>, unset when the learner has none.

Each process connects when its first stage is reached, and sends lines: UTF-8, ended by \\n, fields separated by \\t, no control characters in
fields. INDEX is the stage's "i"; TIME is CLOCK_MONOTONIC in ns; TID is the kernel's. Empty V fields of the end may be left out.
    H 1 PID ROLE PYTHON ARGV    first line. ROLE: child (RUN_MAIN=true) or empty; ARGV: sys.argv as JSON; PYTHON: "3.11.2"
    M MODE                      how it watches: monitoring, setprofile
    V DJANGO                    "3.2.19", as soon as it is known; before the first stage of a file below django/
    T TID NAME                  a thread's name, before its first event
    N INDEX FILE LINE NAME...   before a stage's first event: where it stands in this installation, and the names of its values (at most 4);
                                again when they change. C functions, points and decisions have no place: FILE is empty, LINE is 0
    Q TID NUMBER                the thread serves connection NUMBER from now on; 0: none. Numbers count from 1 in each process
    B INDEX TIME TID VALUE...   a frame is entered
    E INDEX TIME TID [RESULT]   it is left
    X INDEX TIME TID [ERROR]    it is left by an exception; ERROR is its repr (left out when it cannot be known; so only before Python 3.12)
    P INDEX TIME TID VALUE...   a point
    D INDEX TIME TID TAKEN VALUE...   a decision
    L NUMBER                    so many events were lost here: the socket was full
    S NUMBER                    sync: answer with the line "S NUMBER\\n" once all before it has been told. Only before the project prints
    W WORD                      the recorder stays off from here on: `profiler` (the project has set a profiler of its own), `tool-id`
                                (no id of sys.monitoring is free)
B and E or X are perfectly nested per thread; frames that are open when a process ends are closed by nobody: the connection just ends.
A value is a repr, cut to 120 bytes. E is sent without RESULT where the stage has none to show.
"""

import os
import posix
import sys
import time
import _thread

MAX_LINES = 8192            # kept while the socket is full; more are lost, and counted
FLUSH_NS = 5000000          # an event does not wait longer for others
SYNC_SECONDS = 0.05
DRAIN_SECONDS = 0.1
MAX_BYTES = 117             # of a value, before its "..."
UNKNOWN = object()
DEBUG = "TRACEWALK_WATCH_DEBUG" in os.environ      # for our own tests: faults of this file are printed


SECRETS = ("API", "TOKEN", "KEY", "SECRET", "PASS", "SIGNATURE", "COOKIE", "AUTHORIZATION")


class Raw(str):
    """A value that is written already."""


# ---- values, as Python prints them; nothing here runs code of the project ----

def cut(text):
    data = text.encode("utf-8", "backslashreplace")
    if len(data) <= MAX_BYTES:
        return text if len(data) == len(text) else data.decode("utf-8")
    return data[:MAX_BYTES].decode("utf-8", "ignore") + "..."


def attribute(value, name, plain=object.__getattribute__):
    """A plain attribute, or UNKNOWN: properties are code, and are not called."""
    try:
        return plain(value, "__dict__")[name]
    except (AttributeError, KeyError, TypeError):
        pass
    for base in type.__dict__["__mro__"].__get__(type(value)):
        found = type.__dict__["__dict__"].__get__(base).get(name, UNKNOWN)
        if found is not UNKNOWN:
            return UNKNOWN if hasattr(type(found), "__get__") else found
    return UNKNOWN


def item(value, name):
    """options.addrport is an item of a dict or an attribute of a Namespace."""
    if type(value) is dict:
        return value.get(name)
    return attribute(value, name)


def truth(value):
    """bool() of what has no code for it; else UNKNOWN. Asking a lazy object for its truth would evaluate it."""
    return bool(value) if value is None or type(value) in (bool, int, str, list, tuple) else UNKNOWN


def class_name(cls):
    return type.__dict__["__name__"].__get__(cls)


def module_name(cls):
    found = type.__dict__["__module__"].__get__(cls)
    return found if type(found) is str else ""


def qualified(cls):
    return "<class %s.%s>" % (module_name(cls), type.__dict__["__qualname__"].__get__(cls))


def derives(value, name):
    """Whether the class of a value has an ancestor of that dotted name. No isinstance(): __class__ may be a lie, or code."""
    for base in type.__dict__["__mro__"].__get__(type(value)):
        if class_name(base) == name.rpartition(".")[2] and module_name(base) == name.rpartition(".")[0]:
            return True
    return False


def is_secret(name):
    return any(word in name.upper() for word in SECRETS)


def items_of(values, depth):
    parts, room = [], MAX_BYTES
    for value in values:
        if room < 0:
            break
        parts.append(show_part(value, depth))
        room -= len(parts[-1])
    return ", ".join(parts)


def show_dict(value, depth):
    parts, room = [], MAX_BYTES
    for key in list(value):
        if room < 0:
            break
        hidden = type(key) is str and is_secret(key)
        parts.append(show_part(key, depth) + ": " + ("'********************'" if hidden else show_part(value.get(key), depth)))
        room -= len(parts[-1])
    return "{" + ", ".join(parts) + "}"


def show_exception(error):
    args = BaseException.args.__get__(error)
    return class_name(type(error)) + "(" + items_of(args, 2) + ")"


def show_function(value):
    function = value.__func__ if class_name(type(value)) == "method" else value
    qualname = getattr(function, "__qualname__", None) if type(function).__module__ == "builtins" else None
    return "<function %s>" % qualname if type(qualname) is str else "<%s>" % class_name(type(value))


def show_command(value):
    """As ours are shown: <check.Command>."""
    package, commands, module = module_name(type(value)).rpartition(".management.commands.")
    if package == "django.contrib.staticfiles" and module == "runserver":
        module = "staticfiles runserver"
    return "<%s.%s>" % (module, class_name(type(value))) if commands else "<%s>" % class_name(type(value))


def shower_of_responses(value):
    """Each request shows its response several times: so this one is quick."""
    form = "<" + class_name(type(value))[:60] + " status_code=%d>"
    own = type.__dict__["__dict__"].__get__(type(value))
    common = own.get("status_code")
    if type(common) is not int:
        common = next((d["status_code"] for d in map(type.__dict__["__dict__"].__get__, type.__dict__["__mro__"].__get__(type(value)))
                       if "status_code" in d), UNKNOWN)
    known, fields = {}, object.__getattribute__

    def show_response(response):
        code = fields(response, "__dict__").get("status_code", common)
        text = known.get(code) if type(code) is int else form.replace("%d", "")
        if text is None:
            text = form % code
            if len(known) < 100:
                known[code] = text
        return text
    SHORT[type(value)] = show_response
    return show_response


SHORT = {}      # class -> a shower whose texts need no cutting


def shower_of(value):
    """How instances of the class of a value are shown."""
    cls = type(value)
    name = class_name(cls)
    if name in ("function", "builtin_function_or_method", "method"):
        return show_function
    if name == "module":
        return lambda v: "<module %s>" % attribute(v, "__name__")
    if issubclass(cls, type):
        return qualified
    if issubclass(cls, BaseException):
        return show_exception
    if name == "PosixPath" and module_name(cls).startswith("pathlib"):
        return lambda v: "PosixPath(%r)" % str(v)
    if derives(value, "django.http.response.HttpResponseBase"):
        return shower_of_responses(value)
    if derives(value, "django.urls.resolvers.ResolverMatch"):
        return lambda v: "ResolverMatch(func=%s, route=%s)" % (attribute(v, "_func_path"), show_part(attribute(v, "route"), 1))
    if derives(value, "django.apps.config.AppConfig"):
        return lambda v: "<%s: %s>" % (name, attribute(v, "label"))
    if derives(value, "django.core.management.base.BaseCommand"):
        return show_command
    return lambda v: "<%s>" % name


SHOWERS = {}     # class -> shower_of() its instances


def show_instance(value):
    shower = SHOWERS.get(type(value))
    if shower is None:
        shower = shower_of(value)
        if len(SHOWERS) < 500:
            SHOWERS[type(value)] = shower
    return shower(value)


def show_part(value, depth=0):
    cls = type(value)
    if cls is str:
        return repr(value if len(value) <= 130 else value[:130])
    if value is None or value is True or value is False:
        return str(value)
    if cls is int:
        return repr(value) if value.bit_length() < 256 else "<int>"
    if cls is float:
        return repr(value)
    if cls is bytes:
        return repr(value[:130])
    if depth > 2 and cls in (tuple, list, dict):
        return "(...)" if cls is tuple else "[...]" if cls is list else "{...}"
    if cls is tuple:
        return "(" + items_of(value, depth + 1) + (",)" if len(value) == 1 else ")")
    if cls is list:
        return "[" + items_of(value, depth + 1) + "]"
    if cls is dict:
        return show_dict(value, depth + 1)
    if cls is set or cls is frozenset:
        inside = items_of(list(value), depth + 1)
        return "{" + inside + "}" if inside else "set()"
    if issubclass(cls, str):
        return str.__repr__(str.__getitem__(value, slice(0, 130)))
    if issubclass(cls, int):
        return int.__repr__(value)
    return show_instance(value)


def show(value):
    """The text of a value; empty when there is none."""
    if value is UNKNOWN:
        return ""
    cls = type(value)
    if cls is str:
        if len(value) < 60:
            text = repr(value)
            if len(text) <= MAX_BYTES and text.isascii():
                return text
    elif value is None:
        return "None"
    elif cls in SHORT:
        return SHORT[cls](value)
    elif cls is Raw:
        return cut(str.__str__(value))
    return cut(show_part(value))


# ---- what each stage shows: names as at our own call sites, in their order ----
# NAME is its own recipe (argv: a local; self.argv: its attribute; options.addrport: an item), NAME=RECIPE another one.
# A recipe "@word" is a function of VALUE_OF. "-> RECIPE": the result is shown, too; "-> .": as it is.

STAGES = {
    "manage.main": "",
    "management.execute_from_command_line": "argv",
    "management.ManagementUtility.__init__": "argv",
    "management.ManagementUtility.execute": "self.argv self.prog_name",
    "base.CommandParser.__init__": "kwargs.prog kwargs.usage",
    "base.handle_default_options": "options.settings options.pythonpath",
    "management.ManagementUtility.autocomplete": "",
    "management.ManagementUtility.main_help_text": "commands_only",
    "conf.LazySettings._setup": "name",
    "conf.Settings.__init__": "settings_module",
    "importlib.import_module": "name",
    "django.setup": "set_prefix",
    "log.configure_logging": "logging_config",
    "apps.registry.Apps.populate": "installed_apps",
    "apps.config.AppConfig.create": "entry -> .",
    "apps.config.AppConfig.import_models": "self.label",
    "apps.config.AppConfig.ready": "self.label",
    "staticfiles.apps.StaticFilesConfig.ready": "",
    "management.ManagementUtility.fetch_command": "subcommand -> .",
    "management.get_commands": "-> .",
    "management.find_commands": "management_dir -> .",
    "management.load_command_class": "app_name name -> .",
    "base.BaseCommand.__init__": "no_color",
    "base.BaseCommand.run_from_argv": "argv",
    "base.BaseCommand.create_parser": "prog_name subcommand -> .",
    "staticfiles.management.commands.runserver.Command.add_arguments": "",
    "runserver.Command.add_arguments": "",
    "base.CommandParser.parse_args": "args -> .",
    "base.BaseCommand.print_help": "prog_name subcommand",
    "runserver.Command.execute": "options.no_color options.addrport",
    "base.BaseCommand.execute": "options.skip_checks options.no_color -> .",
    "runserver.Command.get_check_kwargs": "",
    "runserver.Command.handle": "options.addrport options.use_ipv6",
    "runserver.Command.run": "options.use_reloader",
    "autoreload.run_with_reloader": "main_func",
    "autoreload.restart_with_reloader": "-> .",
    "autoreload.get_child_arguments": "-> .",
    "autoreload.check_errors.wrapper": "fn",
    "autoreload.get_reloader": "-> .",
    "autoreload.start_django": "reloader main_func",
    "autoreload.BaseReloader.run": "django_main_thread.name=django_main_thread._name",
    "autoreload.BaseReloader.wait_for_apps_ready": "-> .",
    "autoreload.StatReloader.tick": "",
    "autoreload.trigger_reload": "filename=@filename",
    "autoreload.raise_last_exception": "",
    "runserver.Command.inner_run": "options.use_threading self.addr self.port",
    "base.OutputWrapper.write": "msg",
    "base.BaseCommand.check": "tags display_num_errors fail_level",
    "checks.registry.CheckRegistry.run_checks": "tags include_deployment_checks -> len",
    "checks.urls.check_url_config": "-> len",
    "base.BaseCommand.check_migrations": "",
    "migrations.executor.MigrationExecutor.__init__": "connection.alias",
    "runserver.Command.on_bind": "server_port",
    "staticfiles.management.commands.runserver.Command.get_handler": "options.use_static_handler options.insecure_serving",
    "runserver.Command.get_handler": "",
    "basehttp.get_internal_wsgi_application": "",
    "module_loading.import_string": "dotted_path",
    "wsgi.get_wsgi_application": "",
    "handlers.wsgi.WSGIHandler.__init__": "",
    "handlers.base.BaseHandler.load_middleware": "",
    "handlers.exception.convert_exception_to_response": "name=@get_response",
    "deprecation.MiddlewareMixin.__init__": "class_name=@class_name",
    "staticfiles.handlers.StaticFilesHandler.__init__": "application",
    "staticfiles.handlers.StaticFilesHandlerMixin.load_middleware": "",
    "basehttp.run": "addr port ipv6 threading",
    "basehttp.WSGIServer.__init__": "args ipv6",
    "socketserver.TCPServer.__init__": "server_address bind_and_activate",
    "wsgiref.simple_server.WSGIServer.server_bind": "",
    "http.server.HTTPServer.server_bind": "",
    "socketserver.TCPServer.server_bind": "self.server_address",
    "socket.getfqdn": "name -> .",
    "wsgiref.simple_server.WSGIServer.setup_environ": "self.server_name self.server_port",
    "socketserver.TCPServer.server_activate": "self.request_queue_size",
    "wsgiref.simple_server.WSGIServer.set_app": "application",
    "socketserver.BaseServer.serve_forever": "poll_interval",
    "selectors._PollLikeSelector.select": "timeout -> len",
    "socketserver.BaseServer.service_actions": "",
    "socketserver.BaseServer._handle_request_noblock": "",
    "socketserver.TCPServer.get_request": "-> 1",
    "socket.accept": "-> 1",
    "socketserver.BaseServer.verify_request": "client_address -> .",
    "socketserver.ThreadingMixIn.process_request": "client_address",
    "socketserver.BaseServer.process_request": "client_address",
    "threading.Thread.start": "self.name=self._name self.daemon=self._daemonic",
    "threading.Thread.run": "self.name=self._name",
    "socketserver.ThreadingMixIn.process_request_thread": "client_address",
    "socketserver.BaseServer.finish_request": "client_address",
    "socketserver.BaseRequestHandler.__init__": "client_address",
    "socketserver.StreamRequestHandler.setup": "",
    "basehttp.WSGIRequestHandler.handle": "",
    "basehttp.WSGIRequestHandler.handle_one_request": "",
    "http.server.BaseHTTPRequestHandler.parse_request": "self.raw_requestline -> .",
    "http.server.BaseHTTPRequestHandler.handle_expect_100": "-> .",
    "http.server.BaseHTTPRequestHandler.send_error": "code message",
    "basehttp.WSGIRequestHandler.get_environ": "self.path",
    "wsgiref.simple_server.WSGIRequestHandler.get_environ": "self.command self.request_version",
    "basehttp.ServerHandler.__init__": "environ.CONTENT_LENGTH",
    "wsgiref.handlers.BaseHandler.run": "application",
    "wsgiref.handlers.BaseHandler.setup_environ": "",
    "staticfiles.handlers.StaticFilesHandler.__call__": "environ.REQUEST_METHOD environ.PATH_INFO",
    "staticfiles.handlers.StaticFilesHandlerMixin._should_handle": "path -> .",
    "handlers.wsgi.WSGIHandler.__call__": "environ.REQUEST_METHOD environ.PATH_INFO -> .",
    "handlers.wsgi.WSGIRequest.__init__": "environ.REQUEST_METHOD environ.PATH_INFO",
    "handlers.base.BaseHandler.get_response": "request.path -> .",
    "handlers.exception.convert_exception_to_response.inner": "request.path -> .",
    "deprecation.MiddlewareMixin.__call__": "__class__=@class request.path -> .",
    "handlers.base.BaseHandler._get_response": "request.path -> .",
    "handlers.base.BaseHandler.resolve_request": "request.path_info -> .",
    "urls.resolvers.URLResolver.resolve": "path -> .",
    "handlers.exception.response_for_exception": "exc -> .",
    "views.debug.technical_404_response": "request.path -> .",
    "views.debug.default_urlconf": "-> .",
    "views.debug.technical_500_response": "exc_type=@exc_type status_code -> .",
    "staticfiles.handlers.StaticFilesHandlerMixin.get_response": "request.path -> .",
    "staticfiles.handlers.StaticFilesHandlerMixin.serve": "request.path -> .",
    "staticfiles.views.serve": "path insecure -> .",
    "staticfiles.finders.find": "path -> .",
    "utils._os.safe_join": "base path=@paths -> .",
    "views.static.serve": "path document_root -> .",
    "views.static.was_modified_since": "header mtime -> .",
    "wsgiref.handlers.BaseHandler.start_response": "status",
    "basehttp.ServerHandler.finish_response": "self.status",
    "wsgiref.handlers.BaseHandler.finish_response": "self.status",
    "wsgiref.handlers.BaseHandler.write": "len(data)=@len_data",
    "wsgiref.handlers.BaseHandler.send_headers": "self.status",
    "basehttp.ServerHandler.cleanup_headers": "",
    "basehttp.ServerHandler.close": "",
    "wsgiref.simple_server.ServerHandler.close": "self.status self.bytes_sent",
    "http.server.BaseHTTPRequestHandler.log_request": "code size",
    "basehttp.WSGIRequestHandler.log_message": "args",
    "log.ServerFormatter.format": "record.msg -> .",
    "http.response.HttpResponseBase.close": "self.status_code",
    "socketserver.StreamRequestHandler.finish": "",
    "socketserver.TCPServer.shutdown_request": "",
    "autoreload.run_with_reloader.lambda": "",
    "basehttp.WSGIServer.handle_error": "client_address",
    "connection.BaseConnectionHandler.close_all": "",
    "threading._shutdown": "",
    "logging.shutdown": "",
    # Moments and forks: the names of what goes with them, per branch where the branches differ. HOOKS says where they are seen.
    "management.ManagementUtility.execute:subcommand": "",
    "management.ManagementUtility.execute:configured": "",
    "management.ManagementUtility.execute:route": "",
    "management.ManagementUtility.execute:settings_exception": "self.settings_exception",
    "management.ManagementUtility.execute:check_errors": "subcommand",
    "apps.registry.Apps.populate:phase": "phase",
    "management.ManagementUtility.fetch_command:found": "subcommand app_name",
    "management.get_commands:winner": "name loser",
    "base.BaseCommand.run_from_argv:traceback": "",
    "base.BaseCommand.execute:checks": "",
    "runserver.Command.handle:hosts": "",
    "runserver.Command.handle:addrport": "addr port | addrport",
    "runserver.Command.run:use_reloader": "",
    "autoreload.run_with_reloader:RUN_MAIN": "",
    "autoreload.restart_with_reloader:exit_code": "",
    "autoreload.StatReloader.tick:changed": "filepath",
    "runserver.Command.inner_run:skip_checks": "",
    "checks.registry.CheckRegistry.run_checks:check": "check",
    "base.BaseCommand.check_migrations:database": "",
    "staticfiles.management.commands.runserver.Command.get_handler:static": "use_static_handler insecure_serving",
    "basehttp.get_internal_wsgi_application:WSGI_APPLICATION": "",
    "basehttp.run:threading": "",
    "basehttp.run:class": "httpd_cls.name bases",
    "basehttp.run:bound": "httpd.server_address",
    "runserver.Command.inner_run:bind_error": "error_text",
    "basehttp.WSGIRequestHandler.handle:close_connection": "",
    "http.server.BaseHTTPRequestHandler.parse_request:accepted": "",
    "staticfiles.handlers.StaticFilesHandler.__call__:should_handle": "environ.PATH_INFO",
    "deprecation.MiddlewareMixin.__call__:short_circuit": "__class__",
    "urls.resolvers.URLResolver.resolve:match": "sub_match.route | path | new_path len(tried)",
    "handlers.exception.response_for_exception:kind": "settings.DEBUG",
    "views.debug.technical_404_response:welcome": "len(tried)",
    "views.static.serve:modified": "fullpath",
    "basehttp.ServerHandler.cleanup_headers:connection": "",
    "runserver.Command.inner_run:KeyboardInterrupt": "shutdown_message",
    # C functions and system calls. C_CALLS says which call of which function they are.
    "socket.bind": "fd address",
    "socket.listen": "fd backlog",
    "syscall.fork": "-> .",
    "syscall.execve": "path argv pid -> .",
    "syscall.waitpid": "pid -> .",
    "syscall.socket": "family type -> .",
    "syscall.setsockopt": "fd level optname value",
    "syscall.bind": "fd address",
    "syscall.getsockname": "fd -> .",
    "syscall.listen": "fd backlog",
    "syscall.poll": "fd milliseconds -> .",
    "syscall.accept": "fd -> .",
    "syscall.recv": "fd size -> .",
    "syscall.send": "fd size -> .",
    "syscall.shutdown": "fd how",
    "syscall.close": "fd",
}

# Of the catalogue, but not told by a real Django.
LEFT_OUT = {
    "importlib.import_module:found": "Python's finders are its own: they are many, replaceable, and not ours (ours are 'frozen' and 'path')",
}

# Where other versions have a stage under another name: id -> (file, qualified name).
ALIASES = {"connection.BaseConnectionHandler.close_all": [("django/db/utils.py", "ConnectionHandler.close_all")]}   # Django 3.1 and older 3.x


def name_of_layer(value):
    """A middleware by its class, a function by its qualified name."""
    if type(value).__name__ in ("function", "method"):
        return (value.__func__ if type(value).__name__ == "method" else value).__qualname__
    return class_name(type(value))


VALUE_OF = {
    "filename": lambda v: str(v["filename"]) if module_name(type(v["filename"])).startswith("pathlib") else v["filename"],
    "get_response": lambda v: name_of_layer(v["get_response"]),
    "class_name": lambda v: class_name(type(v["self"])),
    "class": lambda v: Raw("<%s>" % class_name(type(v["self"]))),
    "exc_type": lambda v: class_name(v["exc_type"]) if isinstance(v["exc_type"], type) else v["exc_type"],
    "paths": lambda v: v["paths"][0] if len(v["paths"]) == 1 else v["paths"],
    "len_data": lambda v: len(v["data"]) if type(v["data"]) is bytes else UNKNOWN,
}


# ---- moments and forks: where in the frames of Python they can be seen, and what their values are ----
# Each is a function of a Moment. It is called when stage `code` is entered or left: of the host itself ("enter", "leave"), or, with the
# host's frame, of a stage directly inside ("before" and "after"; code None: whatever stage comes first).

HOOKS = []


def hook(when, host, ids, code=None):
    def add(function):
        HOOKS.append((when, host, code, ids.split(), function))
        return function
    return add


class Moment:
    """What a hook sees, and how it tells. frame: the host's; value, error: how the stage was left (error UNKNOWN: by some exception)."""
    __slots__ = ("state", "entry", "frame", "value", "error", "inner", "inner_frame", "locals")

    def __init__(self, state, entry, frame, inner_frame, inner, value, error):
        self.state, self.entry, self.frame, self.inner_frame, self.inner = state, entry, frame, inner_frame, inner
        self.value, self.error, self.locals = value, error, None

    @property
    def v(self):
        if self.locals is None:
            self.locals = self.frame.f_locals
        return self.locals

    @property
    def caught(self):
        """The exception that is being handled."""
        return sys.exc_info()[1]

    def once(self, key):
        """True the first time in this call of the host."""
        notes = self.entry[2]
        if notes is None:
            notes = self.entry[2] = set()
        if key in notes:
            return False
        notes.add(key)
        return True

    def setting(self, name):
        """A setting, if the settings are loaded; else UNKNOWN. Reading it must not load them."""
        names = self.frame.f_globals if "settings" in self.frame.f_globals else object.__getattribute__(sys.modules["django.conf"], "__dict__")
        wrapped = attribute(names["settings"], "_wrapped")      # never `settings or ...`: asking for its truth loads them
        found = attribute(wrapped, name)
        if found is UNKNOWN and derives(wrapped, "django.conf.UserSettingsHolder"):
            found = attribute(attribute(wrapped, "default_settings"), name)
        return found


EXECUTE = "management.ManagementUtility.execute"


@hook("enter", EXECUTE, EXECUTE + ":subcommand")
def _(m):
    argv = attribute(m.v["self"], "argv")
    m.state.decide(EXECUTE + ":subcommand", argv[1] if len(argv) > 1 else "help")


@hook("before", EXECUTE, EXECUTE + ":settings_exception " + EXECUTE + ":configured " + EXECUTE + ":check_errors")
def _(m):
    inner = m.inner
    if inner not in ("django.setup", "autoreload.check_errors.wrapper", "management.ManagementUtility.autocomplete") or not m.once("configured"):
        return
    error = attribute(m.v["self"], "settings_exception")
    if issubclass(type(error), BaseException):
        m.state.point(EXECUTE + ":settings_exception", BaseException.__str__(error))
    wrapped = attribute(m.frame.f_globals["settings"], "_wrapped")
    configured = class_name(type(wrapped)) != "object"     # functional.empty is a bare object()
    m.state.decide(EXECUTE + ":configured", configured)
    if configured:
        m.state.decide(EXECUTE + ":check_errors", inner == "autoreload.check_errors.wrapper", m.v["subcommand"])


@hook("after", EXECUTE, EXECUTE + ":route", "management.ManagementUtility.autocomplete")
def _(m):
    if m.error is None:
        subcommand, rest = m.v["subcommand"], attribute(m.v["self"], "argv")[1:]
        version = subcommand == "version" or rest == ["--version"]
        m.state.decide(EXECUTE + ":route", "help" if subcommand == "help" else "version" if version else
                       "help" if rest in (["--help"], ["-h"]) else "fetch")


FETCH = "management.ManagementUtility.fetch_command"


def found(m):
    commands, subcommand = m.v.get("commands"), m.v["subcommand"]
    if type(commands) is not dict:
        commands = m.value
    if type(commands) is dict and m.once("found"):
        if subcommand in commands:
            m.state.decide(FETCH + ":found", True, subcommand, commands[subcommand])
        else:
            m.state.decide(FETCH + ":found", False, subcommand)
            m.state.sync()      # what follows is printed without a stage of its own


hook("after", FETCH, FETCH + ":found", "management.get_commands")(found)
hook("before", FETCH, FETCH + ":found", "management.load_command_class")(found)
hook("leave", FETCH, FETCH + ":found")(found)


@hook("after", "management.get_commands", "management.get_commands:winner", "management.find_commands")
def _(m):
    commands, app_config = m.v.get("commands"), m.v.get("app_config")
    if type(commands) is dict and type(m.value) is list:
        app_name = attribute(app_config, "name")
        for name in m.value:
            if name in commands:
                m.state.decide("management.get_commands:winner", app_name, name, commands[name])


RUN_FROM_ARGV = "base.BaseCommand.run_from_argv"


def traceback_asked(m):
    if m.caught is not None and derives(m.caught, "django.core.management.base.CommandError") and m.once("traceback"):
        m.state.decide(RUN_FROM_ARGV + ":traceback", item(m.v["options"], "traceback"))


hook("before", RUN_FROM_ARGV, RUN_FROM_ARGV + ":traceback", "base.OutputWrapper.write")(traceback_asked)
hook("before", RUN_FROM_ARGV, RUN_FROM_ARGV + ":traceback", "connection.BaseConnectionHandler.close_all")(traceback_asked)


@hook("enter", "base.BaseCommand.execute", "base.BaseCommand.execute:checks")
def _(m):
    options = m.v["options"]
    if not (options.get("force_color") and options.get("no_color")):
        wanted = truth(attribute(m.v["self"], "requires_system_checks"))
        if wanted is not UNKNOWN:
            m.state.decide("base.BaseCommand.execute:checks", wanted and not options.get("skip_checks"))


HANDLE = "runserver.Command.handle"


@hook("enter", HANDLE, HANDLE + ":hosts")
def _(m):
    debug, hosts = truth(m.setting("DEBUG")), truth(m.setting("ALLOWED_HOSTS"))
    if debug is not UNKNOWN and hosts is not UNKNOWN:
        m.state.decide(HANDLE + ":hosts", debug or hosts)


def addrport(m):
    if not m.once("addrport"):
        return
    given = item(m.v["options"], "addrport")
    if not given:
        if m.error is None:
            m.state.decide(HANDLE + ":addrport", "default")
    elif "m" in m.v and m.v["m"] is None:
        m.state.decide(HANDLE + ":addrport", "invalid", given, names="addrport")
    elif "m" in m.v:
        groups = m.v["m"].groups()
        m.state.decide(HANDLE + ":addrport", "given", groups[0], groups[4])


hook("before", HANDLE, HANDLE + ":addrport", "runserver.Command.run")(addrport)
hook("leave", HANDLE, HANDLE + ":addrport")(addrport)


@hook("enter", "runserver.Command.run", "runserver.Command.run:use_reloader")
def _(m):
    m.state.decide("runserver.Command.run:use_reloader", item(m.v["options"], "use_reloader"))


@hook("enter", "autoreload.run_with_reloader", "autoreload.run_with_reloader:RUN_MAIN")
def _(m):
    m.state.decide("autoreload.run_with_reloader:RUN_MAIN", os.environ.get("RUN_MAIN") == "true")


@hook("after", "autoreload.restart_with_reloader", "autoreload.restart_with_reloader:exit_code", "subprocess.run")
def _(m):
    if m.error is None:
        m.state.decide("autoreload.restart_with_reloader:exit_code", attribute(m.value, "returncode"))


@hook("before", "autoreload.StatReloader.tick", "autoreload.StatReloader.tick:changed", "autoreload.BaseReloader.notify_file_changed")
def _(m):
    m.state.point("autoreload.StatReloader.tick:changed", VALUE_OF["filename"]({"filename": m.v["filepath"]}))


INNER_RUN = "runserver.Command.inner_run"


@hook("after", INNER_RUN, INNER_RUN + ":skip_checks", "autoreload.raise_last_exception")
def _(m):
    if m.error is None and "skip_checks" in m.frame.f_code.co_consts:      # asked since Django 4.0
        m.state.decide(INNER_RUN + ":skip_checks", item(m.v["options"], "skip_checks"))


@hook("before", INNER_RUN, INNER_RUN + ":bind_error " + INNER_RUN + ":KeyboardInterrupt", "base.OutputWrapper.write")
def _(m):
    if isinstance(m.caught, OSError) and "error_text" in m.v:
        number, text = OSError.errno.__get__(m.caught), m.v["error_text"]
        names = {"EACCES": 13, "EADDRINUSE": (98, 48), "EADDRNOTAVAIL": (99, 49)}
        taken = [n for n, numbers in names.items() if number == numbers or (type(numbers) is tuple and number in numbers)]
        m.state.decide(INNER_RUN + ":bind_error", taken[0] if taken else str(number),
                       text if type(text) is str else OSError.__str__(text))
    elif isinstance(m.caught, KeyboardInterrupt) and m.once("KeyboardInterrupt"):
        m.state.point(INNER_RUN + ":KeyboardInterrupt", m.v["shutdown_message"])


@hook("leave", INNER_RUN, INNER_RUN + ":KeyboardInterrupt")
def _(m):
    # The only sys.exit() of inner_run is the one after Ctrl-C.
    error = m.error
    exits = error is UNKNOWN and m.state.raised is not None and m.state.raised.startswith("SystemExit")
    if (exits or (isinstance(error, SystemExit) and isinstance(error.__context__, KeyboardInterrupt))) and m.once("KeyboardInterrupt"):
        m.state.point(INNER_RUN + ":KeyboardInterrupt", m.v["shutdown_message"])


RUN_CHECKS = "checks.registry.CheckRegistry.run_checks"


@hook("enter", RUN_CHECKS, RUN_CHECKS + ":check")
def _(m):
    for name in ("registered_checks", "deployment_checks"):
        for check in list(attribute(m.v["self"], name)):
            m.state.watch_check(check)


@hook("before", RUN_CHECKS, RUN_CHECKS + ":check")
def _(m):
    check = m.v.get("check")
    if type(check).__name__ == "function" and check.__code__ is m.inner_frame.f_code:
        m.state.point(RUN_CHECKS + ":check", check.__name__)


MIGRATIONS = "base.BaseCommand.check_migrations"


@hook("after", MIGRATIONS, MIGRATIONS + ":database", "migrations.executor.MigrationExecutor.__init__")
def _(m):
    if m.error is None and m.once("database"):
        m.state.decide(MIGRATIONS + ":database", True)


@hook("leave", MIGRATIONS, MIGRATIONS + ":database")
def _(m):
    if m.error is None and "executor" not in m.v and m.once("database"):
        m.state.decide(MIGRATIONS + ":database", False)


STATIC = "staticfiles.management.commands.runserver.Command.get_handler"


@hook("after", STATIC, STATIC + ":static", "runserver.Command.get_handler")
def _(m):
    debug = truth(m.setting("DEBUG"))
    if m.error is None and debug is not UNKNOWN:
        use, insecure = m.v["options"]["use_static_handler"], m.v["options"]["insecure_serving"]
        m.state.decide(STATIC + ":static", bool(use and (debug or insecure)), use, insecure)


@hook("enter", "basehttp.get_internal_wsgi_application", "basehttp.get_internal_wsgi_application:WSGI_APPLICATION")
def _(m):
    path = m.setting("WSGI_APPLICATION")
    if path is not UNKNOWN:
        m.state.decide("basehttp.get_internal_wsgi_application:WSGI_APPLICATION", path)


@hook("enter", "basehttp.run", "basehttp.run:threading")
def _(m):
    m.state.decide("basehttp.run:threading", m.v["threading"])


@hook("before", "basehttp.run", "basehttp.run:class", "basehttp.WSGIServer.__init__")
def _(m):
    cls = m.v["httpd_cls"]
    m.state.point("basehttp.run:class", class_name(cls), type.__dict__["__bases__"].__get__(cls))


@hook("after", "basehttp.run", "basehttp.run:bound", "basehttp.WSGIServer.__init__")
def _(m):
    if m.error is None:
        m.state.point("basehttp.run:bound", attribute(m.inner_frame.f_locals["self"], "server_address"))


@hook("after", "basehttp.WSGIRequestHandler.handle", "basehttp.WSGIRequestHandler.handle:close_connection",
      "basehttp.WSGIRequestHandler.handle_one_request")
def _(m):
    if m.error is None:
        m.state.decide("basehttp.WSGIRequestHandler.handle:close_connection", attribute(m.v["self"], "close_connection"))


@hook("leave", "http.server.BaseHTTPRequestHandler.parse_request", "http.server.BaseHTTPRequestHandler.parse_request:accepted")
def _(m):
    if m.error is None:
        m.state.decide("http.server.BaseHTTPRequestHandler.parse_request:accepted", m.value)


@hook("after", "staticfiles.handlers.StaticFilesHandler.__call__", "staticfiles.handlers.StaticFilesHandler.__call__:should_handle",
      "staticfiles.handlers.StaticFilesHandlerMixin._should_handle")
def _(m):
    if m.error is None:
        m.state.decide("staticfiles.handlers.StaticFilesHandler.__call__:should_handle", m.value, item(m.v["environ"], "PATH_INFO"))


LAYER = "deprecation.MiddlewareMixin.__call__"


@hook("before", LAYER, LAYER + ":short_circuit", "handlers.exception.convert_exception_to_response.inner")
def _(m):
    if m.once("short_circuit"):
        m.state.decide(LAYER + ":short_circuit", False, VALUE_OF["class"](m.v))


@hook("leave", LAYER, LAYER + ":short_circuit")
def _(m):
    if m.error is None and derives(m.value, "django.http.response.HttpResponseBase") and m.once("short_circuit"):
        m.state.decide(LAYER + ":short_circuit", True, VALUE_OF["class"](m.v))


MATCH = "urls.resolvers.URLResolver.resolve"


@hook("leave", MATCH, MATCH + ":match")
def _(m):
    if m.error is None:
        m.state.decide(MATCH + ":match", True, attribute(m.value, "route"))
    elif m.state.raised_here(m.frame, m.error, "Resolver404"):
        if m.v.get("match"):
            m.state.decide(MATCH + ":match", False, m.v["new_path"], len(m.v["tried"]), names="new_path len(tried)")
        else:
            m.state.decide(MATCH + ":match", False, m.v["path"], names="path")


@hook("enter", "handlers.exception.response_for_exception", "handlers.exception.response_for_exception:kind")
def _(m):
    error = m.v["exc"]
    kind = class_name(type(error))
    for name, full in (("Http404", "django.http.response.Http404"), ("PermissionDenied", "django.core.exceptions.PermissionDenied"),
                       ("MultiPartParserError", "django.http.multipartparser.MultiPartParserError"),
                       ("BadRequest", "django.core.exceptions.BadRequest"),
                       ("SuspiciousOperation", "django.core.exceptions.SuspiciousOperation")):
        if derives(error, full):
            kind = name
            break
    m.state.decide("handlers.exception.response_for_exception:kind", kind, m.setting("DEBUG"))


WELCOME = "views.debug.technical_404_response"


def welcome(m):
    if m.error is None and m.once("welcome"):
        tried = m.v.get("tried")
        m.state.decide(WELCOME + ":welcome", m.inner == "views.debug.default_urlconf", len(tried) if tried else 0)


hook("before", WELCOME, WELCOME + ":welcome")(welcome)
hook("leave", WELCOME, WELCOME + ":welcome")(welcome)


@hook("after", "views.static.serve", "views.static.serve:modified", "views.static.was_modified_since")
def _(m):
    if m.error is None:
        m.state.decide("views.static.serve:modified", m.value, VALUE_OF["filename"]({"filename": m.v["fullpath"]}))


@hook("leave", "basehttp.ServerHandler.cleanup_headers", "basehttp.ServerHandler.cleanup_headers:connection")
def _(m):
    closes = attribute(attribute(m.v["self"], "request_handler"), "close_connection")
    if m.error is None and closes is not UNKNOWN:
        m.state.decide("basehttp.ServerHandler.cleanup_headers:connection", "close" if closes else "keep-alive")


POPULATE = "apps.registry.Apps.populate"


@hook("enter", POPULATE, POPULATE + ":phase")
def _(m):
    apps = m.v["self"]
    if attribute(apps, "ready") or attribute(apps, "loading"):
        m.once("models"), m.once("ready")
    else:
        m.state.point(POPULATE + ":phase", "app configs")


def phases(m):
    apps = m.v["self"]
    if attribute(apps, "apps_ready") is True and m.once("models"):
        m.state.point(POPULATE + ":phase", "models")
    if attribute(apps, "models_ready") is True and m.once("ready"):
        m.state.point(POPULATE + ":phase", "ready")


hook("before", POPULATE, POPULATE + ":phase")(phases)
hook("leave", POPULATE, POPULATE + ":phase")(phases)


# ---- C functions: which call in which function of Python is which stage ----

class CCall:
    """values: of (frame, object, n) with n calls of that function before in this frame; result: of (frame, object); late: of (frame, what
    the function returned), asked at the next event, when the frame has the result. then: told after it, at once."""
    __slots__ = ("ids", "values", "result", "late", "then")

    def __init__(self, ids, values, result=None, late=None, then=None):
        self.ids, self.values, self.result, self.late, self.then = ids.split(), values, result, late, then


def fd_of(sock):
    """socket.fileno() of the C class, whatever the class of the object."""
    for base in type.__dict__["__mro__"].__get__(type(sock)):
        if module_name(base) == "_socket":
            return base.fileno(sock)
    return UNKNOWN


def name_of_socket(sock):
    for base in type.__dict__["__mro__"].__get__(type(sock)):
        if module_name(base) == "_socket":
            return base.getsockname(sock)
    return UNKNOWN


def option(frame, sock, n):
    constants = sys.modules["_socket"]
    reuse_address = n == 0 and attribute(frame.f_locals["self"], "allow_reuse_address")
    return fd_of(sock), constants.SOL_SOCKET, constants.SO_REUSEADDR if reuse_address else constants.SO_REUSEPORT, 1


def returncode(status):
    return -(status & 127) if status & 127 else status >> 8


def pid_of(frame):
    return attribute(frame.f_locals["self"], "pid")


def program_of(frame, child):
    v = frame.f_locals
    return v.get("executable") if v.get("executable") is not None else v["args"][0], v["args"], child


def accepted(frame, value):
    return frame.f_locals.get("fd", UNKNOWN)


def polled(frame, value):
    return len(frame.f_locals["fd_event_list"]) if "fd_event_list" in frame.f_locals else UNKNOWN


SELF = "self"
C_CALLS = {
    ("Lib/socketserver.py", "TCPServer.server_bind"): {
        "setsockopt": CCall("syscall.setsockopt", option),
        "bind": CCall("socket.bind syscall.bind", lambda f, o, n: (fd_of(o), attribute(f.f_locals["self"], "server_address"))),
        "getsockname": CCall("syscall.getsockname", lambda f, o, n: (fd_of(o),), result=lambda f, o: name_of_socket(o)),
    },
    ("Lib/socketserver.py", "TCPServer.server_activate"): {
        "listen": CCall("socket.listen syscall.listen", lambda f, o, n: (fd_of(o), attribute(f.f_locals["self"], "request_queue_size"))),
    },
    ("Lib/selectors.py", "_PollLikeSelector.select"): {
        "poll": CCall("syscall.poll", lambda f, o, n: (next(iter(attribute(f.f_locals["self"], "_fd_to_key")), UNKNOWN), f.f_locals["timeout"]),
                      late=polled),
    },
    ("Lib/socket.py", "socket.accept"): {"_accept": CCall("syscall.accept", lambda f, o, n: (fd_of(o),), late=accepted)},
    ("Lib/socket.py", "SocketIO.readinto"): {
        "recv_into": CCall("syscall.recv", lambda f, o, n: (fd_of(o), len(f.f_locals["b"])), late=lambda f, value: value),
    },
    ("Lib/socketserver.py", "_SocketWriter.write"): {
        "sendall": CCall("syscall.send", lambda f, o, n: (fd_of(o), len(f.f_locals["b"])), result=lambda f, o: len(f.f_locals["b"])),
    },
    ("Lib/socketserver.py", "TCPServer.shutdown_request"): {"shutdown": CCall("syscall.shutdown", lambda f, o, n: (fd_of(o), 1))},
    ("django/core/servers/basehttp.py", "WSGIRequestHandler.handle"): {
        "shutdown": CCall("syscall.shutdown", lambda f, o, n: (fd_of(o), 1)),
    },
    ("Lib/socket.py", "socket._real_close"): {"close": CCall("syscall.close", lambda f, o, n: (fd_of(o),))},
    # Both make the child and let it become the program, in one C function: the two stages are told one after the other.
    ("Lib/subprocess.py", "Popen._posix_spawn"): {
        "posix_spawn": CCall("syscall.fork", lambda f, o, n: (), late=lambda f, value: pid_of(f), then="syscall.execve"),
    },
    ("Lib/subprocess.py", "Popen._execute_child"): {
        "fork_exec": CCall("syscall.fork", lambda f, o, n: (), late=lambda f, value: pid_of(f), then="syscall.execve"),
    },
    ("Lib/subprocess.py", "Popen._try_wait"): {
        "waitpid": CCall("syscall.waitpid", lambda f, o, n: (pid_of(f),),
                         late=lambda f, value: returncode(value[1]) if type(value) is tuple and value[0] else UNKNOWN if value is None else None),
    },
}
C_CALLS[("Lib/subprocess.py", "Popen._execute_child")]["_fork_exec"] = C_CALLS[("Lib/subprocess.py", "Popen._execute_child")]["fork_exec"]

# Functions that are no stages and yet are watched: word -> (file, qualified name).
HELPERS = {
    "emit": ("Lib/logging/__init__.py", "StreamHandler.emit"),
    "print_message": ("Lib/argparse.py", "ArgumentParser._print_message"),
    "subprocess.run": ("Lib/subprocess.py", "run"),
    "autoreload.BaseReloader.notify_file_changed": ("django/utils/autoreload.py", "BaseReloader.notify_file_changed"),
    "socket": ("Lib/socket.py", "socket.__init__"),
}
WRITE = "base.OutputWrapper.write"
RESTART = "autoreload.restart_with_reloader"
THREADED = "socketserver.ThreadingMixIn.process_request"
IN_THREAD = "socketserver.ThreadingMixIn.process_request_thread"
UNTHREADED = "socketserver.BaseServer.process_request"
SYNC_AT = ("emit", "print_message", WRITE)
# After these, the project may take its time, or not come back: what is known is sent first.
SEND_AT = {
    "importlib.import_module", "module_loading.import_string", "selectors._PollLikeSelector.select", "basehttp.WSGIRequestHandler.handle_one_request",
    "handlers.base.BaseHandler._get_response", "autoreload.BaseReloader.wait_for_apps_ready", "autoreload.StatReloader.tick",
    "autoreload.start_django", "syscall.poll", "syscall.recv", "syscall.accept", "syscall.waitpid", RESTART,
}
SEND_AFTER = {"wsgiref.handlers.BaseHandler.run", "basehttp.WSGIRequestHandler.handle_one_request", "handlers.base.BaseHandler.resolve_request", "autoreload.StatReloader.tick", "staticfiles.apps.StaticFilesConfig.ready",
              "apps.config.AppConfig.import_models", "base.BaseCommand.check", WRITE}


class Spec:
    """A function that is watched: a stage that is wanted (index >= 0), or one that others are found by."""

    def __init__(self, id_, path, tail, index=-1):
        self.id, self.path, self.tail, self.index = id_, path, tail, index
        self.names = self.values = self.result = None
        self.announced = index < 0      # its recipe is read, and N is sent, at its first event
        self.head = {letter: "%s\t%d\t" % (letter, index) for letter in "BEXPD"}
        self.on_enter = self.on_leave = self.before = self.after = self.c = self.extra = self.enter = self.leave = None
        self.sync = self.send_at = self.send_after = False
        self.told_names = None


def recipe(text):
    """-> (names, function of a frame that gives the values as fields, function of a result that gives its text or None)"""
    values, arrow, result = text.partition("->")
    names, parts, quick = [], [], {}
    for word in values.partition("|")[0].split():
        name, _, expression = word.partition("=")
        expression = expression or name
        if expression[0] == "@":
            parts.append("show(VALUE_OF[%r](v))" % expression[1:])
        else:
            local, *path = expression.split(".")
            code = careful = "v[%r]" % local
            for step in path:
                careful = "item(%s, %r)" % (careful, step)
                code = ("get_item(%s, %r)" if local in ("environ", "kwargs", "options") else "plain(%s, '__dict__')[%r]") % (code, step)
            parts.append("show(%s)" % careful)
            quick[parts[-1]] = "show(%s)" % code
        names.append(name)
    if parts:
        get_each = [eval("lambda v: " + part, globals()) for part in parts]

        def one_by_one(v):
            return "".join("\t" + attempt(one, v) for one in get_each)

        names_there = dict(globals(), one_by_one=one_by_one, plain=object.__getattribute__, get_item=dict.get)
        exec("def get(frame):\n    v = frame.f_locals\n    try:\n        return f\"%s\"\n    except Exception:\n        return one_by_one(v)"
             % "".join("\\t{%s}" % quick.get(part, part).replace('"', "'") for part in parts), names_there)
        get = names_there["get"]
    else:
        get = None
    results = {"": None, ".": show, "len": lambda value: show(len(value)) if type(value) in (list, tuple) else "",
               "1": lambda value: show(value[1])}
    return names, get, results[result.strip()]


def attempt(function, *args):
    try:
        return function(*args)
    except Exception:
        if DEBUG:
            complain()
        return ""


def complain():
    import traceback
    traceback.print_exc()


# ---- the connection ----

class Wire:
    """Lines on their way to watch. Nothing here waits for the other side, but sync(), for a moment."""

    def __init__(self, folder, narrated):
        self.folder, self.narrated = folder, narrated
        self.lines, self.rest = [], b""         # not sent yet, each of four parts; the tail of what was begun to be sent
        self.lost = 0
        self.due_ns = 0
        self.socket = None
        self.on = True
        self.lock, self.sync_lock = _thread.allocate_lock(), _thread.allocate_lock()
        self.asked = self.answered = 0
        self.flags = 0
        self.on_off = None

    def connect(self):
        loaded = "_socket" in sys.modules
        import _socket
        if not loaded:
            del sys.modules["_socket"]      # the project is the first to import it
        self.flags = getattr(_socket, "MSG_NOSIGNAL", 0) | _socket.MSG_DONTWAIT
        self.blocking_errors = (BlockingIOError, InterruptedError)
        made = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        # The project counts its descriptors from 3 on as ever: ours lies far up.
        for high in (1019, 509, 251):
            try:
                posix.fstat(high)
            except OSError:
                try:
                    moved = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, posix.dup2(made.fileno(), high, False))
                except OSError:
                    continue
                made.close()
                made = moved
                break
        made.settimeout(0.5)
        made.connect(self.folder + "/socket")
        made.settimeout(0.0)
        self.socket = made

    def switch_off(self):
        self.on = False
        del self.lines[:]
        if self.on_off is not None:
            self.on_off()

    def say(self, text):
        """A line that is no event."""
        self.lines.append((text, "", "", ""))

    def flush(self):
        self.due_ns = time.monotonic_ns() + FLUSH_NS
        lines = self.lines
        while (lines or self.rest) and self.on and self.lock.acquire(False):
            try:
                if self.socket is None:
                    self.connect()
                if not self.rest:
                    self.count_lost()
                    batch = lines[:]
                    self.rest = "".join(["%s%s%s%s\n" % line for line in batch]).encode("utf-8", "backslashreplace")
                    del lines[:len(batch)]
                self.rest = self.rest[self.socket.send(self.rest, self.flags):]
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                self.switch_off()
                return
            finally:
                self.lock.release()

    def count_lost(self):
        if self.lost and len(self.lines) < MAX_LINES:
            lost, self.lost = self.lost, 0
            self.say("L\t%d" % lost)

    def drain(self):
        """The process ends: what the socket did not take until now gets a moment more."""
        end = time.monotonic() + DRAIN_SECONDS
        while (self.rest or self.lines or self.lost) and self.on and time.monotonic() < end:
            self.count_lost()
            self.flush()
            if self.rest:
                time.sleep(0.002)

    def sync(self):
        """The project is about to print: what has been told before is to be read before."""
        if not self.narrated:
            return
        if not self.sync_lock.acquire(False):
            return self.flush()
        try:
            late = self.asked != self.answered
            if late:
                self.listen(0.0)
                late = self.asked != self.answered
            if not late:
                self.asked += 1
                self.say("S\t%d" % self.asked)
            self.flush()
            if not late and self.socket is not None:
                self.listen(SYNC_SECONDS)
        finally:
            self.sync_lock.release()

    def listen(self, seconds):
        end = time.monotonic() + seconds
        try:
            while self.on and self.answered != self.asked:
                self.socket.settimeout(max(seconds and end - time.monotonic(), 0.0))
                data = self.socket.recv(256)
                if not data:
                    return self.switch_off()
                numbers = [word for word in data.replace(b"S\t", b"").split(b"\n") if word.isdigit()]
                if numbers:
                    self.answered = int(numbers[-1])
        except (BlockingIOError, InterruptedError):
            pass
        except OSError as error:        # socket.timeout is OSError, and TimeoutError since 3.10
            if error.errno is not None:
                self.switch_off()
        finally:
            if self.on:
                self.socket.settimeout(0.0)


def json_of(texts):
    def quoted(text):
        units = text.encode("utf-16-be", "surrogatepass")
        codes = [units[i] << 8 | units[i + 1] for i in range(0, len(units), 2)]
        return '"' + "".join(chr(c) if 32 <= c < 127 and c not in (34, 92) else "\\u%04x" % c for c in codes) + '"'
    return "[" + ", ".join(quoted(text) for text in texts if isinstance(text, str)) + "]"


def clean(text):
    return "".join(c if c.isprintable() else "?" for c in text)


# ---- one thread ----

class State:
    """The open frames of a thread, outermost first: [spec, whether B was sent, what its hooks remember]."""

    def __init__(self, recorder):
        self.recorder, self.wire = recorder, recorder.wire
        self.stack = []
        self.tid = "\t%d" % _thread.get_native_id()
        self.named = False
        self.number = 0
        # Before 3.12 an exception is seen when somebody handles it: until then the lines from its first X on are held back.
        self.held = None            # [(id of the frame that it left or None, line)]
        self.raised = None          # SystemExit(1), when sys.exit() was seen to raise it
        self.seen = None            # (ids of frames it has left, its text): what is being handled
        self.flying = None          # the text of what leaves one frame after the other, since it was raised again by who handled it
        self.late = None            # (head of an E, its CCall, frame): the result is not known yet

    def announce(self, spec, frame):
        wire, lines = self.wire, self.wire.lines
        recorder = self.recorder
        if not recorder.greeted:
            recorder.greeted = True
            argv = getattr(sys, "argv", [])
            wire.say("H\t1\t%d\t%s\t%s\t%s" % (posix.getpid(), "child" if os.environ.get("RUN_MAIN") == "true" else "",
                                                    "%d.%d.%d" % sys.version_info[:3], json_of(argv)))
            wire.say("M\t" + recorder.mode)
        if not recorder.versioned and "django" in sys.modules:
            version = attribute(sys.modules["django"], "VERSION")
            if type(version) is tuple and len(version) == 5:
                recorder.versioned = True
                suffix = "" if version[3] == "final" else "%s%s" % ({"alpha": "a", "beta": "b"}.get(version[3], version[3]), version[4])
                wire.say("V\t%s%s" % (".".join(str(part) for part in (version[:3] if version[2] else version[:2])), suffix))
        if not self.named:
            self.named = True
            wire.say("T%s\t%s" % (self.tid, clean(self.recorder.thread_name())))
        if not spec.announced:
            spec.announced = True
            spec.names, spec.values, spec.result = recipe(STAGES.get(spec.id, ""))
            place, line = "", 0
            if frame is not None:
                place, line = frame.f_code.co_filename, frame.f_code.co_firstlineno
            wire.say("N\t%d\t%s\t%d%s" % (spec.index, clean(place), line, "".join("\t" + name for name in spec.names)))

    def tell(self, line):
        if self.held is not None:
            self.held.append((None, line))
        else:
            self.wire.lines.append(line)

    def settle(self, value=UNKNOWN):
        """The result of a C function that the frame has by now."""
        (head, call, frame), self.late = self.late, None
        text = show(attempt(call.late, frame, value) if value is not UNKNOWN or call.late is not None else UNKNOWN)
        self.tell(head[:3] + ("\t" + text if text else "",))
        if call.then is not None:
            execve = self.recorder.by_id.get(call.then)
            if execve is not None and execve.index >= 0:
                if not execve.announced:
                    self.announce(execve, None)
                now = time.monotonic_ns()
                fields = "".join("\t" + show(v) for v in attempt(program_of, frame, pid_of(frame)) or ())
                self.tell((execve.head["B"], now, self.tid, fields))
                self.tell((execve.head["E"], now, self.tid, "\t0"))

    def decide(self, id_, taken, *values, names=None):
        self.moment("D", id_, (taken,) + values, names)

    def point(self, id_, *values, names=None):
        self.moment("P", id_, values, names)

    def moment(self, letter, id_, values, names):
        spec = self.recorder.by_id[id_]
        if spec.index < 0:
            return
        wire = self.wire
        if not spec.announced or not self.named:
            self.announce(spec, None)
        if names != spec.told_names:        # None: those that N has told
            spec.told_names = names
            wire.say("N\t%d\t\t0\t%s" % (spec.index, "\t".join(names.split() if names is not None else spec.names)))
        if len(wire.lines) >= MAX_LINES:
            wire.lost += 1
            return
        self.tell((spec.head[letter], time.monotonic_ns(), self.tid, "".join(["\t" + show(value) for value in values])))

    def sync(self):
        if self.held is None:
            self.wire.sync()

    def watch_check(self, check):
        if type(check).__name__ == "function" and check.__code__.co_name not in self.recorder.by_name:    # a stage is found by itself
            self.recorder.watch(check.__code__, self.recorder.by_id["check"])

    def raised_here(self, frame, error, name):
        """Whether a `raise` of this very frame, of an exception of that name, is what leaves it."""
        if error is UNKNOWN:
            return frame.f_code.co_code[frame.f_lasti] == RAISE_VARARGS
        traceback = error.__traceback__
        return class_name(type(error)) == name and (traceback is None or traceback.tb_next is None)

    def hooks(self, functions, entry, frame, inner_frame=None, inner=None, value=None, error=None):
        for function in functions:
            try:
                function(Moment(self, entry, frame, inner_frame, inner, value, error))
            except Exception:
                if DEBUG:
                    complain()

    def hooks_of_host(self, table, host, frame, spec, value=None, error=None):
        """A stage directly inside `host` is entered or left: the host's hooks for it, with the host's frame."""
        functions = table.get(spec.id) or table.get(None)
        if functions is not None:
            host_frame = self.host_of(frame, host[0])
            if host_frame is not None:
                self.hooks(functions, host, host_frame, frame, spec.id, value, error)

    def unwind_to(self, spec):
        """Closes frames whose end was not seen. Gives: whether `spec` is open at all."""
        stack = self.stack
        if not any(entry[0] is spec for entry in stack):
            return False
        while stack[-1][0] is not spec:
            lost = stack.pop()
            if lost[1]:
                self.tell((lost[0].head["E"], time.monotonic_ns(), self.tid, ""))
        return True

    def host_of(self, frame, spec):
        for _ in range(40):
            frame = frame.f_back
            if frame is None:
                return None
            if self.recorder.specs.get(id(frame.f_code)) is spec:
                return frame
        return None


# ---- what is watched, and the frames that come and go ----

RAISE_VARARGS, RETURN_VALUE, YIELD_VALUE = 130, 83, 86     # of Python 3.8 to 3.11
RERAISES = {88, 119} if sys.version_info < (3, 9) else {119}   # END_FINALLY, RERAISE


class Recorder:
    def __init__(self, folder, stages, narrated):
        self.wire = Wire(folder, narrated)
        self.greeted = self.versioned = False
        self.mode = ""
        self.local = _thread._local()
        self.by_id, self.by_name = {}, {}
        self.specs = {}         # id of a code object -> Spec, or False
        self.kept = []          # those code objects: an id is theirs as long as they live
        self.names = set()      # their names: what the profiler looks at first
        self.roots = {}
        self.numbers, self.requests = 0, {}     # connections; id of a request's socket -> its number
        self.main_thread = _thread.get_ident()
        self.own = None         # the environment without us, while RESTART runs
        self.folder = folder
        self.arm = lambda code, spec: None      # sys.monitoring: asks for a code object's events
        self.fill(stages)

    def fill(self, stages):
        by_id = self.by_id
        for stage in stages:
            spec = by_id[stage["id"]] = Spec(stage["id"], stage["path"], tail_of(stage["path"], stage["qualname"]),
                                               stage["i"] if stage.get("wanted", True) else -1)
            spec.send_at, spec.send_after = spec.id in SEND_AT, spec.id in SEND_AFTER
        for word, (path, tail) in HELPERS.items():
            by_id[word] = Spec(word, path, tail)
        by_id["check"] = Spec("check", "", "")
        used = {spec.id for spec in by_id.values() if spec.index >= 0 and ":" not in spec.id and spec.path}
        for when, host, code, ids, function in HOOKS:
            if host not in by_id or not any(i in by_id and by_id[i].index >= 0 for i in ids):
                continue
            used.add(host)
            if code is not None:
                used.add(code)
            spec = by_id[host]
            if when == "enter":
                spec.on_enter = (spec.on_enter or []) + [function]
            elif when == "leave":
                spec.on_leave = (spec.on_leave or []) + [function]
            else:
                table = getattr(spec, when)
                if table is None:
                    table = {}
                    setattr(spec, when, table)
                table.setdefault(code, []).append(function)
        for (path, tail), calls in C_CALLS.items():
            calls = {name: call for name, call in calls.items() if any(i in by_id and by_id[i].index >= 0 for i in call.ids + [call.then])}
            if calls:
                host = next((s for s in by_id.values() if s.path == path and s.tail == tail and ":" not in s.id), None)
                if host is None:
                    host = by_id[tail] = Spec(tail, path, tail)
                host.c = calls
                used.add(host.id)
        if "syscall.socket" in by_id and by_id["syscall.socket"].index >= 0:
            used.add("socket")
        used.update((THREADED, IN_THREAD, UNTHREADED, RESTART))
        if self.wire.narrated:
            used.update(SYNC_AT)
            for word in SYNC_AT:
                by_id[word].sync = True if word in by_id else False
        for id_, extra in ((THREADED, count_connection), (UNTHREADED, count_connection), (IN_THREAD, take_number), (RESTART, lend_environment),
                           ("socket", tell_socket), ("logging.shutdown", only_at_exit)):
            if id_ in by_id:
                by_id[id_].extra = extra
        for id_ in used:
            spec = by_id.get(id_)
            if spec is None or (not spec.path and spec.id != "check"):
                continue
            for path, qualname in [(spec.path, spec.tail)] + ALIASES.get(id_, []):
                name = qualname.rpartition(".")[2]
                self.by_name.setdefault(name, []).append((path, qualname, spec))
                self.names.add(name)

    def thread_name(self):
        threading = sys.modules.get("threading")
        thread = attribute(threading, "_active").get(_thread.get_ident()) if threading is not None else None
        name = attribute(thread, "_name")
        return name if type(name) is str else "MainThread" if _thread.get_ident() == self.main_thread else "thread"

    # -- which code objects --

    def watch(self, code, spec):
        known = self.specs.get(id(code))
        if known:
            return
        self.kept.append(code)
        if spec.enter is None:
            spec.enter, spec.leave = self.entering(spec), self.leaving(spec)
        self.specs[id(code)] = spec
        self.names.add(code.co_name)
        self.arm(code, spec)

    def classify(self, code, frame):
        """The Spec of a code object that is met for the first time, or False."""
        for path, qualname, spec in self.by_name.get(code.co_name, ()):
            if self.is_it(path, qualname, spec, code, frame):
                self.watch(code, spec)
                return spec
        if len(self.kept) < 100000:
            self.kept.append(code)
            self.specs[id(code)] = False
        return False

    def place(self, filename):
        """django/core/wsgi.py or Lib/socketserver.py, or None: below the packages that this process has loaded."""
        for name in ("django", "Lib"):
            root = self.roots.get(name)
            if root is None:
                if name == "Lib":
                    root = os.__file__.rpartition("/")[0]
                else:
                    module = sys.modules.get("django")
                    file = attribute(module, "__file__") if module is not None else None
                    if type(file) is not str:
                        continue
                    root = file.rpartition("/")[0]
                self.roots[name] = root
            if filename.startswith(root + "/"):
                return name + filename[len(root):]
        return None

    def is_it(self, path, qualname, spec, code, frame):
        if spec.id == "manage.main":
            # The project's own file, whatever its name: its main() that calls Django.
            return (frame.f_globals.get("__name__") == "__main__" and "execute_from_command_line" in code.co_names
                    and frame.f_globals.get("main") is not None)
        place = self.place(code.co_filename)
        if place is None:
            return False
        if place != path and (place.rpartition("/")[0] != path.rpartition("/")[0] or not self.moved(path, qualname)):
            return False
        if sys.version_info >= (3, 11):
            return code.co_qualname == qualname
        return code in codes_of(frame.f_globals, qualname)

    def moved(self, path, qualname):
        """Whether the file where a stage should be does not have it; then one of the same name in a file beside it is meant."""
        name = "django" if path.startswith("django/") else "Lib"
        module = sys.modules.get((path if name == "django" else path[4:])[:-3].replace("/", ".").replace(".__init__", ""))
        if module is not None:
            return not codes_of(object.__getattribute__(module, "__dict__"), qualname)
        try:
            posix.stat(self.roots[name] + path[len(name):])
        except OSError:
            return True
        return False

    # -- calls --

    def state(self):
        try:
            return self.local.state
        except AttributeError:
            state = self.local.state = State(self)
            return state

    def entering(self, spec):
        """-> the function of a frame of `spec` that is entered. As lean as can be: it runs at every call of a stage."""
        recorder, local, wire, lines, clock = self, self.local, self.wire, self.wire.lines, time.monotonic_ns
        head, send_at, extra, on_enter, sync, wanted = spec.head["B"], spec.send_at, spec.extra, spec.on_enter, spec.sync, spec.index >= 0
        special = extra is not None or on_enter is not None or sync

        def enter(frame):
            try:
                state = local.state
            except AttributeError:
                state = recorder.state()
            stack = state.stack
            if state.late is not None:
                state.settle()
            if stack:
                parent = stack[-1]
                if parent[0].before is not None:
                    state.hooks_of_host(parent[0].before, parent, frame, spec)
            entry = [spec, wanted, None]
            stack.append(entry)
            if special and extra is not None:
                attempt(extra, recorder, state, frame, entry, True)
            if entry[1]:
                if len(lines) < MAX_LINES:
                    if not spec.announced or not state.named:
                        state.announce(spec, frame)
                    now = clock()
                    values = spec.values
                    if state.held is None:
                        lines.append((head, now, state.tid, values(frame) if values is not None else ""))
                    else:
                        state.held.append((None, (head, now, state.tid, values(frame) if values is not None else "")))
                    if send_at or now > wire.due_ns:
                        wire.flush()
                else:
                    entry[1] = False
                    wire.lost += 1
                    wire.flush()
            if special:
                if on_enter is not None:
                    state.hooks(on_enter, entry, frame)
                if sync:
                    state.sync()
        return enter

    def leaving(self, spec):
        """-> the function of a frame of `spec` that is left: with a value, or with an error (UNKNOWN: some exception)."""
        recorder, local, wire, lines, clock = self, self.local, self.wire, self.wire.lines, time.monotonic_ns
        head, head_x, send_after, extra, on_leave = spec.head["E"], spec.head["X"], spec.send_after, spec.extra, spec.on_leave

        def leave(frame, value, error):
            try:
                state = local.state
            except AttributeError:
                return
            stack = state.stack
            if not stack or (stack[-1][0] is not spec and not state.unwind_to(spec)):
                return      # entered before we watched
            if state.late is not None:
                state.settle(value)
            if on_leave is not None:
                state.hooks(on_leave, stack[-1], frame, None, None, value, error)
            entry = stack.pop()
            if entry[1]:
                now = clock()
                if error is None:
                    result = spec.result
                    text = result(value) if result is not None else ""
                    if state.held is None:
                        lines.append((head, now, state.tid, "\t" + text if text else ""))
                    else:
                        state.held.append((None, (head, now, state.tid, "\t" + text if text else "")))
                elif error is UNKNOWN:
                    recorder.hold(state, frame, (head_x, now, state.tid, ""))
                else:
                    lines.append((head_x, now, state.tid, "\t" + cut(attempt(show_exception, error))))
                if send_after or now > wire.due_ns:
                    wire.flush()
            if extra is not None:
                attempt(extra, recorder, state, frame, entry, False)
            if stack:
                parent = stack[-1]
                if parent[0].after is not None:
                    state.hooks_of_host(parent[0].after, parent, frame, spec, value, error)
            else:
                if error is not None:
                    state.sync()        # a traceback may follow
                wire.flush()
                if (wire.rest or wire.lost) and spec.id in ("threading._shutdown", "logging.shutdown", "manage.main"):
                    wire.drain()
        return leave

    # -- C functions --

    def enter_c(self, spec, frame, name, owner):
        call = spec.c.get(name)
        if call is None:
            return
        state = self.state()
        if not state.stack or state.stack[-1][0] is not spec:
            return
        if state.late is not None:
            state.settle()
        entry = state.stack[-1]
        notes = entry[2]
        if notes is None:
            notes = entry[2] = set()
        n = sum(1 for note in notes if type(note) is tuple and note[0] == name)
        notes.add((name, n))
        values = attempt(call.values, frame, owner, n) or ()
        fields = "".join("\t" + show(value) for value in values)
        for id_ in call.ids:
            inner = self.by_id.get(id_)
            if inner is None or inner.index < 0:
                continue
            if not inner.announced or not state.named:
                state.announce(inner, None)
            inner_entry = [inner, len(self.wire.lines) < MAX_LINES, None]
            state.stack.append(inner_entry)
            if inner_entry[1]:
                state.tell((inner.head["B"], time.monotonic_ns(), state.tid, fields))
            else:
                self.wire.lost += 1
        if any(id_ in SEND_AT for id_ in call.ids):
            self.wire.flush()

    def leave_c(self, spec, frame, name, owner, raised):
        call = spec.c.get(name)
        state = self.state()
        if call is None or not state.stack:
            return
        for id_ in reversed(call.ids):
            inner = self.by_id.get(id_)
            if inner is None or state.stack[-1][0] is not inner:
                continue
            entry = state.stack.pop()
            if not entry[1]:
                continue
            now = time.monotonic_ns()
            if not raised:
                text = show(attempt(call.result, frame, owner)) if call.result is not None and inner.id.startswith("syscall") else ""
                head = (inner.head["E"], now, state.tid, "")
                if call.late is not None:
                    state.late = (head, call, frame)
                else:
                    state.tell(head[:3] + ("\t" + text if text else "",))
            else:
                self.raised_in_c(state, frame, (inner.head["X"], now, state.tid, ""))

    def after_fork(self):
        """In the child of os.fork(): a process, and a connection, of its own. What was on its way is the parent's to send."""
        wire = self.wire
        if wire.socket is not None:
            wire.socket.close()
        wire.socket, wire.rest, wire.lost, wire.asked, wire.answered = None, b"", 0, 0, 0
        del wire.lines[:]
        wire.lock, wire.sync_lock = _thread.allocate_lock(), _thread.allocate_lock()
        self.greeted = self.versioned = False
        self.local.__dict__.clear()
        self.main_thread = _thread.get_ident()
        for spec in self.by_id.values():
            spec.announced, spec.told_names = spec.index < 0, None

    # -- exceptions, before 3.12 --

    def raised_in_c(self, state, frame, line):
        self.hold(state, frame, line)

    def hold(self, state, frame, line):
        """An X whose exception is not known yet."""
        text = state.flying or (state.seen[1] if state.seen is not None and id(frame) in state.seen[0] else None)
        if text is not None:
            state.tell(line[:3] + ("\t" + text,))
            return
        if state.held is None:
            state.held = []
        state.held.append((id(frame), line))


def tail_of(path, qualname):
    """ManagementUtility.execute, of django.core.management.ManagementUtility.execute in django/core/management/__init__.py"""
    module = (path[4:] if path.startswith("Lib/") else path)[:-3].replace("/", ".")
    if module.endswith(".__init__"):
        module = module[:-9]
    return qualname[len(module) + 1:] if qualname.startswith(module + ".") else qualname


def codes_of(names, qualname):
    """The code objects that a qualified name stands for in a module: of the function itself, and of what decorates it."""
    found, codes = None, []
    parts = qualname.split(".")
    for place, part in enumerate(parts):
        if part == "<locals>":
            continue
        if place and parts[place - 1] == "<locals>":
            codes = [c for code in codes for c in code.co_consts if type(c).__name__ == "code" and c.co_name == part]
            continue
        if place == 0:
            found = names.get(part)
        else:
            found = type.__dict__["__dict__"].__get__(found).get(part) if issubclass(type(found), type) else None
        codes, step = [], found
        for _ in range(8):
            if step is None:
                break
            if type(step).__name__ == "function":
                codes.append(step.__code__)
            step = next((attribute(step, name) for name in ("__wrapped__", "func") if attribute(step, name) is not UNKNOWN), None) \
                if type(step).__name__ not in ("staticmethod", "classmethod", "property") else \
                (step.fget if type(step).__name__ == "property" else step.__func__)
    return codes


# ---- helpers: called when their function is entered, and when it is left ----

def count_connection(recorder, state, frame, entry, entering):
    threaded = entry[0].id == THREADED
    if entering:
        recorder.numbers += 1
        if threaded:
            if len(recorder.requests) > 10000:
                recorder.requests.clear()
            recorder.requests[id(frame.f_locals["request"])] = recorder.numbers
        else:
            serve(state, recorder.numbers)
    elif not threaded:
        serve(state, 0)


def only_at_exit(recorder, state, frame, entry, entering):
    """logging.config also calls shutdown(), for the handlers that it replaces: that is not the stage."""
    if entering and frame.f_back is not None:
        entry[1] = False


def take_number(recorder, state, frame, entry, entering):
    if entering:
        serve(state, recorder.requests.pop(id(frame.f_locals["request"]), 0))


def serve(state, number):
    if not state.named:
        state.announce(state.recorder.by_id["check"], None)
    state.tell(("Q", state.tid, "\t", number))


def lend_environment(recorder, state, frame, entry, entering):
    """The child of the reloader is to be watched, too; nobody else is."""
    environ = os.environ
    if entering:
        own = environ.get("PYTHONPATH")
        recorder.own = {name: environ.get(name) for name in ("PYTHONPATH", "TRACEWALK_WATCH", "TRACEWALK_WATCH_PYTHONPATH", "TRACEWALK_WATCH_DEBUG")}
        if DEBUG:
            environ["TRACEWALK_WATCH_DEBUG"] = "1"
        environ["PYTHONPATH"] = recorder.folder + (":" + own if own else "")
        environ["TRACEWALK_WATCH"] = recorder.folder
        if own is not None:
            environ["TRACEWALK_WATCH_PYTHONPATH"] = own
    elif recorder.own is not None:
        put_back(recorder.own)


def put_back(values):
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def tell_socket(recorder, state, frame, entry, entering):
    """socket(2) is called by the constructor of the C class, which is seen by nobody: the Python one around it stands for it."""
    spec = recorder.by_id["syscall.socket"]
    v = frame.f_locals
    if entering and v.get("fileno") is None:
        if not spec.announced or not state.named:
            state.announce(spec, None)
        family, kind = (2 if v["family"] == -1 else v["family"]), (1 if v["type"] == -1 else v["type"])
        entry[1] = None
        entry[2] = {"socket"}
        state.tell((spec.head["B"], time.monotonic_ns(), state.tid, "\t" + show(family) + "\t" + show(kind)))
    elif not entering and entry[2]:
        fd = attempt(fd_of, v["self"])
        state.tell((spec.head["E"], time.monotonic_ns(), state.tid, "\t" + show(fd)))


# ---- a Ctrl-C that comes while we are at work ----

def rescue(recorder):
    """Something was raised in our code: by a signal's handler, which must be heard in the project's code and with its traceback, not in ours;
    else by a fault of ours, which is nobody's business. The signal is sent again, from aside, when we are out of the way."""
    error = sys.exc_info()[1]
    number = 2 if isinstance(error, KeyboardInterrupt) else 0
    traceback = error.__traceback__
    while traceback is not None and not number:
        frame = traceback.tb_frame
        if frame.f_code.co_filename != __file__:
            arguments = [frame.f_locals.get(name) for name in frame.f_code.co_varnames]
            if arguments and type(arguments[0]) is tuple:
                arguments = list(arguments[0])
            if len(arguments) > 1 and isinstance(arguments[0], int) and type(arguments[1]).__name__ == "frame":
                number = int(arguments[0])
            break
        traceback = traceback.tb_next
    if number:
        _thread.start_new_thread(send_again, (recorder.main_thread, number))
    elif DEBUG:
        complain()


def send_again(thread, number):
    import _signal
    time.sleep(0.001)
    _signal.pthread_kill(thread, number)


# Python looks for signals between instructions: until 3.10 between any two, so the `try` must hold until the function is left (POP_BLOCK
# becomes NOP); from 3.11 on after calls, and when a function is entered: at RESUME, which is before any `try` (it becomes NOP).
def begins_with_resume_and_nop():
    pass
    return 1


def unseen_by_signals(function):
    """The same function, in which no signal is heard but inside its `try`."""
    if sys.version_info < (3, 11):
        unwanted, nop = 87, 9
    elif sys.version_info < (3, 15):
        sample = begins_with_resume_and_nop.__code__.co_code
        unwanted, nop = sample[0], sample[2]
    else:
        return function     # not seen yet: signals are heard, and rescue() sends them again
    code = bytearray(function.__code__.co_code)
    for i in range(0, len(code) if unwanted == 87 else min(len(code), 12), 2):
        if code[i] == unwanted and code[i + 1] == 0:
            code[i] = nop
    function.__code__ = function.__code__.replace(co_code=bytes(code))
    return function


# ---- Python 3.12 and later: sys.monitoring ----

def watch_by_monitoring(recorder):
    monitoring = sys.monitoring
    events = monitoring.events
    DISABLE = monitoring.DISABLE
    # Not the ids of debuggers, coverage and profilers, as long as others are free.
    for tool in (4, 3, monitoring.PROFILER_ID, monitoring.OPTIMIZER_ID):
        try:
            monitoring.use_tool_id(tool, "tracewalk")
            break
        except ValueError:
            continue
    else:
        recorder.wire.say("W\ttool-id")
        return
    recorder.mode = "monitoring"
    specs, names, getframe = recorder.specs, recorder.names, sys._getframe
    wire = recorder.wire
    builtins = (type(len), type(str.join), type(recorder.local.__init__))

    def arm(code, spec):
        wanted = events.PY_RETURN
        if code.co_flags & 0x20:
            wanted |= events.PY_YIELD | events.PY_RESUME
        if spec.c:
            wanted |= events.CALL
        monitoring.set_local_events(tool, code, wanted)

    def start(code, offset):
        try:
            spec = specs.get(id(code))
            if spec is None:
                if not wire.on or code.co_name not in names:
                    return DISABLE
                spec = recorder.classify(code, getframe(1))
            if spec is False or not wire.on:
                return DISABLE
            spec.enter(getframe(1))
        except BaseException:
            rescue(recorder)

    def resume(code, offset):
        try:
            spec = specs.get(id(code))
            if spec:
                spec.enter(getframe(1))
        except BaseException:
            rescue(recorder)

    def finish(code, offset, value):
        try:
            spec = specs.get(id(code))
            if spec:
                spec.leave(getframe(1), value, None)
        except BaseException:
            rescue(recorder)

    def unwind(code, offset, error):
        try:
            spec = specs.get(id(code))
            if spec:
                spec.leave(getframe(1), None, error)
        except BaseException:
            rescue(recorder)

    def call(code, offset, function, owner):
        try:
            spec = specs.get(id(code))
            if spec and type(function) in builtins:
                recorder.enter_c(spec, getframe(1), function.__name__, owner)
        except BaseException:
            rescue(recorder)

    def c_return(code, offset, function, owner):
        try:
            spec = specs.get(id(code))
            if spec and type(function) in builtins:
                recorder.leave_c(spec, getframe(1), function.__name__, owner, False)
        except BaseException:
            rescue(recorder)

    def c_raise(code, offset, function, owner):
        try:
            spec = specs.get(id(code))
            if spec and type(function) in builtins:
                recorder.leave_c(spec, getframe(1), function.__name__, owner, True)
        except BaseException:
            rescue(recorder)

    def told_at_raise(state, frame, line):
        """C_RAISE does not say what was raised. RAISE follows at once, and does."""
        state.raised = (state.raised or []) + [line]

    def raise_(code, offset, error):
        try:
            state = recorder.state()
            lines, state.raised = state.raised, None
            for line in lines or ():
                state.tell(line[:3] + ("\t" + cut(attempt(show_exception, error)),))
        except BaseException:
            rescue(recorder)

    def stop():
        monitoring.set_events(tool, 0)
        for code in recorder.kept:
            if specs.get(id(code)):
                monitoring.set_local_events(tool, code, 0)
        monitoring.free_tool_id(tool)

    callbacks = [(events.PY_START, start), (events.PY_RESUME, resume), (events.PY_RETURN, finish), (events.PY_YIELD, finish),
                 (events.PY_UNWIND, unwind), (events.CALL, call), (events.C_RETURN, c_return), (events.C_RAISE, c_raise), (events.RAISE, raise_)]
    for event, function in callbacks:
        monitoring.register_callback(tool, event, unseen_by_signals(function))
    recorder.arm = arm
    recorder.raised_in_c = told_at_raise
    wire.on_off = stop
    c_wanted = any(spec.c for spec in recorder.by_id.values())
    monitoring.set_events(tool, events.PY_START | events.PY_UNWIND | (events.RAISE if c_wanted else 0))


# ---- before: sys.setprofile ----

def watch_by_profile(recorder):
    if sys.getprofile() is not None:
        recorder.wire.say("W\tprofiler")
        return
    recorder.mode = "setprofile"
    specs, names, wire = recorder.specs, recorder.names, recorder.wire
    setprofile, exc_info, exit_function = sys.setprofile, sys.exc_info, sys.exit
    c_wanted = any(spec.c for spec in recorder.by_id.values())
    frames = frozenset(["call", "return", "c_exception"])
    normal = (RETURN_VALUE, YIELD_VALUE)

    def by_exception(frame, value):
        return value is None and frame.f_lasti >= 0 and frame.f_code.co_code[frame.f_lasti] not in normal

    def event_of_stage(spec, frame, event, value):
        if event == "call":
            spec.enter(frame)
            if not recorder.hooked:
                hook_threads()
        elif event == "return":
            spec.leave(frame, value, UNKNOWN if by_exception(frame, value) else None)
            state = recorder.local.state
            if state.held is not None and sys.getprofile() is fast:
                setprofile(slow)
        elif spec.c and event != "call":
            owner = getattr(value, "__self__", None)
            if event == "c_call":
                recorder.enter_c(spec, frame, value.__name__, owner)
            else:
                recorder.leave_c(spec, frame, value.__name__, owner, event != "c_return")

    def hook_threads():
        """Threads that begin later. Nobody imports threading for our sake."""
        threading = sys.modules.get("threading")
        if threading is not None and attribute(threading, "_profile_hook") is None:
            threading._profile_hook = fast
            recorder.hooked = True

    def found(frame, event, value):
        code = frame.f_code
        spec = specs.get(id(code))
        if spec is None:
            if not wire.on:
                return setprofile(None)
            spec = recorder.classify(code, frame)
        if spec:
            event_of_stage(spec, frame, event, value)

    def exit_raised(frame):
        state = recorder.state()
        state.raised = "SystemExit(%s)" % exit_argument(frame)
        if state.held is None:
            state.held = []
        setprofile(slow)

    def fast_frames(frame, event, value, frames=frames, names=names, spec_of=specs.get, id=id):
        try:
            if event in frames:
                if event == "c_exception":
                    if value is exit_function:
                        exit_raised(frame)
                else:
                    code = frame.f_code
                    if code.co_name in names:
                        spec = spec_of(id(code))
                        if spec:
                            if event == "call":
                                spec.enter(frame)
                                if not recorder.hooked:
                                    hook_threads()
                            elif value is None:
                                event_of_stage(spec, frame, event, value)
                            else:
                                spec.leave(frame, value, None)
                        elif spec is None:
                            found(frame, event, value)
        except BaseException:
            rescue(recorder)

    def fast_all(frame, event, value):
        try:
            if frame.f_code.co_name in names:
                found(frame, event, value)
            if event == "c_exception" and value is exit_function:
                exit_raised(frame)
        except BaseException:
            rescue(recorder)

    def slow(frame, event, value):
        """While an exception is on its way: who handles it can see it."""
        try:
            state = recorder.state()
            passing = event == "c_exception" or (event == "return" and by_exception(frame, value))
            if not passing:
                error = exc_info()[1]
                if error is not None:
                    ids, traceback = set(), error.__traceback__
                    while traceback is not None:
                        ids.add(id(traceback.tb_frame))
                        traceback = traceback.tb_next
                    state.seen = (ids, cut(attempt(show_exception, error)))
                let_go(state)
                if not state.stack:
                    wire.flush()    # the exception has ended the program: nothing comes that would send the rest
                state.flying = None
                if error is None:
                    state.raised = state.seen = None
                    setprofile(fast)
            elif event == "return":
                code, last = frame.f_code.co_code, frame.f_lasti
                if code[last] in RERAISES or (code[last] == RAISE_VARARGS and code[last + 1] == 0):
                    state.flying = state.seen[1] if state.seen is not None and id(frame) in state.seen[0] else None
                elif code[last] == RAISE_VARARGS:
                    state.flying = None
            fast(frame, event, value)
        except BaseException:
            rescue(recorder)

    def let_go(state):
        held, state.held = state.held, None
        for frame_id, line in held or ():
            if frame_id is not None:
                text = state.seen[1] if state.seen is not None and frame_id in state.seen[0] else state.raised or ""
                line = line[:3] + ("\t" + text if text else "",)
            wire.lines.append(line)

    def let_go_all():
        state = recorder.state()
        if state.held is not None:
            error = getattr(sys, "last_value", None)
            if isinstance(error, BaseException) and state.seen is None:
                ids, traceback = set(), error.__traceback__
                while traceback is not None:
                    ids.add(id(traceback.tb_frame))
                    traceback = traceback.tb_next
                state.seen = (ids, cut(attempt(show_exception, error)))
            let_go(state)

    def stop():
        setprofile(None)
        threading = sys.modules.get("threading")
        if threading is not None and getattr(threading, "_profile_hook", None) is fast:
            threading._profile_hook = None

    fast = fast_all if c_wanted else fast_frames
    recorder.hooked = False
    recorder.let_go_all = let_go_all
    unseen_by_signals(fast)
    unseen_by_signals(slow)
    wire.on_off = stop
    setprofile(fast)


def exit_argument(frame):
    """What sys.exit(...) was called with, read from the code around the call: a constant, a local, an attribute of a local."""
    try:
        code, last = frame.f_code, frame.f_lasti
        words = code.co_code
        steps = [(words[i], words[i + 1]) for i in range(0, last + 1, 2) if words[i] not in (0, 166)]     # less CACHE and PRECALL
        steps.pop()                                                                                     # the call
        kind, number = steps.pop()
        if kind == 100:
            return show(code.co_consts[number])
        if kind == 124:
            return show(frame.f_locals[code.co_varnames[number]])
        if kind == 106 and steps[-1][0] == 124:
            return show(attribute(frame.f_locals[code.co_varnames[steps[-1][1]]], code.co_names[number]))
    except Exception:
        pass
    return ""


# ---- the start ----

def leave_no_trace():
    """The project finds the interpreter as if nobody watched. Gives: watch's folder, or None."""
    environ = os.environ
    folder = environ.pop("TRACEWALK_WATCH", None)
    own = environ.pop("TRACEWALK_WATCH_PYTHONPATH", None)
    environ.pop("TRACEWALK_WATCH_DEBUG", None)
    if folder is None:
        return None
    put_back({"PYTHONPATH": own})
    if folder in sys.path:
        sys.path.remove(folder)
    sys.path_importer_cache.pop(folder, None)
    sys.modules.pop("sitecustomize", None)
    return folder


def begin(folder):
    try:
        with open(folder + "/stages.json", encoding="utf-8") as file:
            text = file.read()
        # JSON, written by watch, is Python here: the json module would be loaded before the project asks for it.
        stages = eval(text, {"__builtins__": {}, "true": True, "false": False, "null": None})
        if stages["protocol"] != 1:
            return
        recorder = Recorder(folder, stages["stages"], stages.get("sync", True))
    except Exception:
        if DEBUG:
            complain()
        return

    posix.register_at_fork(after_in_child=recorder.after_fork)
    if hasattr(sys, "monitoring"):
        watch_by_monitoring(recorder)
    else:
        watch_by_profile(recorder)


if __name__ == "sitecustomize":
    watch_folder = leave_no_trace()
    try:
        import sitecustomize    # the learner's own; when there is none, site expects just this ImportError
    finally:
        if watch_folder is not None:
            begin(watch_folder)
