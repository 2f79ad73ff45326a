"""What nobody would type, and what somebody does: the command lines that odd.py tries on a live Django and on ours.

A case is (name, argv, more). `more` may have: project ("site"), env, cwd, pty (columns), stdin (bytes; "closed"), pre (files to write), files (list what is
there afterwards), locale... What is not given is ordinary. Bytes that are no UTF-8 are written with surrogates, as Python holds them.
"""
CASES = []


def group(name, lines, **more):
    for line in lines:
        argv = line.split(" ") if isinstance(line, str) else list(line)
        argv = [] if argv == [""] else argv
        CASES.append(("%s: %s" % (name, " ".join(repr(a)[1:-1] if a and " " not in a else repr(a) for a in argv)), argv, more))


LONG = "x" * 5000
COMMANDS = ["check", "diffsettings", "runserver", "startapp", "startproject", "collectstatic", "findstatic", "greet", "fail", "crash"]

# ---- the utility itself: what it takes for a subcommand
group("utility", ["", "help", "--help", "-h", "help help", "help --commands", "help --commands check", "help check --commands", "--help check", "-h check",
                  "help nosuch", "help -", "help --", "help -x", "help --settings=x", "help --version", "version", "version x", "version --help", "--version", "--version check",
                  "-v", "-v 2", "--", "-- check", "-", "--nosuch", "--settings", "--settings=nosuch", "--settings nosuch", "--settings=nosuch check", "--settings nosuch check",
                  "--settings mysite.settings_warn check", "--settings=mysite.settings_warn check", "--pythonpath", "--pythonpath=x", "--pythonpath x check", "--pythonpath=x check",
                  "check --settings=mysite.settings_warn --settings=mysite.settings", "check --settings=", "check --settings", "--settings= check",
                  "Check", "CHECK", "checks", "chec", "check ", " check", "ch eck", "check\n", "check.py", "../check", "./check", "_hidden", "nohandle", "nocommand", "noimport",
                  "greet.py", "__init__", "polls", "runserver.py", "runsever", "runserve", "startap", "difsettings", "colectstatic", "xyzzy", "é", "检查", "\udcff", "\udcc3(", LONG])
CASES.append(("utility: two words in one", ["check --deploy"], {}))
CASES.append(("utility: empty word", [""], {}))
CASES.append(("utility: two empty words", ["", ""], {}))
CASES.append(("utility: help of an empty word", ["help", ""], {}))

# ---- options: abbreviations, =, --, repeats, empty values, order
group("options", ["check --verb 2", "check --verb=2", "check --v 2", "check --ver", "check --vers", "check --version", "check --verbosity", "check --verbosity=", "check --verbosity=4", "check --verbosity=-1",
                  "check --verbosity 1.0", "check --verbosity=x", "check -v", "check -v2", "check -v=2", "check -v 2", "check -v 4", "check -vv", "check -v2 -v3", "check -v 0", "check -v  ",
                  "check --no", "check --no-", "check --no-c", "check --no-color", "check --no-color=1", "check --no-color=", "check --force-color", "check --force", "check --force-color --no-color",
                  "check --no-color --force-color", "check --traceb", "check --traceback", "check --traceback=1", "check --skip", "check --skip-checks", "check --pythonpath=", "check --pythonpath",
                  "check --pyth=/nosuch", "check --set=mysite.settings_warn", "check --se=mysite.settings_warn", "check --s=mysite.settings_warn", "check --settings mysite.settings_warn", "check -s",
                  "check -h", "check --help", "check --hel", "check -h -x", "check -x -h", "check -hv2", "check -v2h", "check -hx", "check -x", "check -xyz", "check --nosuch", "check --nosuch=1", "check --nosuch --other",
                  "check -- polls", "check -- --deploy", "check polls --", "check -- --", "check --", "check - ", "check -", "check polls -- -v", "check -- -v 2", "check -v 2 -- polls",
                  "check polls polls", "check nosuch", "check polls nosuch other", "check POLLS", "check django.contrib.staticfiles", "check staticfiles", "check polls.x", "check é", "check \udcff",
                  ["check", ""], ["check", " "], ["check", "--tag", ""], ["check", "--settings", ""], ["check", "--pythonpath", ""], ["check", "-v", ""], ["check", "--fail-level", ""], ["check", "--database", ""],
                  ["check", LONG], ["check", "--" + LONG], ["check", "--tag", LONG], ["check", "--tag=" + LONG], ["check", "-v", "9" * 30], ["check", "--" + "a" * 300 + "=1"]])
