"""The settings under test: production's, with keys that are no secret.

Static files keep their plain names, passwords are hashed quickly, and plain http is allowed.
"""

import os
import sys

os.environ["PYTHONDONTWRITEBYTECODE"] = ""  # for the programs that tests start
os.environ.setdefault("SECRET_KEY", "tests-only-0123456789-abcdefghijklmnopqrstuvwxyz")
os.environ.setdefault("FIELD_KEYS", "tests-only-field-key-abcdefghijklmnopqrstuvwxyz")
os.environ.setdefault("LINK_KEYS", "tests-only-link-key-abcdefghijklmnopqrstuvwxyz0")
os.environ.setdefault("BASE_URL", "https://clinic.example")
os.environ.setdefault("ALLOWED_HOSTS", "clinic.example,testserver,localhost,127.0.0.1")

from clinic.settings import *  # noqa: F403  # the environment must be set before

sys.dont_write_bytecode = False
"""Modules are compiled once, even where the environment says to keep nothing: the 600 of ours take
each process a second."""

SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
COOKIE_PREFIX = ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "csrf"
CSRF_TRUSTED_ORIGINS = []
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Tests must see their own changes; tests of caching switch this cache on.
CACHES = CACHES | {"pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}  # noqa: F405
ABUSE_LIMITS = False  # tests of rate limits switch them on
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # nothing is collected for tests
