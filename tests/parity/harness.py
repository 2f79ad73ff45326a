#!/usr/bin/env python3
"""Runs one scenario against the program, or against a real Django, and returns what happened.

Everything runs inside a private network namespace (run.py makes it), so any port may be used without touching the
machine's own.
"""
import base64, errno, fcntl, hashlib, json, os, pty, re, select, shutil, signal, socket, struct
import subprocess, sys, tempfile, termios, threading, time

RUN = os.environ.get('RUN_DIR') or os.path.join(tempfile.gettempdir(), 'tracewalk-parity')   # rebuilt for each run
PROJ = os.path.join(RUN, 'proj')                # the project always has this path
PROGRAM = None                                  # the program under test, and the folder of its projects: set by the callers
PROJECTS = None
PYTHON = None                                   # an interpreter with Django: then that is what runs, on the Python projects in PROJECTS
TRACE = None                                    # a file that the run is recorded into: with PYTHON, by PROGRAM watching it
PATIENCE = 1                                    # how much longer than usual the first byte of an answer may take
BODY_START = 400                                # how much of a body is kept as it is


# ------------------------------------------------------------------ /proc
def listeners():
    """All listening TCP sockets of this network namespace."""
    out = []
    for fam, path in (('tcp', '/proc/net/tcp'), ('tcp6', '/proc/net/tcp6')):
        try:
            lines = open(path).read().split('\n')[1:]
        except OSError:
            continue
        for ln in lines:
            f = ln.split()
            if len(f) < 4 or f[3] != '0A':
                continue
            a, p = f[1].rsplit(':', 1)
            if fam == 'tcp':
                addr = socket.inet_ntoa(struct.pack('<I', int(a, 16)))
            else:
                raw = b''.join(struct.pack('<I', int(a[i:i + 8], 16)) for i in range(0, 32, 8))
                addr = socket.inet_ntop(socket.AF_INET6, raw)
            out.append((addr, int(p, 16)))
    return sorted(out)


def living(column, value):
    """The processes whose field of /proc/PID/stat has that value and that are no zombies."""
    out = []
    for d in os.listdir('/proc'):
        if d.isdigit():
            try:
                st = open('/proc/%s/stat' % d).read()
            except OSError:
                continue
            f = st[st.rindex(')') + 2:].split()
            if int(f[column]) == value and f[0] != 'Z':
                out.append(int(d))
    return sorted(out)


def children(pid):
    return living(1, pid)


def group_members(pgid):
    return living(2, pgid)


# ------------------------------------------------------------ normalising
RULES = [
    (re.compile(re.escape(PROJ)), '<PROJ>'),
    (re.compile(re.escape(RUN)), '<RUN>'),
    (re.compile(r'\b\d{2}/[A-Z][a-z]{2}/\d{4} \d{2}:\d{2}:\d{2}(?:,\d{3})?'), '<LOGTIME>'),
    (re.compile(r'\b[A-Z][a-z]+ \d{2}, \d{4} - \d{2}:\d{2}:\d{2}'), '<NOW>'),
    (re.compile(r'\b[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT'), '<HTTPDATE>'),
    (re.compile(r'0x[0-9a-f]{6,}'), '<ADDR>'),
    (re.compile(r"(\(\\?'(?:127\.0\.0\.1|::1)\\?', )\d+"), r'\1<CPORT>'),
    (re.compile(r'(csrftoken=)[A-Za-z0-9]+'), r'\1<TOKEN>'),
    (re.compile(r'(expires=)[^;]+'), r'\1<EXPIRES>'),
    (re.compile(r'(.)\1{199,}', re.S), lambda run: '<%s*%d>' % (run.group(1), len(run.group(0)))),   # 60000 times the same letter
]


def norm(s):
    if s is None:
        return None
    for rx, rep in RULES:
        s = rx.sub(rep, s)
    return s


def text(b):
    try:
        return b.decode('utf-8')
    except UnicodeDecodeError:
        return b.decode('latin-1')


