"""The part of odd.py that speaks HTTP: one server of each side, the same requests to both, the answers and the log lines of each."""
import errno
import hashlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import time

import harness

PORT = 8200
STATIC_FILES = "odd.html odd.js odd.mjs odd.json odd.svg odd.png odd.jpg odd.gif odd.ico odd.webp odd.woff2 odd.woff odd.ttf odd.wasm odd.map odd.txt.gz odd.tar.gz odd.gz odd.zip odd.pdf odd.xml odd.csv odd.md odd.mp4 odd.webm odd.mp3 odd.HTML odd .odd odd. odd.tar.bz2 odd.css.br odd.xhtml odd.unknown odd,comma.txt odd;semi.txt odd'quote.txt oddé.txt odd.py odd.toml odd.c odd.log odd.bmp odd.tif odd.avif odd.eot odd.otf odd.swf odd.rtf odd.doc odd.xls odd.sh odd.exe odd.htm odd.jpeg odd.svgz odd.Z odd.xz odd.7z odd.ics odd.vtt odd.weba odd.yaml odd.manifest odd.webmanifest odd.appcache sub/odd.txt".split() + ["odd name.txt", 'odd"quote.txt']


def prepare(place):
    """More static files of all kinds, on both sides."""
    folder = os.path.join(place, "extra_static")
    os.makedirs(os.path.join(folder, "sub"), exist_ok=True)
    for name in STATIC_FILES:
        with open(os.path.join(folder, name), "w") as file:
            file.write("odd\n")
    os.symlink("extra.txt", os.path.join(folder, "link.txt"))
    os.symlink("sub", os.path.join(folder, "link"))
    os.symlink("/etc/hostname", os.path.join(folder, "outside.txt"))
    for where, _, names in os.walk(place):
        for name in names:
            os.utime(os.path.join(where, name), (1704164645, 1704164645), follow_symlinks=False)


def answer(data, spell):
    """Sends the bytes (or its pieces) on a connection of its own; everything that comes back, and how it ended."""
    connection = socket.socket()
    connection.settimeout(5)
    connection.connect(("127.0.0.1", PORT))
    got, end = b"", "open"
    for i, piece in enumerate(data if isinstance(data, list) else [data]):
        if i:
            time.sleep(0.03)
        try:
            connection.sendall(piece)
        except OSError:
            break
    last = data[-1] if isinstance(data, list) else data
    patience = 2 if b"onnection: close" in last or got else spell   # what asks to be closed is, however late
    while True:
        if not select.select([connection], [], [], patience)[0]:
            break
        try:
            block = connection.recv(1 << 20)
        except ConnectionResetError:
            end = "closed"   # as Python closes with bytes unread, or not: a matter of time
            break
        if not block:
            end = "closed"
            break
        got += block
    connection.close()
    return got, end


def shown(raw, methods):
    """The responses as data, without what differs from run to run."""
    out = []
    for response in harness.parse_responses(raw, methods):
        headers = [[k, harness.norm(v)] for k, v in response.get("headers") or []]
        body = response.get("body_start", "")
        kind = dict((k.lower(), v) for k, v in headers).get("content-type", "")
        if response.get("title") or "html" in kind and response.get("body_len", 0) > 200 or re.match(r"\w+ at /\S*\n", body):
            body = "<PAGE> " + response.get("title", "")
            for header in headers:
                if header[0] == "Content-Length":
                    header[1] = "<PAGE>"
        elif "html" in kind and not body:   # of HEAD: a page that would be longer or shorter
            for header in headers:
                if header[0] == "Content-Length" and int(header[1]) > 1000:
                    header[1] = "<PAGE>"
        elif response.get("body_len", 0) > 400:
            body = "<%d bytes, %s>" % (response["body_len"], response["body_sha256"][:8])
        out.append({"status": response.get("status_line"), "headers": headers, "body": body})
    return out


class Log:
    """Standard error of a server, as far as it came."""

    def __init__(self, stream):
        self.stream, self.text = stream, b""

    def read(self, quiet):
        """What has come, and what comes within `quiet` seconds of it; sooner when the line of the request is there."""
        while select.select([self.stream], [], [], 0.004 if re.search(rb'" \d{3} \S+\n$', self.text) else quiet)[0]:
            block = os.read(self.stream, 1 << 16)
            if not block:
                break
            self.text += block
        text, self.text = self.text, b""
        return text.decode("utf-8", "backslashreplace")


def serve(command, place, env, options, requests, spell=0.15):
    """Starts `command runserver`, sends the requests, stops it. Gives label -> {responses, end, log}."""
    process = subprocess.Popen(command + ["runserver", str(PORT), "--noreload", "--settings=mysite.settings_odd"] + options, cwd=place, env=env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=os.setsid)
    log = Log(process.stderr.fileno())
    results = {}
    try:
        limit = time.time() + 15
        while time.time() < limit and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", PORT), 1).close()
                break
            except OSError:
                time.sleep(0.02)
        results["(start)"] = {"log": log.read(0.1)}
        for label, data in requests:
            if process.poll() is not None:
                results[label] = {"error": "the server has ended"}
                continue
            try:
                raw, end = answer(data, spell)
            except OSError as error:
                results[label] = {"error": repr(error)}
                continue
            whole = b"".join(data) if isinstance(data, list) else data
            methods = [m.decode("latin-1") for m in re.findall(rb"(?:^|\r\n\r\n(?:\r\n)*|(?<=12345)|(?<=a=1))([^\s]+) \S+ HTTP/1", whole)] or ["GET"]
            results[label] = {"responses": shown(raw, methods), "end": end, "log": log.read(0.03)}
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    return results


def normalised(results, folder):
    import compare
    for result in results.values():
        text = result.get("log", "").replace(os.path.join(folder, "p"), "<PROJ>").replace(folder, "<RUN>")
        text = compare.strip_tracebacks(harness.norm(text))
        text = re.sub(r'(HTTP/[\d.]+" \d{3} )\d{4,}', r"\1<PAGE>", text)
        # The lines of one exchange may come in another order: the request's thread and the log race.
        result["log"] = text
        for response in result.get("responses", []):
            for header in response["headers"]:
                if header[0] == "Server":
                    header[1] = "<SERVER>"
    return results
