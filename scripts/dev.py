#!/usr/bin/env python3
"""One script to prepare, run and test the portal: `python3 scripts/dev.py setup | run | test`. Standard library only.

setup  .venv with the pinned packages, var/settings.env with fresh keys, a migrated database with the reference data.
run    setup, a demo registry when the registry is empty, then the web server and the job worker; the address comes last.
test   everything: lint, import order, checks, unit tests on SQLite and PostgreSQL, browser tests, accessibility.
"""

import argparse
import base64
import contextlib
import hashlib
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("IPSM_VAR", ROOT / "var"))
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(BIN / "python")
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
DEMO_ACCOUNTS = VAR / "demo-accounts.json"
# Ctrl-C, a service manager, a closed terminal.
STOPPING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Stop(Exception):
    """Ends the script, or the part of a test run, with one line for the reader."""


def say(text: str) -> None:
    print(text, flush=True)


def call(*command: str, env: dict[str, str] | None = None, user: str | None = None) -> None:
    """Run a command with its output streaming through. Raises Stop when it fails."""
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **(env or {})}, user=user)
    if done.returncode:
        raise Stop(f"`{' '.join(Path(part).name if n == 0 else part for n, part in enumerate(command[:6]))}` ended with {done.returncode}.")


def manage(*arguments: str, env: dict[str, str] | None = None) -> None:
    call(PYTHON, "manage.py", *arguments, env=env)


# --- what the machine must have


def apt(*packages: str) -> None:
    """Install Debian packages, or say which line does it."""
    line = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if not IS_ROOT or not shutil.which("apt-get"):
        raise Stop(f"Missing on this machine: {' '.join(packages)}. Install with: sudo {line}")
    say(f"Installing {' '.join(packages)} ...")
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-q"], **quiet)
    if subprocess.run(line.split(), **quiet).returncode:
        raise Stop(f"Could not install: {' '.join(packages)}. Try: sudo apt-get update && sudo {line}")


def need(program: str, *packages: str) -> str:
    """The path of a program, installed first where it is missing and we may."""
    if not shutil.which(program):
        apt(*packages)
    return shutil.which(program) or program