group("check", ["check --tag", "check --tag=security", "check --tag security --tag urls", "check -t security -t nosuch", "check -t nosuch", "check -t", "check -tsecurity", "check -t=security", "check --tags security",
                "check --tag=", "check -t SECURITY", "check -t models", "check -t staticfiles", "check -t caches", "check -t files", "check -t templates", "check -t translation", "check -t database", "check -t commands",
                "check -t urls", "check -t compatibility", "check --list-tags", "check --list", "check --l", "check --list-tags --deploy", "check --list-tags --tag nosuch", "check --list-tags polls", "check --list-tags nosuch", "check --list-tags=1",
                "check --deploy", "check --dep", "check --de", "check --d", "check --da", "check --deploy --tag security", "check --deploy -t urls", "check --deploy --fail-level WARNING", "check --deploy --fail-level=ERROR",
                "check --deploy --fail-level CRITICAL", "check --deploy --fail-level INFO", "check --deploy --fail-level DEBUG", "check --fail-level warning", "check --fail-level", "check --fail-level=", "check --fail-level WRONG",
                "check --fail", "check --fail WARNING", "check --f WARNING", "check --fail-level WARNING --settings=mysite.settings_warn", "check --settings=mysite.settings_warn --fail-level=INFO",
                "check --settings=mysite.settings_warn", "check --settings=mysite.settings_silenced", "check --settings=mysite.settings_silenced -v 3", "check --settings=mysite.settings_warn polls", "check --settings=mysite.settings_warn warnapp",
                "check --database", "check --database=default", "check --database nosuch", "check --database default --database other", "check --databases default", "check --deploy polls --settings=mysite.settings_hosts",
                "check --deploy --settings=mysite.settings_prod", "check --settings=mysite.settings_duplabel", "check --settings=mysite.settings_dupname", "check --settings=mysite.settings_notlist", "check --settings=mysite.settings_missingapp",
                "check --settings=mysite.settings_badurls", "check --settings=mysite.settings_badmw", "check --settings=mysite.settings_badwsgi", "check --settings=mysite.settings_nosecret", "check --deploy --settings=mysite.settings_nosecret",
                "check --settings=mysite.settings_cdn", "check --settings=mysite.settings_broken", "check --settings=nosuch", "check --settings=mysite", "check --settings=mysite.nosuch", "check --settings=mysite.settings.x", "check --settings=mysite..settings",
                "check --settings=.settings", "check --settings=..", "check --settings=.", "check --settings=mysite.settings.", "check --settings=mysite/settings", "check --settings=mysite.settings.py", "check --settings=é", "check --settings=a-b", "check --settings=polls",
                "check --settings=mysite.urls", "check --settings=os", "check --pythonpath=/nosuch --settings=far", "check --pythonpath=. ", "check --deploy -v 3", "check --deploy --no-color", "check --deploy --force-color"])

# ---- help of every command, in terminals of several widths
for columns in ("40", "60", "80", "120", "200"):
    for name in COMMANDS:
        CASES.append(("help %s in %s columns" % (name, columns), ["help", name], {"env": {"COLUMNS": columns}}))
