"""The first steps of somebody who has installed the program: install it, startproject, build, check, startapp, a view of one's own.

run.py BUILD_FOLDER [SCRATCH]: installs from the build folder into a temporary one, and says what was not as it should be."""
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

build = pathlib.Path(sys.argv[1]).resolve()
failures = []


def run(*argv, cwd, code=0, **variables):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(('DJANGO_', 'TRACEWALK'))}
    environment['PATH'] = f'{prefix}/bin:' + environment['PATH']
    environment.update(variables)
    done = subprocess.run(argv, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)
    if done.returncode != code:
        failures.append(f'{argv}: exit code {done.returncode}, not {code}\n{done.stdout}{done.stderr}')
    return done


def expect(what, condition, shown=''):
    if not condition:
        failures.append(f'{what}\n{shown}')


def fetch(process, url):
    for _ in range(100):
        if process.poll() is not None:
            return f'the server ended with {process.returncode}'
        try:
            return urllib.request.urlopen(url, timeout=5).read().decode()
        except OSError:
            time.sleep(0.1)
    return 'no answer'


with tempfile.TemporaryDirectory() as folder:
    prefix = pathlib.Path(folder, 'prefix')
    subprocess.run(['cmake', '--install', build, '--prefix', prefix], check=True, stdout=subprocess.DEVNULL)

    run('tracewalk', 'startproject', 'fresh', cwd=folder)
    project = pathlib.Path(folder, 'fresh')
    made = sorted(str(p.relative_to(project)) for p in project.rglob('*') if p.is_file())
    expect('the files of a project', made == ['CMakeLists.txt', 'fresh/settings.toml', 'fresh/urls.cpp', 'fresh/wsgi.cpp', 'manage'], made)

    # Before the build the URLconf is not there, and the message says what to do.
    unbuilt = run('./manage', 'check', cwd=project, code=1)
    expect('a hint to build', "No module named 'fresh.urls'" in unbuilt.stderr and 'cmake --build build' in unbuilt.stderr, unbuilt.stderr)

    run('./manage', 'startapp', 'hello', cwd=project)
    views = project / 'hello/views.cpp'
    views.write_text(views.read_text().replace('// HttpResponsePtr', 'HttpResponsePtr').replace('//   return', '  return')
                     .replace('// }', '}').replace('// module.set', 'module.set'))
    urls = project / 'fresh/urls.cpp'
    urls.write_text(urls.read_text().replace('URLPatterns{\n', 'URLPatterns{path("hello/", python::importlib::import_module("hello.views")'
                                             '->get<View>("welcome"), {.name = "welcome"}),\n'))
    settings = project / 'fresh/settings.toml'
    settings.write_text(settings.read_text().replace('"django.contrib.staticfiles",\n', '"django.contrib.staticfiles",\n    "hello",\n'))
    run('cmake', '-B', 'build', '-G', 'Ninja', cwd=project)
    run('cmake', '--build', 'build', cwd=project)
    for module in ('fresh/urls.so', 'fresh/wsgi.so', 'hello/apps.so', 'hello/views.so'):
        expect(f'{module} beside its source', (project / module).is_file())

    checked = run('./manage', 'check', cwd=project)
    expect('check finds nothing', checked.stdout == 'System check identified no issues (0 silenced).\n', checked.stdout + checked.stderr)
    expect('the program is called manage', run('./manage', 'help', 'check', cwd=project).stdout.startswith('usage: manage check '))
    taken = run('./manage', 'startapp', 'hello', cwd=project, code=1)
    expect('a name that is taken', taken.stderr.startswith("CommandError: 'hello' conflicts with the name of an existing Python module"), taken.stderr)

    with socket.create_server(('127.0.0.1', 0)) as probe:
        port = probe.getsockname()[1]
    with open(os.path.join(folder, 'log'), 'w+') as log:
        server = subprocess.Popen(['./manage', 'runserver', '--noreload', str(port)], cwd=project, stdout=log, stderr=log,
                                  env={**os.environ, 'PATH': f'{prefix}/bin:' + os.environ['PATH']})
        try:
            answer = fetch(server, f'http://127.0.0.1:{port}/hello/')
        finally:
            server.terminate()
            server.wait()
        log.seek(0)
        expect('the view answers', answer == 'Hello from hello', answer + log.read())

    missing = run('./manage', 'check', cwd=project, code=1, TRACEWALK='no-such-program')
    expect('no program', missing.stderr.startswith("Couldn't find no-such-program."), missing.stderr)

for failure in failures:
    print('FAILED:', failure)
print(f'install: {len(failures)} failures')
sys.exit(bool(failures))