# ------------------------------------------------------------------ http
def parse_responses(raw, methods):
    """Best effort split of a byte stream into HTTP responses."""
    out, rest, i = [], raw, 0
    while rest:
        if not rest.startswith(b'HTTP/'):
            out.append({'status_line': None, 'headers': [], 'body_len': len(rest),
                        'body_start': text(rest[:BODY_START]), 'body_sha256': hashlib.sha256(rest).hexdigest()})
            break
        head, sep, tail = rest.partition(b'\r\n\r\n')
        if not sep:
            out.append({'status_line': text(head.split(b'\r\n')[0]), 'headers': None, 'truncated': True})
            break
        lines = head.split(b'\r\n')
        headers = []
        for ln in lines[1:]:
            k, _, v = ln.partition(b':')
            headers.append([text(k), text(v.strip())])
        status = text(lines[0])
        hd = {k.lower(): v for k, v in headers}
        m = methods[i] if i < len(methods) else 'GET'
        code = status.split(' ')[1] if ' ' in status else ''
        if code.startswith('1') or code in ('204', '304') or m == 'HEAD':
            body, rest = b'', tail
        elif hd.get('content-length', '').isdigit() and len(tail) >= int(hd['content-length']):
            n = int(hd['content-length'])
            body, rest = tail[:n], tail[n:]
        else:
            body, rest = tail, b''
        if not code.startswith('1'):
            i += 1
        title = re.search(br'<title>(.*?)</title>', body, re.S)
        r = {'status_line': status, 'headers': headers, 'body_len': len(body),
             'body_start': text(body[:BODY_START]), 'body_sha256': hashlib.sha256(body).hexdigest()}
        if title:
            r['title'] = re.sub(r'\s+', ' ', text(title.group(1))).strip()
        out.append(r)
    return out


def exchange(spec):
    """One client connection.  spec: host, port, send=[...], methods, half_close, idle, first."""
    host, port = spec.get('host', '127.0.0.1'), spec['port']
    fam = socket.AF_INET6 if ':' in host else socket.AF_INET
    rec = {'label': spec['label'], 'host': host, 'port': port}
    sent, got = b'', b''
    closed = False
    s = socket.socket(fam, socket.SOCK_STREAM)
    s.settimeout(5)
    try:
        s.connect((host, port))
    except OSError as e:
        rec['connect_error'] = errno.errorcode.get(e.errno, str(e))
        return rec

    def drain(idle, until=None):
        nonlocal got, closed
        end = time.time() + idle
        while not closed:
            left = end - time.time()
            if left <= 0:
                return
            r, _, _ = select.select([s], [], [], left)
            if not r:
                return
            try:
                d = s.recv(65536)
            except ConnectionResetError:
                rec['reset'] = True
                closed = True
                return
            if not d:
                closed = True
                return
            got += d
            if until and until in got:
                return
            end = time.time() + idle

    try:
        for item in spec['send']:
            if isinstance(item, (bytes, bytearray)):
                try:
                    s.sendall(item)
                    sent += item
                except (BrokenPipeError, ConnectionResetError) as e:
                    rec['send_error'] = type(e).__name__
                    break
            elif item[0] == 'sleep':
                time.sleep(item[1])
            elif item[0] == 'drain':
                drain(item[1], item[2] if len(item) > 2 else None)
                rec.setdefault('marks', []).append({'after_sent': len(sent), 'received': len(got), 'closed': closed})
            elif item[0] == 'shut':
                s.shutdown(socket.SHUT_WR)
            elif item[0] == 'close':
                s.close()
                rec['client_closed_early'] = True
            elif item[0] == 'rst':
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
                s.close()
                rec['client_reset'] = True
        if not rec.get('client_closed_early') and not rec.get('client_reset'):
            drain(spec.get('idle', 1.0) * (PATIENCE if not got else 1))
    finally:
        s.close()
    rec['request'] = text(sent) if len(sent) <= 2000 else text(sent[:600]) + '...'
    rec['request_len'] = len(sent)
    if len(sent) > 2000:
        rec['request_sha256'] = hashlib.sha256(sent).hexdigest()
    rec['response_len'] = len(got)
    rec['closed_by_server'] = closed
    rec['raw_start'] = text(got[:1200])
    rec['responses'] = parse_responses(got, spec.get('methods') or [sent.split(b' ', 1)[0].decode('latin-1')])
    return rec


