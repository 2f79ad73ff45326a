"""Runs manage.py many times without starting a Python each time: imports Django once, then forks for each command line.

    python3 zygote.py SOCKET

Each request is a connection to SOCKET: one line of JSON {"argv", "env", "cwd", "script"} with three descriptors for the standard streams; the
answer is the wait status. What Python itself decides when it starts (encodings, PYTHON... variables) is this process's: cases that
change those need a Python of their own.
"""
import array
import importlib
import json
import os
import signal
import socket
import sys

PRELOAD = """django.core.management django.core.management.commands.check django.core.management.commands.diffsettings
django.core.management.commands.runserver django.core.management.commands.startapp django.core.management.commands.startproject
django.contrib.staticfiles.management.commands.runserver django.contrib.staticfiles.management.commands.collectstatic
django.contrib.staticfiles.management.commands.findstatic django.contrib.staticfiles.handlers django.core.servers.basehttp django.core.wsgi
django.core.checks.security.base django.core.checks.security.csrf django.core.checks.security.sessions django.core.checks.urls django.urls django.db
django.middleware.common django.middleware.security django.middleware.clickjacking django.views.debug django.views.defaults django.template.engine
django.db.migrations.executor django.core.cache logging.config difflib gettext textwrap""".split()


def become(request, descriptors):
    """In the forked child: the process that `python3 manage.py ARGV` would be."""
    os.setsid()
    for target, descriptor in enumerate(descriptors):
        os.dup2(descriptor, target)
        os.close(descriptor)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environb.update({os.fsencode(k): os.fsencode(v) for k, v in request["env"].items()})
    sys.argv = [request["script"]] + request["argv"]
    sys.path[0] = os.path.dirname(request["script"]) or ""
    for stream, terminal in ((sys.stdin, False), (sys.stdout, os.isatty(1)), (sys.stderr, True)):
        if stream is not sys.stdin:
            stream.reconfigure(line_buffering=terminal, write_through=True)


def serve(path):
    for name in PRELOAD:
        try:
            importlib.import_module(name)
        except Exception:
            pass   # another Django lacks it
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    while True:
        connection, _ = listener.accept()
        data, ancillary, _, _ = connection.recvmsg(1 << 20, socket.CMSG_SPACE(12))
        descriptors = array.array("i")
        descriptors.frombytes(ancillary[0][2])
        while not data.endswith(b"\n"):
            data += connection.recv(1 << 20)
        supervisor = os.fork()
        if supervisor:
            for descriptor in descriptors:
                os.close(descriptor)
            connection.close()
            while True:   # supervisors that have ended
                try:
                    if os.waitpid(-1, os.WNOHANG)[0] == 0:
                        break
                except ChildProcessError:
                    break
            continue
        listener.close()
        child = os.fork()
        if child == 0:
            connection.close()
            request = json.loads(data)
            become(request, list(descriptors))
            return request
        for descriptor in descriptors:
            os.close(descriptor)
        connection.sendall(b"%d\n" % child)
        status = os.waitpid(child, 0)[1]
        connection.sendall(b"%d\n" % status)
        os._exit(0)


if __name__ == "__main__":
    request = serve(sys.argv[1])
    with open(request["script"], encoding="utf-8") as file:
        code = compile(file.read(), request["script"], "exec")
    del request, file, serve, become
    globals()["__file__"] = sys.argv[0]
    exec(code)