def postgres_folder() -> Path | None:
    """Where Debian keeps the newest server's programs, else where the PATH finds them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


# --- setup


def stamped(name: str, sources: Iterable[Path], *, extra: str = "") -> tuple[Path, str, bool]:
    """(stamp file, digest of the sources' content, whether the stamp is up to date)."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {extra}".encode())
    for path in sorted(sources):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    stamp = (VENV if name.startswith("requirements") else VAR) / f".{name}.stamp"
    return stamp, digest.hexdigest(), stamp.exists() and stamp.read_text() == digest.hexdigest()


def make_venv() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 (a newcomer may start it with any python3)
        raise Stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    if Path(PYTHON).exists():
        return
    say("Making .venv ...")
    if shutil.which("uv"):
        call("uv", "venv", "--quiet", "--python", sys.executable, str(VENV))
        return
    if not importlib.util.find_spec("ensurepip"):
        apt("python3-venv")
    call(sys.executable, "-m", "venv", str(VENV))


def install(requirements: str) -> None:
    stamp, digest, done = stamped(requirements, [ROOT / requirements])
    if done:
        return
    say(f"Installing packages of {requirements} ...")
    if shutil.which("uv"):
        call("uv", "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", requirements)
    else:
        call(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", requirements)
    stamp.write_text(digest)


def fresh_keys() -> dict[str, str]:
    def drawn() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {"SECRET_KEY": secrets.token_urlsafe(64), "NIK_KEYS": f"1:{drawn()}", "INDEX_KEY": drawn()}


def write_settings() -> None:
    """Fresh keys and the settings of a portal on this machine only, readable by nobody else. Never overwrites."""
    VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = VAR / "settings.env"
    if path.exists():
        return
    values = {**fresh_keys(), "HTTPS": "false", "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]"}
    lines = ["# Made by scripts/dev.py. Without these keys no NIK can be read again: keep a copy in a safe place (docs/operations.md)."]
    lines += [f"{name}={value}" for name, value in values.items()]
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    say(f"Wrote {path} with fresh keys. Keep a copy of it: without these keys no NIK can be read again.")


def compile_messages() -> None:
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            call(need("msgfmt", "gettext"), "--check-format", "-o", str(target), str(source))


def prepare_database() -> None:
    """Migrations, cache table, reference data. Each may run again; the reference data only when it or the database is new."""
    manage("migrate", "-v", "0")
    manage("createcachetable", "-v", "0")
    database = os.environ.get("DATABASE_URL") or (VAR / "settings.env").read_text()
    file = VAR / "ipsm.sqlite3"
    born = str(file.stat().st_ino) if file.exists() else ""
    data = [path for path in (ROOT / "registry" / "reference").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    stamp, digest, done = stamped("reference", data, extra=database + born)
    if not done:
        say("Loading the reference data ...")
        manage("load_reference")
        stamp.write_text(digest)


def collect_static() -> None:
    sources = [path for folder in (ROOT / "static", ROOT / "requirements.txt") for path in [folder, *folder.rglob("*")] if path.is_file()]
    stamp, digest, done = stamped("static", sources)
    if not done or not (VAR / "static").exists():
        manage("collectstatic", "--noinput", "--clear", "-v", "0")
        stamp.write_text(digest)


def setup() -> None:
    make_venv()
    install("requirements.txt")
    write_settings()
    compile_messages()
    prepare_database()
    collect_static()


# --- run


def refuse_taken(host: str, port: int) -> None:
    """A port that somebody uses is named before anything else is done; another is never chosen silently."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            another = f"python3 scripts/dev.py run --port {port + 1}"
            raise Stop(f"{host}:{port} cannot be used ({error.strerror}). Choose another: {another}") from error


def fill_demo() -> None:
    """A synthetic registry for a portal that holds nobody yet; `demo` prints the accounts it made. Later runs point to their file."""
    if DEMO_ACCOUNTS.exists():
        show_accounts()
        return
    question = "from registry.models import Person; print(Person.objects.exists())"
    command = [PYTHON, "manage.py", "shell", "--no-imports", "-c", question]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if answer.returncode:
        raise Stop(f"The registry cannot be read:\n{answer.stderr}")
    if answer.stdout.strip() == "False":
        say("Making a demo registry ...")
        manage("demo", "--people", "300", "--seed", "1")


def show_accounts() -> None:
    say(f"\nDemo accounts (also in {DEMO_ACCOUNTS}):")
    for account in json.loads(DEMO_ACCOUNTS.read_text()):
        say(f"  {account['username']:<24} {account['password']:<26} {account['role']:<12} {account['area']}")


def hosts_env(host: str) -> dict[str, str]:
    """The hosts to answer to, where the portal listens on more than this machine."""
    if host in ("127.0.0.1", "localhost", "::1"):
        return {}
    names = {"localhost", "127.0.0.1", socket.gethostname(), *socket.gethostbyname_ex(socket.gethostname())[2]}
    return {"ALLOWED_HOSTS": ",".join(sorted(names | ({host} - {"0.0.0.0", "::"})))}  # noqa: S104 (compared, not bound)


def wait_until_served(address: str, children: dict[str, subprocess.Popen[bytes]]) -> None:
    for _ in range(300):
        refuse_dead(children)
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{address}masuk/", timeout=10)  # noqa: S310 (our own address)
            return
        time.sleep(0.1)
    raise Stop(f"The web server does not answer at {address}.")


def refuse_dead(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise Stop(f"The {name} stopped by itself (code {child.returncode}), so everything is stopped. Its last lines are above.")


def start(command: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C reaches this script only, which then stops everybody in order."""
    return subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)


def stop_all(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask, wait, insist: also for what the children started. A second Ctrl-C does not interrupt it."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    for child in children.values():
        child.terminate()
    for child in children.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=10)
        with contextlib.suppress(ProcessLookupError, PermissionError, AttributeError):
            os.killpg(child.pid, signal.SIGKILL)
        child.kill()
        child.wait()


def run(host: str, port: int) -> None:
    refuse_taken(host, port)
    setup()
    fill_demo()
    env = {**os.environ, **hosts_env(host)}
    server = [str(BIN / "granian"), "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws", "--workers", "1"]
    server += ["--blocking-threads", "4", "--log-level", "warning", "ipsm_portal.wsgi:application"]
    worker = [PYTHON, "manage.py", "db_worker", "--no-reload", "--interval", "1", "-v", "0"]
    for number in STOPPING:
        signal.signal(number, signal.default_int_handler)
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        children["web server"] = start(server, env)
        children["job worker"] = start(worker, env)
        shown = f"[{host}]" if ":" in host else host
        wait_until_served(f"http://{shown if host not in ('0.0.0.0', '::') else '127.0.0.1'}:{port}/", children)  # noqa: S104
        say(f"\nStop with Ctrl-C. The portal is at http://{shown}:{port}/")
        while True:
            refuse_dead(children)
            time.sleep(0.5)
    except KeyboardInterrupt:
        say("\nStopping.")
    finally:
        stop_all(children)


# --- test


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server of our own in a temporary folder; yields its DATABASE_URL, stops and removes it afterwards."""
    folder = postgres_folder()
    if folder is None:
        apt("postgresql")
        folder = postgres_folder()
    user = "postgres" if IS_ROOT else None  # PostgreSQL refuses to run as root
    home = Path(tempfile.mkdtemp(prefix="ipsm-pg-"))
    if user:
        shutil.chown(home, user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data, log = str(home / "data"), str(home / "log")
    # Durability is of no use to a test; the socket lies in the folder, so nobody else reaches the server.
    options = f"-p {port} -k {home} -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    try:
        initdb = [str(folder / "initdb"), "-D", data, "-U", "ipsm", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        quiet = subprocess.run(initdb, user=user, cwd=home, capture_output=True, text=True)
        if quiet.returncode:
            raise Stop(f"initdb failed: {quiet.stderr.strip()}")
        start = [str(folder / "pg_ctl"), "-D", data, "-l", log, "-o", options, "-w", "start"]
        if subprocess.run(start, user=user, cwd=home, stdout=subprocess.DEVNULL).returncode:
            raise Stop(f"The PostgreSQL server did not start: {Path(log).read_text().strip()}")
        yield f"postgres://ipsm@/postgres?host={home}&port={port}"
    finally:
        stop = [str(folder / "pg_ctl"), "-D", data, "-m", "immediate", "stop"]
        subprocess.run(stop, user=user, cwd=home, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)


def pytest(*arguments: str, database: str | None = None) -> None:
    """Without a database the tests use SQLite, whatever the environment says."""
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | ({"DATABASE_URL": database} if database else {})
    if subprocess.run([PYTHON, "-m", "pytest", "-q", *arguments], cwd=ROOT, env=env).returncode:
        raise Stop("Tests failed.")


def part_lint() -> None:
    call(str(BIN / "ruff"), "check", ".")


def part_imports() -> None:
    call(str(BIN / "lint-imports"), "--no-cache")


def part_checks() -> None:
    """As in production: https, no DEBUG, fresh keys, an empty var."""
    with tempfile.TemporaryDirectory(prefix="ipsm-check-") as var:
        env = {**fresh_keys(), "IPSM_VAR": var, "HTTPS": "true", "DEBUG": "false", "ALLOWED_HOSTS": "ipsm.example.org"}
        env["DATABASE_URL"] = f"sqlite:///{var}/check.sqlite3"
        manage("makemigrations", "--check", "--dry-run", env=env)
        manage("check", "--deploy", "--fail-level", "WARNING", env=env)


def part_sqlite() -> None:
    pytest("-n", "2")


def part_postgresql() -> None:
    with postgres() as url:
        pytest("-n", "2", database=url)


def need_browser() -> None:
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        apt("chromium", "fonts-noto-core")


def part_browser() -> None:
    need_browser()
    pytest("-m", "browser and not a11y")


def part_accessibility() -> None:
    need_browser()
    pytest("-m", "browser and a11y")


PARTS: dict[str, Callable[[], None]] = {
    "lint": part_lint,
    "import order": part_imports,
    "migrations and deployment checks": part_checks,
    "unit tests on SQLite": part_sqlite,
    "unit tests on PostgreSQL": part_postgresql,
    "browser tests": part_browser,
    "accessibility": part_accessibility,
}


def test() -> None:
    """Every part runs, also after one that failed; the last line is the total."""
    started = time.monotonic()
    make_venv()
    install("requirements-dev.txt")
    compile_messages()
    failed = []
    for number, (name, part) in enumerate(PARTS.items(), start=1):
        say(f"\n== {number}/{len(PARTS)} {name}")
        try:
            part()
        except Stop as reason:
            say(str(reason))
            failed.append(name)
    took = f"{time.monotonic() - started:.0f} s"
    if failed:
        raise Stop(f"\n== total: {len(PARTS) - len(failed)} of {len(PARTS)} parts passed in {took}; failed: {', '.join(failed)}")
    say(f"\n== total: {len(PARTS)} of {len(PARTS)} parts passed in {took}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("setup")
    runner = commands.add_parser("run")
    runner.add_argument("--host", default="127.0.0.1")
    runner.add_argument("--port", type=int, default=8000)
    commands.add_parser("test")
    chosen = parser.parse_args()
    try:
        if chosen.command == "run":
            run(chosen.host, chosen.port)
        else:
            {"setup": setup, "test": test}[chosen.command]()
    except Stop as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
