"""Signals at odd moments, keys in a terminal, and edits under a running server: whole runs that odd.py does with a live Django and with ours.

A run is (name, argv, steps, more), the steps those of harness.py; SETTINGS stands for the settings file's ending, which is .py there and .toml here.
"""
PAGE = {"label": "page", "port": 8200, "send": [b"GET /hello/ HTTP/1.1\r\nHost: 127.0.0.1:8200\r\nConnection: close\r\n\r\n"]}
SLOW = {"label": "slow", "port": 8200, "send": [b"GET /slow/ HTTP/1.1\r\nHost: 127.0.0.1:8200\r\nConnection: close\r\n\r\n"]}
HALF = {"label": "half a line", "port": 8200, "send": [b"GET /hel", ("sleep", 1.0)]}
NEW = {"label": "new file", "port": 8200, "send": [b"GET /static/polls/new.txt HTTP/1.1\r\nHost: 127.0.0.1:8200\r\nConnection: close\r\n\r\n"]}
RELOAD = ["manage.py", "runserver", "8200"]
PLAIN = RELOAD + ["--noreload"]
END = [["signal", "INT", "group"], ["exit", 5]]
RUNS = []


def run(name, argv, steps, **more):
    RUNS.append(("run: " + name, argv, [["ready", 8200]] + steps, more))


for signal in "INT TERM HUP QUIT USR1 USR2 PIPE ALRM CHLD CONT WINCH TSTP".split():
    for who in ("main", "group") if signal in ("INT", "TERM", "HUP") else ("main",):
        run("SIG%s to %s" % (signal, who), PLAIN, [["signal", signal, who], ["sleep", 0.5], ["alive", "after it"], ["signal", "CONT", "group"], ["sleep", 0.3]] + END)
for signal in "INT TERM HUP USR1 TSTP".split():
    for who in ("main", "child", "group"):
        run("SIG%s to %s, with the reloader" % (signal, who), RELOAD, [["signal", signal, who], ["sleep", 0.7], ["alive", "after it"], ["processes"], ["signal", "CONT", "group"], ["sleep", 0.3]] + END)
run("SIGKILL to the child", RELOAD, [["signal", "KILL", "child"], ["exit", 4]])
run("SIGKILL to the parent", RELOAD, [["signal", "KILL", "main"], ["sleep", 0.3], ["listeners"]])
run("stopped and continued", PLAIN, [["signal", "STOP", "group"], ["sleep", 0.2], ["background", PAGE], ["sleep", 0.3], ["signal", "CONT", "group"], ["join"]] + END)
run("SIGINT during a request", PLAIN, [["background", SLOW], ["sleep", 0.25]] + END + [["join"]])
run("SIGINT during a request, one thread", PLAIN + ["--nothreading"], [["background", SLOW], ["sleep", 0.25], ["signal", "INT", "group"], ["sleep", 0.8], ["alive", "after it"]] + END + [["join"]])
run("SIGTERM during a request", PLAIN, [["background", SLOW], ["sleep", 0.25], ["signal", "TERM", "group"], ["exit", 4], ["join"]])
run("SIGINT during half a request", PLAIN, [["background", HALF], ["sleep", 0.25]] + END + [["join"]])
run("SIGINT during half a request, one thread", PLAIN + ["--nothreading"], [["background", HALF], ["sleep", 0.25], ["signal", "INT", "group"], ["sleep", 0.3], ["alive", "after it"]] + END + [["join"]])
for name, argv in (("", PLAIN), (", with the reloader", RELOAD)):
    run("Ctrl-C at a terminal" + name, argv, [["type", b"\x03"], ["exit", 4]], pty=True)
run("Ctrl-\\ at a terminal", PLAIN, [["type", b"\x1c"], ["exit", 4]], pty=True)
run("Ctrl-Z at a terminal", PLAIN, [["type", b"\x1a"], ["sleep", 0.4], ["alive", "after it"], ["signal", "CONT", "group"], ["sleep", 0.2], ["type", b"\x03"], ["exit", 4]], pty=True)
for name, keys in (("Ctrl-D", b"\x04"), ("a line", b"hello\n"), ("escape", b"\x1b[A")):
    run("%s at a terminal" % name, PLAIN, [["type", keys], ["sleep", 0.4], ["alive", "after it"], ["type", b"\x03"], ["exit", 4]], pty=True)

FILE = "mysite/settings.SETTINGS"
AGAIN = [["text", "stdout", "Quit the server", 12, 2], ["sleep", 0.8], ["http", PAGE]] + END
NOTHING = [["sleep", 2.5], ["http", PAGE], ["processes"]] + END
BROKEN = [["sleep", 3.0], ["alive", "broken"], ["processes"], ["listeners"]] + END


def edit(name, steps, end):
    run("edit: " + name, RELOAD, [["http", PAGE], ["sleep", 2.2]] + steps + end)


edit("settings touched", [["touch", FILE, 0]], AGAIN)
edit("a comment in the settings", [["append", FILE, "\n# a comment\n"]], AGAIN)
edit("settings touched twice", [["touch", FILE, 0], ["sleep", 0.05], ["touch", FILE, 5]], AGAIN)
edit("settings with an older date", [["touch", FILE, -100000000]], NOTHING)
edit("settings with other rights", [["chmod", FILE, 0o600]], NOTHING)
edit("settings away and back", [["rename", FILE, FILE + ".x"], ["sleep", 2.0], ["alive", "without them"], ["rename", FILE + ".x", FILE], ["sleep", 2.0], ["processes"]], END)
edit("settings deleted", [["remove", FILE]], BROKEN)
edit("settings that are no settings", [["append", FILE, "\n= =\n"]], BROKEN)
edit("settings that another project would load", [["append", "mysite/settings_warn.SETTINGS", "\n# a comment\n"]], NOTHING)
edit("a new file", [["write", "mysite/fresh.SETTINGS", "X = 1\n"]], NOTHING)
edit("a new static file", [["write", "polls/static/polls/new.txt", "new\n"], ["http", NEW]], NOTHING)
edit("a static file deleted", [["remove", "polls/static/polls/hello.txt"]], NOTHING)
edit("a folder made", [["mkdir", "mysite/more"]], NOTHING)
