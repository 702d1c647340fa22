"""Settings that start the site, but with which it is unsafe or does not work."""

from collections.abc import Iterator
from itertools import combinations
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from clinic.lib.crypto.key_fingerprints import fingerprints

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
"""The host names of this machine itself."""


def check_settings() -> Iterator[tuple[bool, str]]:
    """Check the settings DEMO and DEBUG, the address of the site, and the proxies."""
    mode = "the demo" if settings.DEMO else "DEBUG" if settings.DEBUG else "production"
    yield (
        not settings.DEBUG,
        f"This runs as {mode}, at {settings.BASE_URL}."
        + (" Remove DEBUG: its error pages show settings and data." if settings.DEBUG else ""),
    )
    yield from _check_base_url()
    if not settings.DEMO and not settings.DEBUG and not settings.TRUSTED_PROXIES:
        yield (
            False,
            "TRUSTED_PROXIES is not set: all visitors seem to have the address of the proxy and "
            "share its limits. Set it to that address, such as 127.0.0.1.",
        )


def _check_base_url() -> Iterator[tuple[bool, str]]:
    parts = urlsplit(settings.BASE_URL)
    host = parts.hostname or ""
    if settings.DEMO and host not in LOCAL_HOSTS:
        yield (
            False,
            f"DEMO is on at {host}: everybody can look up its passwords, and the second factor is "
            "optional. Remove DEMO from the environment.",
        )
    if parts.path or parts.query or parts.fragment or parts.username:
        yield (
            False,
            "BASE_URL has more than a host: links in mails lead nowhere, and forms are refused. "
            f"Set it to {parts.scheme}://{host}",
        )
    if not settings.DEMO and not validate_host(host, settings.ALLOWED_HOSTS):
        yield (
            False,
            f"ALLOWED_HOSTS lacks {host}, the host of BASE_URL: every page is a 400. Add it.",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield False, "ALLOWED_HOSTS has a *: set it to the names of this site."


def check_keys() -> Iterator[tuple[bool, str]]:
    """Check that each secret has one purpose: whoever learns it would learn both."""
    uses = {
        "SECRET_KEY": {settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS},
        "FIELD_KEYS": set(settings.FIELD_KEYS),
        "LINK_KEYS": set(settings.LINK_KEYS),
    }
    for (name, values), (other, others) in combinations(uses.items(), 2):
        if values & others:
            yield False, f"{name} and {other} share a secret. Make another one for one of them."
    if len(settings.FIELD_KEYS) > 1:
        yield (
            True,
            "Several FIELD_KEYS are set: the first encrypts, the others still read. To encrypt "
            "everything with the first one, run: manage.py rotate_keys",
        )
    first, *_others = fingerprints(settings.FIELD_KEYS, "FIELD_KEYS")
    yield True, f"The fingerprint of the first FIELD_KEYS is {first}; backups name it too."