for columns in ("0", "1", "-5", "x", "", " 80 ", "1e2", "11", "12", "13", "20", "26", "27", "28", "30", "1000", "99999999999999999999", None):
    CASES.append(("help runserver with COLUMNS=%r" % columns, ["help", "runserver"], {"env": {"COLUMNS": columns}}))
    CASES.append(("help greet with COLUMNS=%r" % columns, ["help", "greet"], {"env": {"COLUMNS": columns}}))
for columns in (40, 80, 133):
    CASES.append(("help runserver in a terminal of %d" % columns, ["help", "runserver"], {"env": {"COLUMNS": None}, "pty": columns}))
    CASES.append(("greet without names in a terminal of %d" % columns, ["greet"], {"env": {"COLUMNS": None}, "pty": columns}))

# ---- the other commands
group("greet", ["greet", "greet A", "greet A B", "greet A --times", "greet A --times=2 --shout", "greet --shout A B", "greet A -v3", "greet A -v0", "greet -- -x", "greet -- A --shout", "greet A --ti 2", "greet A --times two", "greet A --times 2.0",
                "greet A --times=-1", "greet A --times -1", "greet A --times=1_000", "greet A --times=+2", ["greet", "A", "--times", " 2 "], "greet A --times=０", "greet A --times=２", "greet A --times=0x2", "greet A --times=", "greet A --shout=1", "greet A --shout --shout",
                "greet A --no-colo", "greet A --no", "greet A --s", "greet A --sh", "greet A --settings", "greet -v 3 A", "greet --times 2 A B --shout", "greet A --times 1 B", "greet A -1", "greet -1", "greet -1 -2", "greet - A", "greet A -", "greet é 检查", "greet \udcff",
                "greet \udcc3( A", ["greet", ""], ["greet", " "], ["greet", "a b", "c\nd"], ["greet", "a\tb\x1b[31m"], ["greet", "%s"], ["greet", "{}"], ["greet", LONG], ["greet"] + ["n"] * 300, "greet A --version", "greet --version", "greet A --help", "greet A --skip-checks",
                "greet A --settings=mysite.settings_override", "greet A --settings=mysite.settings_override_first", "greet A --settings=mysite.settings_override_rev", "greet A --settings=mysite.settings_warn", "greet A --settings=mysite.settings_warn --skip-checks",
                "greet @file", "greet A --force-color", "greet A --force-color --no-color", "greet A --shout --times=3 -v2 --traceback"])
group("fail", ["fail", "fail --code 7", "fail --code=0", "fail --code=-1", "fail --code 256", "fail --code 300", "fail --code x", "fail --code", "fail --code=", "fail --traceback", "fail --code 3 --traceback", "fail --force-color", "fail x", "fail --code 2147483648",
               "crash", "crash --traceback", "crash --force-color", "crash -v 3", "nohandle --traceback", "noimport x", "nocommand --help", "help noimport", "help nocommand", "help nohandle", "help _hidden"])
group("diffsettings", ["diffsettings", "diffsettings --all", "diffsettings --output x", "diffsettings --output=hash", "diffsettings --output unified", "diffsettings --output=unified --all", "diffsettings --all --output=unified", "diffsettings --output=", "diffsettings --output",
                       "diffsettings --out unified", "diffsettings --o unified", "diffsettings --default mysite.settings_hosts", "diffsettings --default=mysite.settings_hosts --output=unified", "diffsettings --default nosuch", "diffsettings --default=", "diffsettings --default",
                       "diffsettings --default mysite.settings", "diffsettings --default mysite.settings --all", "diffsettings --default mysite.settings --output unified --all", "diffsettings --settings=mysite.settings_hosts", "diffsettings --settings=mysite.settings_hosts --default=mysite.settings",
                       "diffsettings --settings=mysite.settings_nosecret", "diffsettings x", "diffsettings --settings=mysite.settings_override", "diffsettings --force-color", "diffsettings --output=unified --force-color", "diffsettings -v0", "diffsettings --default django.conf.global_settings"])
