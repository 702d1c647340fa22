"""The settings of the sites that browsers test: production's, but passwords are hashed quickly.

The usual hasher takes a third of a second of a processor for each sign-in, as it should.
"""

from clinic.settings import *  # noqa: F403

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # of accounts made by manage.py
]
