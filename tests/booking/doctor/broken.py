"""A cache and a mail server that do not work."""

import smtplib
from typing import Any

from django.core.cache.backends.dummy import DummyCache
from django.core.mail.backends.locmem import EmailBackend


class DeadCache(DummyCache):
    """As the cache of a Redis server that is away; its errors are of no common class."""

    def get(self, *_arguments: Any, **_options: Any) -> Any:
        raise type("ConnectionError", (Exception,), {})("Error 111 connecting to localhost:6379.")

    add = incr = get
    set = get  # the cache's own name


class RefusingBackend(EmailBackend):
    """As the backend of a mail server that does not accept the password."""

    def open(self) -> None:
        raise smtplib.SMTPAuthenticationError(535, b"5.7.8 not clinic")