group("findstatic", ["findstatic", "findstatic polls/hello.txt", "findstatic nosuch.txt", "findstatic polls/hello.txt --first", "findstatic --first polls/hello.txt", "findstatic -v0 polls/hello.txt", "findstatic -v0 nosuch.txt", "findstatic -v2 nosuch.txt", "findstatic -v2 polls/hello.txt",
                     "findstatic -v3 polls/hello.txt extra.txt", "findstatic polls/hello.txt extra.txt nosuch", "findstatic -v0 polls/hello.txt nosuch extra.txt", "findstatic polls", "findstatic polls/", "findstatic .", "findstatic ..", "findstatic ../x", "findstatic /etc/passwd",
                     "findstatic polls//hello.txt", "findstatic ./polls/hello.txt", "findstatic polls/../polls/hello.txt", "findstatic POLLS/hello.txt", "findstatic --nost", "findstatic é", "findstatic \udcff", ["findstatic", ""], ["findstatic", LONG], "findstatic --first", "findstatic --first -v2 extra.txt",
                     "findstatic extra.txt --settings=mysite.settings_nostaticapp", "findstatic polls/hello.txt --fi", "findstatic *", "findstatic polls/hello.txt polls/hello.txt", "findstatic -- -x", "findstatic polls\\hello.txt"])
ROOT = {"pre": [["mkdir", "outdir"]], "files": True}
group("collectstatic", ["collectstatic", "collectstatic --noinput", "collectstatic --no-input --dry-run", "collectstatic -n --noinput --settings=mysite.settings_cdn"], files=True)
ROOTED = {"site": {"STATIC_ROOT": "{BASE_DIR}/collected"}}
group("collectstatic with a root", ["collectstatic --noinput", "collectstatic --no-input", "collectstatic --noinput -v0", "collectstatic --noinput -v2", "collectstatic --noinput -v3", "collectstatic --noinput -n", "collectstatic -n", "collectstatic --dry-run --noinput -v2",
                                    "collectstatic --noinput --clear", "collectstatic -c --noinput -v2", "collectstatic -c -n --noinput -v2", "collectstatic --noinput -l", "collectstatic --link --noinput -v2", "collectstatic --noinput -i *.css", "collectstatic --noinput --ignore=polls",
                                    "collectstatic --noinput -i polls/*", "collectstatic --noinput -i *.txt -i *.css", "collectstatic --noinput --no-default-ignore", "collectstatic --noinput --no-post-process", "collectstatic --noinput --no", "collectstatic --noinput --ignore", "collectstatic --noinput x",
                                    "collectstatic --noin", "collectstatic --noinput -cnl", "collectstatic -nv2 --noinput", "collectstatic --noinput --no-default", "collectstatic --noinput -i [", "collectstatic --noinput -i ?ite.css -v2", ["collectstatic", "--noinput", "-i", ""]],
      settings={"STATIC_ROOT": "collected"}, files=True)
for answer in (b"yes\n", b"no\n", b"y\n", b"YES\n", b"\n", b"", b" yes\n", b"yes", b"yes\r\n"):
    CASES.append(("collectstatic, answered %r" % answer, ["collectstatic"], {"settings": {"STATIC_ROOT": "collected"}, "stdin": answer, "files": True}))
    CASES.append(("collectstatic --clear, answered %r" % answer, ["collectstatic", "--clear"], {"settings": {"STATIC_ROOT": "collected"}, "stdin": answer, "files": True, "pre": [["mkdir", "collected"], ["write", "collected/old.txt", "old"]]}))
