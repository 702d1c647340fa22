"""A code of an authenticator app works once, over all processes.

allauth remembers used codes in the cache, which each process has for itself. Here the last
used time step is kept with the secret, and only later ones count (RFC 6238, 5.2).
"""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.utils.crypto import constant_time_compare


def consume_totp_code(user_id: int, code: str) -> Authenticator | None:
    """The authenticator when the code is right now and newer than any used before; else None."""
    digits = "".join(code.split())
    with transaction.atomic():
        found = (
            Authenticator.objects.select_for_update()
            .filter(user_id=user_id, type=Authenticator.Type.TOTP)
            .first()
        )
        if found is None:
            return None
        step = _matching_time_step(decrypt(found.data["secret"]), digits)
        if step is None or step <= found.data.get("last_step", -1):
            return None
        found.data["last_step"] = step
        found.save(update_fields=["data"])
    return found


def _matching_time_step(secret: str, code: str) -> int | None:
    """The time step that the code is of."""
    matching = [
        step
        for step in yield_hotp_counters_from_time()
        if constant_time_compare(format_hotp_value(hotp_value(secret, step)), code)
    ]
    return max(matching, default=None)
