"""The portal's settings for tests: known keys, a throw-away folder, cheap passwords, jobs done at once.

`DATABASE_URL` of the environment chooses another database than SQLite.
"""

import atexit
import base64
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="ipsm-test-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)


def typed(text: bytes) -> str:
    """A key that is readable on purpose: settings.py refuses such keys wherever DEBUG is off."""
    return base64.b64encode(text).decode()


os.environ |= {
    "IPSM_VAR": str(FOLDER),
    "DEBUG": "true",
    "HTTPS": "false",
    "DEMO": "false",
    "LOG_LEVEL": "WARNING",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "SECRET_KEY": "only-for-tests-" * 5,
    "NIK_KEYS": f"2:{typed(b'test-only-encryption-key-no-two!')},1:{typed(b'test-only-encryption-key-no-one!')}",
    "INDEX_KEY": typed(b"test-only-key-of-the-blind-index"),
}

from ipsm_portal.settings import *  # noqa: E402, F403
from ipsm_portal.settings import DATABASES, STATIC_ROOT, VAR  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads of the race tests need connections of their own. Durability is of no use here.
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF;"
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
MEDIA_ROOT = VAR / "uploads"
STATIC_ROOT.mkdir()
