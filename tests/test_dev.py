"""scripts/dev.py: the parts that can be tried without installing anything."""

import importlib.util
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "scripts" / "dev.py"


@pytest.fixture
def dev(monkeypatch, tmp_path):
    """The script as a module, with its private folder in a temporary place."""
    monkeypatch.setenv("IPSM_VAR", str(tmp_path / "var"))
    spec = importlib.util.spec_from_file_location("dev_under_test", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_needs_nothing_but_the_standard_library():
    """Isolated from every installed package it still explains itself."""
    done = subprocess.run([sys.executable, "-I", "-S", str(SCRIPT), "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "setup" in done.stdout and "run" in done.stdout and "test" in done.stdout


def test_settings_are_written_once_with_fresh_keys_and_for_the_owner_only(dev, capsys):
    dev.write_settings()
    path = dev.VAR / "settings.env"
    first = path.read_text()
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(dev.VAR).st_mode) == 0o700
    values = dict(line.split("=", 1) for line in first.splitlines() if "=" in line)
    assert set(values) == {"SECRET_KEY", "NIK_KEYS", "INDEX_KEY", "HTTPS", "ALLOWED_HOSTS"}
    dev.write_settings()
    assert path.read_text() == first
    printed = capsys.readouterr().out
    assert printed.count("Keep a copy") == 1
    assert not any(values[name] in printed for name in ("SECRET_KEY", "NIK_KEYS", "INDEX_KEY"))


def test_the_portal_starts_with_what_was_written(dev, tmp_path):
    dev.write_settings()
    env = {"PATH": os.environ["PATH"], "IPSM_VAR": str(dev.VAR)}
    command = [sys.executable, "-c", "import ipsm_portal.settings as s; print(s.DEBUG, s.HTTPS)"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert (done.stdout.split(), done.stderr) == (["False", "False"], "")


def test_no_two_portals_get_the_same_keys(dev):
    assert not set(dev.fresh_keys().values()) & set(dev.fresh_keys().values())


def test_a_taken_port_is_named_and_no_other_is_chosen(dev):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(dev.Stop, match=rf"127\.0\.0\.1:{port} cannot be used .* run --port {port + 1}"):
            dev.refuse_taken("127.0.0.1", port)


def test_a_crashed_child_is_named(dev):
    child = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    child.wait()
    with pytest.raises(dev.Stop, match=r"The job worker stopped by itself \(code 3\)"):
        dev.refuse_dead({"job worker": child})


GRANDCHILD = """
import signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print("ready", flush=True)
child.wait()
"""


def test_all_children_are_stopped_and_what_they_started(dev, monkeypatch):
    """Also one that does not listen, together with its own child, as a web server and its worker process."""
    kept = {number: signal.getsignal(number) for number in dev.STOPPING}
    deaf = subprocess.Popen([sys.executable, "-c", GRANDCHILD], stdout=subprocess.PIPE, start_new_session=True)
    assert deaf.stdout.readline() == b"ready\n"
    patient = deaf.wait
    monkeypatch.setattr(deaf, "wait", lambda timeout=None: patient(0.2 if timeout else None))
    polite = dev.start([sys.executable, "-c", "import signal; signal.pause()"], dict(os.environ))
    try:
        dev.stop_all({"web server": deaf, "job worker": polite})
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    assert deaf.poll() == -signal.SIGKILL
    assert polite.poll() in (-signal.SIGTERM, -signal.SIGKILL)
    # Ends only when nobody holds the pipe any more, the grandchild included.
    assert deaf.stdout.read() == b""
    deaf.stdout.close()


def test_demo_accounts_are_shown_from_their_file(dev, capsys):
    dev.VAR.mkdir()
    dev.DEMO_ACCOUNTS.write_text(json.dumps([{"username": "rahmi", "password": "kuda-sumur", "role": "psm", "area": "11.11.10"}]))
    dev.show_accounts()
    assert capsys.readouterr().out.splitlines()[-1].split() == ["rahmi", "kuda-sumur", "psm", "11.11.10"]


def test_a_stamp_follows_the_content(dev, monkeypatch, tmp_path):
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    source = tmp_path / "a.csv"
    source.write_text("1")
    dev.VAR.mkdir()
    stamp, digest, done = dev.stamped("reference", [source])
    assert not done
    stamp.write_text(digest)
    assert dev.stamped("reference", [source])[2]
    source.write_text("2")
    assert not dev.stamped("reference", [source])[2]


def test_what_is_missing_is_named_in_one_line(dev, monkeypatch):
    monkeypatch.setattr(dev, "IS_ROOT", False)
    with pytest.raises(dev.Stop) as refusal:
        dev.need("a-program-nobody-has", "gettext")
    line = "Missing on this machine: gettext. Install with: sudo apt-get install -y --no-install-recommends gettext"
    assert str(refusal.value) == line


def test_a_portal_that_listens_wider_answers_to_its_own_names_only(dev):
    assert dev.hosts_env("127.0.0.1") == {}
    wide = dev.hosts_env("0.0.0.0")["ALLOWED_HOSTS"].split(",")
    assert socket.gethostname() in wide
    assert "*" not in wide and "0.0.0.0" not in wide


def test_every_part_of_the_test_run_has_a_name(dev):
    assert list(dev.PARTS) == [
        "lint",
        "import order",
        "migrations and deployment checks",
        "unit tests on SQLite",
        "unit tests on PostgreSQL",
        "browser tests",
        "accessibility",
    ]
