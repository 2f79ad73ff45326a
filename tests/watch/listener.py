"""The other side of the recorder, in Python: the second implementation of the protocol that recorder.py describes.

A Listener makes watch's private folder, runs a command line with the recorder in it and keeps what every process tells.
"""
import glob
import json
import os
import re
import select
import shutil
import socket
import subprocess
import tempfile
import threading
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
RECORDER = os.path.join(ROOT, "src", "tracewalk", "watch", "recorder.py")


def catalogue():
    """[{"i", "id", "kind", "path", "qualname", "zoom"}], in the order of the catalogue"""
    out = []
    for header in sorted(glob.glob(os.path.join(ROOT, "tracepoints", "catalogue", "*.h"))):
        text = open(header, encoding="utf-8").read()
        for entry in re.split(r"(?=[{ ]\.id = \")", text)[1:]:
            field = lambda name, pattern: (re.search(r"\.%s = %s" % (name, pattern), entry) or [None, ""])[1]
            id_ = field("id", '"([^"]*)"')
            kind = "syscall" if id_.startswith("syscall.") else field("kind", r"Kind::(\w+)") or "frame"
            out.append({"i": len(out), "id": id_, "kind": kind, "path": field("path", '"([^"]*)"'),
                        "qualname": field("qualname", '"([^"]*)"'), "zoom": int(field("zoom", r"(\d)"))})
    return out


class Process:
    """What one process told: lines as lists of fields, and what it sent that is no line of the protocol."""

    def __init__(self):
        self.lines, self.rest, self.wrong = [], b"", []
        self.pid, self.role = 0, ""

    def take(self, data):
        self.rest += data
        *lines, self.rest = self.rest.split(b"\n")
        answers = []
        for line in lines:
            fields = line.decode("utf-8").split("\t")
            self.lines.append(fields)
            if fields[0] == "H":
                self.pid, self.role = int(fields[2]), fields[3]
            elif fields[0] == "S":
                answers.append(("S\t%s\n" % fields[1]).encode())
            if (fields[0] == "H") != (len(self.lines) == 1) or any(not c.isprintable() for field in fields for c in field):
                self.wrong.append(fields)
        return answers


class Listener:
    """sync, wanted (of a catalogue entry): what stages.json says. answers: whether S is answered. reads: whether anything is read at all."""

    def __init__(self, wanted=lambda stage: True, sync=True, answers=True, reads=True):
        self.folder = tempfile.mkdtemp(prefix="tracewalk-watch-")
        os.chmod(self.folder, 0o700)
        shutil.copy(RECORDER, os.path.join(self.folder, "sitecustomize.py"))
        self.stages = catalogue()
        with open(os.path.join(self.folder, "stages.json"), "w", encoding="ascii") as file:
            json.dump({"protocol": 1, "sync": sync, "stages": [dict(s, wanted=bool(wanted(s))) for s in self.stages]}, file)
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.server.bind(os.path.join(self.folder, "socket"))
        self.server.listen(16)
        self.answers, self.reads = answers, reads
        self.processes, self.connections = [], {}
        self.stopped = False
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def environment(self, env):
        env = dict(env)
        own = env.get("PYTHONPATH")
        env["PYTHONPATH"] = self.folder + (":" + own if own else "")
        env["TRACEWALK_WATCH"] = self.folder
        if own is not None:
            env["TRACEWALK_WATCH_PYTHONPATH"] = own
        return env

    def listen(self):
        while not self.stopped:
            ready = select.select([self.server] + (list(self.connections) if self.reads else []), [], [], 0.05)[0]
            for one in ready:
                if one is self.server:
                    connection = self.server.accept()[0]
                    self.connections[connection] = Process()
                    self.processes.append(self.connections[connection])
                    continue
                try:
                    data = one.recv(65536)
                except OSError:
                    data = b""
                if not data:
                    self.connections.pop(one)
                    one.close()
                    continue
                for answer in self.connections[one].take(data):
                    if self.answers:
                        try:
                            one.sendall(answer)
                        except OSError:
                            pass

    def kill(self):
        """As if watch had been killed."""
        self.stopped = True
        self.thread.join()
        for connection in list(self.connections):
            connection.close()
        self.server.close()

    def finish(self, seconds=2.0):
        """Waits until every process has hung up."""
        end = time.monotonic() + seconds
        while self.reads and self.connections and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.05)
        self.stopped = True
        self.thread.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, argv, env, **kwargs):
        return subprocess.run(argv, env=self.environment(env), **kwargs)

    # -- what was told --

    def tree(self, process):
        """thread name -> [(depth, id, letter of its end or of the moment, fields)]; nesting that is wrong is in `wrong`."""
        ids = {str(s["i"]): s["id"] for s in self.stages}
        names, threads, stacks = {}, {}, {}
        for fields in process.lines:
            letter = fields[0]
            if letter == "T":
                names[fields[1]] = fields[2]
            if letter not in "BEXPD":
                continue
            index, tid = fields[1], fields[3]
            if tid not in names:
                process.wrong.append(["no T before", fields])
            nodes, stack = threads.setdefault((tid, names.get(tid)), []), stacks.setdefault(tid, [])
            if letter == "B":
                nodes.append([len(stack), ids[index], "?", fields[4:], []])
                stack.append((index, len(nodes) - 1))
            elif letter in "EX":
                if not stack or stack[-1][0] != index:
                    process.wrong.append(["not nested", fields])
                    continue
                node = nodes[stack.pop()[1]]
                node[2], node[4] = letter, fields[4:]
            else:
                nodes.append([len(stack), ids[index], letter, fields[4:], []])
        return threads