# --------------------------------------------------------------- processes
class Proc:
    def __init__(self, cmd, env, cwd, use_pty=False, dropcap=False):
        self.out, self.err = bytearray(), bytearray()
        self.lock = threading.Lock()
        self.master = None

        def pre():
            os.setsid()
            signal.signal(signal.SIGINT, signal.SIG_DFL)   # a background shell would hand down SIG_IGN
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGHUP, signal.SIG_DFL)     # nohup would hand down SIG_IGN
            signal.signal(signal.SIGQUIT, signal.SIG_DFL)
            if use_pty:
                fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        if dropcap:
            cmd = ['setpriv', '--bounding-set=-net_bind_service', '--inh-caps=-net_bind_service'] + cmd
        self.cmd = cmd
        self.threads = []
        if use_pty:
            self.master, slave = pty.openpty()
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
            self.p = subprocess.Popen(cmd, env=env, cwd=cwd, stdin=slave, stdout=slave, stderr=slave,
                                      preexec_fn=pre, close_fds=True)
            os.close(slave)
            self._reader(self.master, self.out)
        else:
            self.p = subprocess.Popen(cmd, env=env, cwd=cwd, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                      preexec_fn=pre, close_fds=True)
            self._reader(self.p.stdout.fileno(), self.out)
            self._reader(self.p.stderr.fileno(), self.err)
        self.pid = self.p.pid

    def _reader(self, fd, buf):
        def loop():
            while True:
                try:
                    d = os.read(fd, 65536)
                except OSError:
                    break
                if not d:
                    break
                with self.lock:
                    buf.extend(d)
        t = threading.Thread(target=loop, daemon=True)
        t.start()
        self.threads.append(t)

    def snapshot(self, which):
        with self.lock:
            return bytes(self.out if which == 'stdout' else self.err)

    def wait_text(self, which, needle, timeout, count=1):
        end = time.time() + timeout
        while time.time() < end:
            if self.snapshot(which).count(needle) >= count:
                return True
            if self.p.poll() is not None:
                time.sleep(0.05)
                return self.snapshot(which).count(needle) >= count
            time.sleep(0.02)
        return False

    def wait_exit(self, timeout):
        try:
            self.p.wait(timeout)
            return True
        except subprocess.TimeoutExpired:
            return False

    def finish(self):
        """Kill what is left of our own process group, by id (after two seconds of grace)."""
        limit = time.time() + 2.0
        while self.p.poll() is not None and group_members(self.pid) and time.time() < limit:
            time.sleep(0.05)
        left = [p for p in group_members(self.pid) if p != self.pid or self.p.poll() is None]
        killed = []
        for p in left:
            try:
                os.kill(p, signal.SIGKILL)
                killed.append(p)
            except ProcessLookupError:
                pass
        if self.p.poll() is None:
            self.p.wait()
        for t in self.threads:
            t.join(2)
        if self.master is not None:
            os.close(self.master)
        return len(killed)


def fresh(project):
    """A new copy of the project, and the program under the two names it can have."""
    if os.path.isdir(RUN):
        shutil.rmtree(RUN)
    os.makedirs(os.path.join(RUN, 'home'))
    os.makedirs(os.path.join(RUN, 'bin'))
    if project:
        subprocess.check_call(['cp', '-a', os.path.join(PROJECTS, project), PROJ])
    else:
        os.makedirs(PROJ)
    for folder, _, names in os.walk(PROJ):   # the date of the recorded projects: If-Modified-Since asks for it
        for name in names:
            os.utime(os.path.join(folder, name), (1704164645, 1704164645))
    for name in () if PYTHON else ('manage.py', 'tracewalk'):
        os.symlink(PROGRAM, os.path.join(RUN, 'bin', name))


def files():
    return {os.path.relpath(os.path.join(folder, name), PROJ) for folder, _, names in os.walk(PROJ) for name in names}


def base_env():
    env = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'HOME': os.path.join(RUN, 'home'), 'LANG': 'C.UTF-8',
           'LC_ALL': 'C.UTF-8', 'TZ': 'UTC', 'COLUMNS': '80', 'TERM': 'xterm'}
    if PYTHON:
        env.update(PYTHONUNBUFFERED='1', PYTHONHASHSEED='0', PYTHONDONTWRITEBYTECODE='1')
    if os.environ.get('ASAN_OPTIONS'):
        env['ASAN_OPTIONS'] = os.environ['ASAN_OPTIONS']
    return env


def command(argv, variables):
    """`manage.py ARGS` and `python -m django ARGS`, and how our program is called for each. `variables` are the scenario's own."""
    if PYTHON and TRACE:   # what DJANGO_AUTO_COMPLETE asks for is for the program that is watched
        return [PROGRAM, 'watch', '--trace-file=' + TRACE, '--', 'env'] + ['%s=%s' % v for v in variables.items()] + [PYTHON] + argv
    if PYTHON:
        return [PYTHON] + argv
    record = ['--trace-file=' + TRACE] if TRACE else []
    if argv[0] == '-m':
        return [os.path.join(RUN, 'bin', 'tracewalk')] + argv[2:] + record
    return [os.path.join(RUN, 'bin', 'manage.py')] + argv[1:] + record