group("startapp", ["startapp", "startapp newone", "startapp polls", "startapp os", "startapp 1app", "startapp my-app", "startapp my_app", "startapp My.App", "startapp é", "startapp class", "startapp django", "startapp mysite", "startapp newone x/y", "startapp newone .", "startapp newone existing",
                   "startapp newone existing/", "startapp newone ./existing", "startapp newone /nosuch/x", "startapp newone manage.py", "startapp a b c", "startapp --template", "startapp newone --template=nosuch", "startapp newone --template existing", "startapp newone --template=/nosuch.zip", "startapp newone --extension=txt",
                   "startapp newone -e", "startapp newone -e py,txt -n x", "startapp newone --name=a,b", "startapp newone -n README --extension html", "startapp newone -v2", "startapp newone -v3", "startapp newone -v0", "startapp newone --nosuch", "startapp -- -x", "startapp newone --exclude", "startapp newone --exclude=x", "startapp newone -x x",
                   "startapp newone --settings=nosuch", "startapp test", "startapp site", "startapp _x", "startapp x_", "startapp X", "startapp newone ..", "startapp .", "startapp ..", "startapp a/b", "startapp \udcff", ["startapp", ""], ["startapp", "a b"], ["startapp", "newone", ""], ["startapp", "a" * 300]],
      files=True, pre=[["mkdir", "existing"]])
group("startproject", ["startproject", "startproject newproj", "startproject mysite", "startproject newproj existing", "startproject newproj .", "startproject newproj nosuch", "startproject newproj existing/", "startproject 1x", "startproject my-x", "startproject a.b", "startproject os", "startproject test", "startproject django",
                       "startproject newproj existing extra", "startproject --template=nosuch newproj", "startproject newproj -v2", "startproject newproj -v3", "startproject class", "startproject é", ["startproject", ""], ["startproject", "newproj", ""], "startproject newproj -e py", "startproject newproj --name x,y -e html,txt",
                       "startproject newproj --settings=nosuch", "startproject newproj --nosuch", "startproject newproj --template existing", "startproject newproj --template=existing -v2", "startproject polls", "startproject newproj --exclude=docs", "startproject x y z"],
      files=True, pre=[["mkdir", "existing"]])
group("runserver", ["runserver 8000 8001", "runserver --ipv6 0.0.0.0:8000", "runserver --noreload=1", "runserver -6 abc:80", "runserver [::1", "runserver ::1", "runserver localhost:", "runserver :8000", "runserver 1.2.3.4", "runserver x", "runserver 80x", "runserver x:y", "runserver :", "runserver 8000:", "runserver [::1]:x",
                    "runserver [::1]", "runserver -6 ::1", "runserver --nosuch", "runserver -x", "runserver -1", "runserver 1.2.3:8000", "runserver 300.1.1.1:8000x", "runserver a_b:8000", "runserver a--b:", "runserver http://x:8000", "runserver 8000/", "runserver --version", "runserver --help", "runserver --no x", "runserver --nore x", "runserver --n x",
                    "runserver --ip x", "runserver --i x", "runserver --ins=1", "runserver --insecure=1", "runserver --nothreading=", "runserver -6=1 x", "runserver -6x", "runserver --skip x", "runserver é", "runserver \udcff", "runserver 8 000", "runserver x --settings=nosuch", "runserver --settings=mysite.settings_prod", "runserver --noreload --settings=mysite.settings_prod",
                    "runserver --noreload --settings=mysite.settings_missingapp", "runserver --noreload --settings=mysite.settings_broken", "runserver --noreload --settings=nosuch", "runserver --noreload 99999", "runserver --noreload 65536", "runserver --noreload nosuch.invalid:8000", "runserver --noreload 256.0.0.1:8000", "runserver --noreload 192.0.2.1:8000",
                    "runserver --noreload -6 [192.0.2.1]:8000", "runserver --noreload [::ffff:1.2.3.4]:8000", "runserver --noreload -6 [fe80::1]:8000", "runserver --noreload --settings=mysite.settings_badwsgi", "runserver --noreload --settings=mysite.settings_badmw", "runserver --noreload --settings=mysite.settings_badurls",
                    "runserver --noreload --settings=mysite.settings_notlist", ["runserver", " 8000"], ["runserver", "8000 "], ["runserver", "8000\n", "--noreload", "x"], ["runserver", "0" * 50 + "x"], ["runserver", LONG], ["runserver", "--noreload", "1" * 40], "runserver --noreload 00099999"])

