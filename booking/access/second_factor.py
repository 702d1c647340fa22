"""Second factors: authenticator apps and passkeys.

A code of an app is accepted once, across all processes. allauth remembers used codes in the cache,
which each process has for itself; here the last used time step is stored beside the secret, and
only later ones are accepted (RFC 6238, 5.2).
"""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from booking.access.allauth_internals import accepted_time_steps, totp_code
from booking.access.roles import AnyUser
from booking.access.second_factor_secrets import decrypt_secret
from clinic.lib.compiled_queries import compiled_query
from clinic.lib.crypto.cipher import DecryptionError

SECOND_FACTOR_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def second_factors_of(user: AnyUser) -> "QuerySet[Authenticator]":
    """Return the apps and passkeys of a user; none for anonymous users."""
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(
        user_id=user.pk, type__in=SECOND_FACTOR_TYPES
    )
    return rows


def second_factor_types(request: HttpRequest) -> frozenset[str]:
    """Return the types of second factor that the signed-in user has.

    Read once a request and kept as `request.second_factors`, for templates.
    """
    if not hasattr(request, "second_factors"):
        pk = request.user.pk
        found = _types_of_user(pk) if pk is not None else []
        request.second_factors = frozenset(found)  # type: ignore[attr-defined]  # for templates
    types: frozenset[str] = request.second_factors  # type: ignore[attr-defined]
    return types


@compiled_query
def _types_of_user(pk: int) -> "QuerySet[Authenticator, str]":
    rows: QuerySet[Authenticator, str] = Authenticator.objects.filter(
        user_id=pk, type__in=SECOND_FACTOR_TYPES
    ).values_list("type", flat=True)
    return rows


def consume_totp_code(user_id: int, code: str) -> Authenticator | None:
    """Return the user's app if the code is right and newer than any used before, else None."""
    digits = "".join(code.split())
    with transaction.atomic():
        app: Authenticator | None = (
            Authenticator.objects.select_for_update()
            .filter(user_id=user_id, type=Authenticator.Type.TOTP)
            .first()
        )
        if app is None:
            return None
        try:
            secret = decrypt_secret(app.data["secret"], user_id)
        except DecryptionError:  # its key is lost; a passkey or an invitation still works
            return None
        step = _matching_time_step(secret, digits)
        if step is None or step <= app.data.get("last_step", -1):
            return None
        app.data["last_step"] = step
        app.save(update_fields=["data"])
    return app


def count_unreadable_secrets() -> int:
    """Return how many apps and recovery codes cannot be decrypted."""
    return sum(
        not _is_readable(row.data[key], row.user_id)
        for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).iterator()
        for key in ("secret", "seed")
        if key in row.data
    )


def _is_readable(stored: str, user_id: int) -> bool:
    try:
        decrypt_secret(stored, user_id)
    except DecryptionError:
        return False
    return True


def _matching_time_step(secret: str, code: str) -> int | None:
    """Return the latest accepted time step in which the app shows the code."""
    matching = [
        step
        for step in accepted_time_steps()
        if constant_time_compare(totp_code(secret, step), code)
    ]
    return max(matching, default=None)