def run(sc):
    """Run one scenario. Returns the record."""
    fresh(sc.get('project', 'plain'))
    env = base_env()
    extra = dict(sc.get('env', {}))
    if sc['argv'][0] == '-m' and not PYTHON:
        extra.setdefault('DJANGO_SETTINGS_MODULE', '')   # `python -m django` has no default settings module; ours has
    variables = {k: v for k, v in extra.items() if v is not None}
    for k in extra:
        env.pop(k, None)
    if not (PYTHON and TRACE):
        env.update(variables)
    argv = list(sc['argv'])
    for op in sc.get('pre', []):
        if op[0] == 'write':
            open(os.path.join(PROJ, op[1]), 'w').write(op[2])
        elif op[0] == 'mkdir':
            os.makedirs(os.path.join(PROJ, op[1]), exist_ok=True)
    before = files()
    cwd = os.path.join(PROJ, sc.get('cwd', ''))
    rec = {'scenario': sc['name'], 'group': sc['group'], 'title': sc['title'],
           'project': sc.get('project', 'plain'), 'argv': argv,
           'env_extra': {k: v for k, v in extra.items()}, 'cwd': sc.get('cwd', ''),
           'pty': bool(sc.get('pty')), 'dropped_capability': 'net_bind_service' if sc.get('dropcap') else None,
           'http': [], 'events': []}
    blocker = None
    if sc.get('block_port'):
        h, p = sc['block_port']
        blocker = socket.socket(socket.AF_INET6 if ':' in h else socket.AF_INET)
        blocker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        blocker.bind((h, p))
        blocker.listen(5)
    t0 = time.time()
    proc = Proc(command(argv, variables), env, cwd, sc.get('pty', False), sc.get('dropcap', False))
    killed_by_harness = False
    pool = []

    def do(step):
        k = step[0]
        if k == 'ready':
            port = step[1]
            limit = time.time() + (step[2] if len(step) > 2 else 25)
            while time.time() < limit:
                ls = [l for l in listeners() if (port == 0 or l[1] == port)]
                if blocker is not None:
                    ls = [l for l in ls if l[1] != sc['block_port'][1]]
                if ls:
                    proc.wait_text('stdout', b'Quit the server', 3)
                    time.sleep(0.1)
                    rec['events'].append(['ready', [list(l) for l in ls]])
                    return ls
                if proc.p.poll() is not None:
                    rec['events'].append(['ready', 'process ended first'])
                    return None
                time.sleep(0.02)
            rec['events'].append(['ready', 'timeout'])
            return None
        if k == 'http':
            spec = dict(step[1])
            if spec.get('port') == 0:
                ls = listeners()
                spec['port'] = ls[0][1] if ls else 1
            rec['http'].append(exchange(spec))
            time.sleep(0.05)
        elif k == 'parallel':
            res = [None] * len(step[1])

            def one(i, spec, delay):
                time.sleep(delay)
                b = time.time()
                r = exchange(spec)
                r['elapsed_class'] = 'fast' if time.time() - b < 0.45 else ('one' if time.time() - b < 1.0 else 'two+')
                r['done_at'] = time.time()
                res[i] = r
            ts = [threading.Thread(target=one, args=(i, sp, i * 0.1)) for i, sp in enumerate(step[1])]
            [t.start() for t in ts]
            [t.join() for t in ts]
            order = sorted(range(len(res)), key=lambda i: res[i]['done_at'])
            for r in res:
                r.pop('done_at')
            rec['events'].append(['finish order', [res[i]['label'] for i in order]])
            rec['http'].extend(res)
        elif k == 'background':
            def bg(spec=step[1]):
                rec['http'].append(exchange(spec))
            t = threading.Thread(target=bg)
            t.start()
            pool.append(t)
        elif k == 'join':
            for t in pool:
                t.join()
        elif k == 'signal':
            sig = getattr(signal, 'SIG' + step[1])
            who = step[2]
            if proc.p.poll() is not None and not group_members(proc.pid):
                rec['events'].append(['signal', step[1], who, 'not sent: the process has already ended'])
                return
            try:
                if who == 'group':
                    os.killpg(proc.pid, sig)
                elif who == 'main':
                    os.kill(proc.pid, sig)
                elif who == 'child':
                    for c in children(proc.pid):
                        os.kill(c, sig)
                rec['events'].append(['signal', step[1], who])
            except ProcessLookupError:
                rec['events'].append(['signal', step[1], who, 'not sent: the process has already ended'])
        elif k == 'type':
            os.write(proc.master, step[1])
            rec['events'].append(['typed', text(step[1])])
        elif k == 'sleep':
            time.sleep(step[1])
        elif k == 'write':
            open(os.path.join(PROJ, step[1]), 'w').write(step[2])
            rec['events'].append(['write', step[1]])
        elif k == 'replace':    # as a linker does: a new file under the old name; None brings the built one back
            if step[2] is None:
                shutil.copy(os.path.join(PROJECTS, sc.get('project', 'plain'), step[1]), os.path.join(PROJ, 'new'))
            else:
                open(os.path.join(PROJ, 'new'), 'w').write(step[2])
            os.replace(os.path.join(PROJ, 'new'), os.path.join(PROJ, step[1]))
            rec['events'].append(['write', step[1]])
        elif k == 'text':
            ok = proc.wait_text(step[1], step[2].encode(), step[3] if len(step) > 3 else 20, step[4] if len(step) > 4 else 1)
            rec['events'].append(['text', step[1], step[2], 'seen' if ok else 'not seen'])
        elif k == 'append':
            open(os.path.join(PROJ, step[1]), 'a').write(step[2])
        elif k == 'touch':      # so many seconds from now
            os.utime(os.path.join(PROJ, step[1]), (time.time() + step[2],) * 2)
        elif k == 'chmod':
            os.chmod(os.path.join(PROJ, step[1]), step[2])
        elif k == 'rename':
            os.rename(os.path.join(PROJ, step[1]), os.path.join(PROJ, step[2]))
        elif k == 'remove':
            os.remove(os.path.join(PROJ, step[1]))
        elif k == 'mkdir':
            os.makedirs(os.path.join(PROJ, step[1]))
        elif k == 'listeners':
            rec['events'].append(['listeners', [list(l) for l in listeners()]])
        elif k == 'processes':
            rec['events'].append(['processes', 1 + len(children(proc.pid)) if proc.p.poll() is None else 0])
        elif k == 'alive':
            rec['events'].append(['alive', step[1], proc.p.poll() is None])
        elif k == 'exit':
            ok = proc.wait_exit(step[1] if len(step) > 1 else 10)
            rec['events'].append(['exit', 'ended' if ok else 'still running'])
        else:
            raise ValueError(step)

    steps = sc.get('steps')
    if steps is None:
        steps = [['exit', sc.get('timeout', 25)]]
    try:
        for st in steps:
            do(st)
        if proc.p.poll() is None:
            proc.wait_exit(0.3)
    finally:
        if proc.p.poll() is None:
            killed_by_harness = True
        orphans = proc.finish()
        if blocker:
            blocker.close()
    rc = proc.p.returncode
    so, se = text(bytes(proc.out)), text(bytes(proc.err))
    rec['exit'] = {'returncode': rc if rc >= 0 else None,
                   'signal': signal.Signals(-rc).name if rc < 0 else None,
                   'killed_by_harness': killed_by_harness,
                   'left_over_processes': orphans - (1 if killed_by_harness else 0)}
    rec['stdout'], rec['stderr'] = so, se
    if sc.get('list_files'):
        rec['new_files'] = sorted(files() - before)
    rec['seconds'] = round(time.time() - t0, 2)
    return rec


