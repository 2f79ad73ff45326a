"""Tells `manage watch` which stages of the chain a real Django goes through.

`watch` puts this file, as sitecustomize.py, into a private folder and that folder first on PYTHONPATH: the learner's own interpreter loads
it before the project. It uses the standard library only, and of that only modules that are built in or loaded anyway, so that the project
finds sys.modules, sys.path and os.environ as they would be without it.

THE PROTOCOL (its only description; the other side is watch's)

The folder has `sitecustomize.py` (this file), `socket` (AF_UNIX, SOCK_STREAM, listening) and `stages.json`:
    {"protocol": 1, "sync": true, "stages": [{"i": 26, "id": "management.ManagementUtility.fetch_command", "kind": "frame",
      "path": "django/core/management/__init__.py", "qualname": "django.core.management.ManagementUtility.fetch_command"}, ...]}
`stages` has only those that are wanted. `kind` is frame, point, decision or syscall (an id `syscall.*`). `sync` false: nothing is narrated, so
the recorder never waits (no S lines).
The environment: TRACEWALK_WATCH=<folder>; PYTHONPATH=<folder>, or <folder>:<the learner's own> when that is set and not empty;
TRACEWALK_WATCH_PYTHONPATH=<the learner's own>, unset when the learner has none.

Each process connects when its first stage is reached, and sends lines: UTF-8, ended by \\n, fields separated by \\t, no control characters in
fields. INDEX is the stage's "i"; TIME is CLOCK_MONOTONIC in ns; TID is the kernel's. Empty V fields of the end may be left out.
    H 1 PID ROLE PYTHON ARGV    first line. ROLE: child (RUN_MAIN=true) or empty; ARGV: sys.argv as JSON; PYTHON: "3.11.2"
    M MODE                      how it watches: monitoring, setprofile
    V DJANGO                    "3.2.19", as soon as it is known; before the first stage of a file below django/
    T TID NAME                  a thread's name, before its first event, and again when the name has changed
    N INDEX FILE LINE NAME...   before a stage's first event: where it stands in this installation, and the names of its values (at most 4).
                                C functions have no place: FILE is empty, LINE is 0
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