# ---- the environment
for name, values in {
    "DJANGO_SETTINGS_MODULE": ["", "mysite.settings_warn", "nosuch", "mysite.nosuch", "é", "\udcff", " ", "mysite.settings ", ".", LONG],
    "PYTHONPATH": ["", "x", "/nosuch", ":", "/nosuch:.", "\udcff", LONG],
    "DJANGO_COLORS": ["", "nocolor", "dark", "light", "nosuch", "error=red", "error=red;warning=blue", "dark;error=green", "light;nocolor", "ERROR=RED", "error=", "error=red/blue,bold", ";;;", "error=red,nosuch", "é", "\udcff"],
    "NO_COLOR": ["", "1", "0"],
    "TERM": [None, "", "dumb", "ANSI", "vt100", "xterm-256color", "\udcff"],
    "LANG": [None, "C", "POSIX", "zh_CN.UTF-8", "de_DE.ISO-8859-1", "nosuch", ""],
    "LC_ALL": [None, "C", "POSIX", "zh_CN.UTF-8", "nosuch"],
    "TZ": [None, "", "UTC", "Europe/Berlin", "nosuch", "Asia/Shanghai", ":", "UTC+25"],
    "PYTHONUNBUFFERED": ["", "1"],
    "PYTHONIOENCODING": ["latin-1", "ascii", "utf-8:strict"],
    "HOME": [None, "/nosuch"],
    "PATH": [None, "", "/nosuch"],
    "RUN_MAIN": ["", "true", "false"],
    "DJANGO_RUNSERVER_HIDE_WARNING": ["true"],
    "COLORTERM": ["truecolor"], "ANSICON": ["1"], "WT_SESSION": ["1"], "TERM_PROGRAM": ["vscode"], "PWD": [None, "/nosuch"], "COMP_WORDS": ["x"], "PYTHONWARNINGS": ["error", "default"],
}.items():
    for value in values:
        CASES.append(("%s=%r: check with a warning" % (name, value), ["check", "--settings=mysite.settings_warn"] if name != "DJANGO_SETTINGS_MODULE" else ["check"], {"env": {name: value}}))
        if name in ("DJANGO_COLORS", "NO_COLOR", "TERM", "COLORTERM", "LC_ALL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH", "RUN_MAIN", "TZ"):
            CASES.append(("%s=%r: greet in a terminal" % (name, value), ["greet", "Ada", "é"], {"env": {name: value}, "pty": 80}))
        if name in ("LANG", "LC_ALL", "PYTHONIOENCODING"):
            CASES.append(("%s=%r: greet with accents" % (name, value), ["greet", "é检\udcff"], {"env": {name: value, "LC_ALL": value if name == "LC_ALL" else None}}))
        if name in ("DJANGO_COLORS", "NO_COLOR", "TERM"):
            CASES.append(("%s=%r: check with a warning in a terminal" % (name, value), ["check", "--settings=mysite.settings_warn"], {"env": {name: value}, "pty": 80}))
            CASES.append(("%s=%r: fail in a terminal" % (name, value), ["fail"], {"env": {name: value}, "pty": 80}))
            CASES.append(("%s=%r: check --force-color" % (name, value), ["check", "--force-color", "--settings=mysite.settings_warn"], {"env": {name: value}}))

# ---- colours in a terminal
group("terminal", ["check", "check --deploy", "check --settings=mysite.settings_warn", "check --settings=mysite.settings_missingapp", "check --settings=nosuch", "check nosuch", "check --nosuch", "greet", "greet A", "greet A --no-color", "greet A --force-color", "fail", "fail --no-color", "fail --force-color", "help", "help nosuch", "help check",
                   "diffsettings", "diffsettings --output=unified", "diffsettings --output=unified --no-color", "findstatic polls/hello.txt", "findstatic nosuch", "nosuch", "runsever", "version", "startapp 1x", "runserver x", "runserver --noreload 192.0.2.1:8000", "check --list-tags", "", "--help", "crash"], pty=80)

