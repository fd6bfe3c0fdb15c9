"""Every setting of the portal, read from the environment and from `var/settings.env`. README.md has the table.

Safe when nothing is said: no DEBUG, https assumed, no start without keys. What makes no sense is refused here, before anything is written.
"""

import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from ipsm_portal.keys import HOW, decode_key, decode_ring, refuse_unfit

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("IPSM_VAR", ROOT / "var"))
(VAR / "tmp").mkdir(mode=0o700, parents=True, exist_ok=True)

env = environ.Env()
if (VAR / "settings.env").exists():
    env.read_env(VAR / "settings.env")

DEBUG = env.bool("DEBUG", False)
# False only for a portal that is not reached over a network, such as `make run`.
HTTPS = env.bool("HTTPS", not DEBUG)
# A demo registry says so on every page. The file is written by `manage.py demo`, whichever way that was started.
DEMO = env.bool("DEMO", (VAR / "demo-accounts.json").exists())

# --- keys

SECRET_KEY = env.str("SECRET_KEY", "")
NIK_KEYS = decode_ring("NIK_KEYS", env.str("NIK_KEYS", ""))
# The first of the ring encrypts; the others only read what was written before.
NIK_CURRENT_KEY = next(iter(NIK_KEYS))
INDEX_KEY = decode_key("INDEX_KEY", env.str("INDEX_KEY", ""))
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured(f"SECRET_KEY must have at least 50 characters. {HOW}")
refuse_unfit(NIK_KEYS, INDEX_KEY, debug=DEBUG)

# --- whose portal this is

ORGANISATION = env.str("ORGANISATION", "IPSM")
RECEIVER = env.str("RECEIVER", "Dinas Sosial")
# Day of the month until which Dinas Sosial takes changes for the next DTSEN update.
DTSEN_CUTOFF_DAY = env.int("DTSEN_CUTOFF_DAY", 17)
if not 1 <= DTSEN_CUTOFF_DAY <= 28:
    raise ImproperlyConfigured("DTSEN_CUTOFF_DAY must be a day that every month has, 1 to 28.")

# --- hosts

LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOCAL_HOSTS if DEBUG or not HTTPS else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if not DEBUG and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts of the portal, for example ALLOWED_HOSTS=ipsm.example.org; * is refused.")
# Number of own proxies in front, each of which adds one address to X-Forwarded-For and sets X-Forwarded-Proto.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- applications

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "ipsm_portal.apps.PortalConfig",
    "registry.apps.RegistryConfig",
    "validation.apps.ValidationConfig",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "import_export",
    "django_filters",
    "django_http_compression",
    "django_tasks",
    "django_tasks_db",
    "csp",
]
MIDDLEWARE = [
    "ipsm_portal.proxy.ForwardedAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_http_compression.middleware.HttpCompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "ipsm_portal.language.CookieLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "registry.access.MemberMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
]
ROOT_URLCONF = "ipsm_portal.urls"
WSGI_APPLICATION = "ipsm_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ipsm_portal.context.portal",
                "registry.access.navigation",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- database

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'ipsm.sqlite3'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Without it two writers that both read first end in an error or in a lost update.
        "transaction_mode": "IMMEDIATE",
        # An import of 5,000 rows is one transaction of up to half a minute: other writers wait for it rather than fail.
        "timeout": 60,
        # Rollback journal, because the write-ahead log of SQLite before 3.51.3 can be reset into corruption. A cache of 64 MB keeps
        # that transaction from spilling to the file early, which would make readers wait as well.
        "init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA cache_size=-65536;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# In the database, so that failed sign-ins of several processes add up.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- files

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
MEDIA_ROOT = VAR / "uploads"
EXPORT_ROOT = VAR / "exports"
FILE_UPLOAD_TEMP_DIR = VAR / "tmp"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# --- limits (docs/architecture.md 9)

MB = 1024 * 1024
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", 20 * MB)
IMPORT_MAX_UNPACKED_BYTES = env.int("IMPORT_MAX_UNPACKED_BYTES", 400 * MB)
IMPORT_MAX_ROWS = env.int("IMPORT_MAX_ROWS", 200_000)
IMPORT_MAX_COLUMNS = env.int("IMPORT_MAX_COLUMNS", 300)
IMPORT_MAX_CELLS = env.int("IMPORT_MAX_CELLS", 5_000_000)
IMPORT_COMMIT_MAX_ROWS = env.int("IMPORT_COMMIT_MAX_ROWS", 5_000)
CSV_MAX_BYTES = env.int("CSV_MAX_BYTES", 50 * MB)
CHILD_MEMORY = env.int("CHILD_MEMORY", 600 * MB)
CHILD_SECONDS = env.int("CHILD_SECONDS", 120)
# The same limits, as the child process that reads a file takes them.
WORKBOOK_LIMITS = {
    "workbook_bytes": IMPORT_MAX_BYTES,
    "unpacked_bytes": IMPORT_MAX_UNPACKED_BYTES,
    "rows": IMPORT_MAX_ROWS,
    "columns": IMPORT_MAX_COLUMNS,
    "cells": IMPORT_MAX_CELLS,
    "csv_bytes": CSV_MAX_BYTES,
    "memory_bytes": CHILD_MEMORY,
    "seconds": CHILD_SECONDS,
}
PHOTO_MAX_BYTES = env.int("PHOTO_MAX_BYTES", 10 * MB)
PHOTO_MAX_PIXELS = env.int("PHOTO_MAX_PIXELS", 40_000_000)
PHOTOS_PER_CASE = env.int("PHOTOS_PER_CASE", 20)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * MB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- language and time

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "bahasa"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = ["ipsm_portal.formats"]
TIME_ZONE = env.str("TIME_ZONE", "Asia/Jakarta")
USE_TZ = True
USE_I18N = True
# True would print the year as 2.026 and a number of a record as 1.234.
USE_THOUSAND_SEPARATOR = False

# --- accounts

AUTH_USER_MODEL = "registry.Account"
# Django's own backend: a disabled account gets the same answer as a wrong password.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "ipsm_portal.passwords.LocalWordsValidator"},
]
ACCOUNT_ADAPTER = "ipsm_portal.adapter.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
# None: whoever signs in says whether the session outlives the browser; either way it ends after 12 hours.
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
# Per account as allauth ships it; per address far higher, because a whole office and a phone network share one address.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "300/m/ip,5/300s/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# --- sessions, cookies, headers

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Lax, not Strict: a link to a record that a colleague sends must open for who is signed in.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sesi" if HTTPS else "sesi"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Preloading binds the whole domain of the office for years; that is not for this portal to decide.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, str | list[str]] = {
    "camera": "self",
    "geolocation": "self",
    "accelerometer": [],
    "autoplay": [],
    "browsing-topics": [],
    "display-capture": [],
    "encrypted-media": [],
    "fullscreen": [],
    "gyroscope": [],
    "hid": [],
    "idle-detection": [],
    "magnetometer": [],
    "microphone": [],
    "midi": [],
    "payment": [],
    "picture-in-picture": [],
    "screen-wake-lock": [],
    "serial": [],
    "usb": [],
    "xr-spatial-tracking": [],
}

# --- logs

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"masked": {"()": "ipsm_portal.logs.MaskingFormatter", "fmt": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "masked"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    # Named again, because Django by itself would mail errors with the request in them.
    "loggers": {"django": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO"), "propagate": False}},
}