VOLATILE = ('seconds', 'body_sha256', 'raw_start', 'response_len')


def normalised(rec):
    """The part of a record that must be equal from run to run."""
    def walk(o, key=None):
        if isinstance(o, dict):
            return {k: walk(v, k) for k, v in o.items() if k not in VOLATILE}
        if isinstance(o, list):
            return [walk(x) for x in o]
        if isinstance(o, str):
            return norm(o)
        return o
    r = walk(rec)
    for h in r.get('http', []):
        for resp in h.get('responses', []):
            ct = dict((k.lower(), v) for k, v in (resp.get('headers') or [])).get('content-type', '')
            if resp.get('body_len', 0) > 3000 and 'html' in ct:
                resp['body_len'] = '<BIG>'
                for kv in resp['headers']:
                    if kv[0].lower() == 'content-length':
                        kv[1] = '<BIG>'
    if 'port0' in r['scenario']:
        ports = set()
        for ev in rec['events']:
            if ev[0] in ('ready', 'listeners') and isinstance(ev[1], list):
                ports.update(p for _, p in ev[1])

        def mask(o):
            if isinstance(o, dict):
                return {k: mask(v) for k, v in o.items()}
            if isinstance(o, list):
                return [mask(x) for x in o]
            if isinstance(o, int) and not isinstance(o, bool) and o in ports:
                return '<PORT>'
            if isinstance(o, str):
                for p in ports:
                    o = re.sub(r'\b%d\b' % p, '<PORT>', o)
            return o
        r = mask(r)
    return r