# ---- completion
for words, cword in [("manage.py ", 1), ("manage.py c", 1), ("manage.py check", 1), ("manage.py check ", 2), ("manage.py check -", 2), ("manage.py check --", 2), ("manage.py check --d", 2), ("manage.py check --deploy --d", 3), ("manage.py check --deploy ", 3), ("manage.py check --tag=x --t", 3),
                     ("manage.py runserver ", 2), ("manage.py runserver --", 2), ("manage.py runserver --no", 2), ("manage.py runserver -", 2), ("manage.py runserver 8000 --no", 3), ("manage.py nosuch ", 2), ("manage.py nosuch --", 2), ("manage.py help ", 2), ("manage.py help c", 2), ("manage.py --", 1), ("manage.py -", 1),
                     ("manage.py greet --", 2), ("manage.py greet --t", 2), ("manage.py greet A --s", 3), ("manage.py noimport --", 2), ("manage.py nocommand --", 2), ("manage.py _hidden --", 2), ("manage.py check --settings=", 2), ("manage.py check", 2), ("manage.py check", 0), ("", 0), ("", 1), ("manage.py", 1), ("manage.py check", 5), ("manage.py check", -1), ("manage.py check", ""), ("manage.py check", "x"),
                     ("manage.py check --verbosity=", 2), ("manage.py check -v", 2), ("manage.py check --no-color --no", 3), ("manage.py é", 1), ("manage.py startapp --", 2), ("manage.py collectstatic --n", 2), ("manage.py collectstatic -", 2), ("manage.py diffsettings --", 2), ("manage.py findstatic --f", 2)]:
    CASES.append(("completion of %r, word %r" % (words, cword), [], {"env": {"DJANGO_AUTO_COMPLETE": "1", "COMP_WORDS": words, "COMP_CWORD": str(cword)}}))
CASES.append(("completion without COMP_WORDS", [], {"env": {"DJANGO_AUTO_COMPLETE": "1"}}))
CASES.append(("completion without COMP_CWORD", [], {"env": {"DJANGO_AUTO_COMPLETE": "1", "COMP_WORDS": "manage.py c"}}))
CASES.append(("completion with an empty DJANGO_AUTO_COMPLETE", ["check"], {"env": {"DJANGO_AUTO_COMPLETE": "", "COMP_WORDS": "manage.py c", "COMP_CWORD": "1"}}))
CASES.append(("completion with missing settings", [], {"env": {"DJANGO_AUTO_COMPLETE": "1", "COMP_WORDS": "manage.py check --", "COMP_CWORD": "2", "DJANGO_SETTINGS_MODULE": "nosuch"}}))

# ---- where and with what it is started
for where in ("removed",):
    for argv in (["check"], ["help"], ["greet", "A"], ["findstatic", "polls/hello.txt"], ["startapp", "newone"], ["diffsettings"]):
        CASES.append(("in the folder %s: %s" % (where, " ".join(argv)), argv, {"cwd": where}))
for stdin in ("closed", b"", b"yes\n"):
    for argv in (["check"], ["greet", "A"], ["help"], ["fail"], ["version"]):
        CASES.append(("standard input %r: %s" % (stdin, " ".join(argv)), argv, {"stdin": stdin}))
for closed in ("stdout", "stderr", "both"):
    for argv in (["check"], ["greet", "A"], ["help"], ["fail"], ["nosuch"], ["check", "--nosuch"], ["version"], ["check", "--settings=mysite.settings_warn"]):
        CASES.append(("%s closed: %s" % (closed, " ".join(argv)), argv, {"closed": closed}))
for full in ("stdout", "stderr"):
    for argv in (["check"], ["greet", "A"], ["help"], ["fail"], ["nosuch"], ["version"], ["diffsettings"]):
        CASES.append(("%s on a full disk: %s" % (full, " ".join(argv)), argv, {"full": full}))
