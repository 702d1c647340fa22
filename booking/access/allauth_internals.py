"""The only module that imports allauth's internal modules (`allauth.*.internal`).

allauth may change them in any release. What this project needs of them is here, as functions that
say what they promise; tests/booking/access/test_allauth_internals.py checks each promise, so that
an upgrade of allauth that breaks one fails there first.
"""

from typing import Any, TypedDict

from allauth.account.internal import stagekit
from allauth.account.internal.flows import login, reauthentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.internal import flows as webauthn_flows
from django.http import HttpRequest

from booking.access.roles import AnyUser
from booking.access.second_factor_secrets import use_secrets_of_user
from booking.models import User
from clinic.lib.crypto.cipher import DecryptionError

SECOND_FACTOR = "mfa"
"""The method that allauth records for an app, a passkey or a recovery code."""


class AuthenticationRecord(TypedDict, total=False):
    """One way in which somebody has shown who they are in this session."""

    method: str
    """"password", "code" (by e-mail) or "mfa"."""
    at: float
    """Seconds since the epoch."""
    email: str
    """The address to which the code was mailed; only for the method "code"."""


def authentication_records(request: HttpRequest, user: AnyUser) -> list[AuthenticationRecord]:
    """Return how `user` has authenticated in this session, oldest first.

    Empty for anonymous users and for a session that belongs to somebody else.
    """
    records: list[AuthenticationRecord] = login.get_authentication_records(request, user)
    return records


def email_proven_by_sign_in(request: HttpRequest) -> str:
    """Return the account's address if a code mailed to it was entered in this session, else "".

    A passkey proves who signs in, but not that they still read mails to the address, which may
    belong to somebody else by now.
    """
    records = authentication_records(request, request.user)
    emails = [record.get("email", "") for record in records if record["method"] == "code"]
    proven = emails[-1].strip().lower() if emails else ""
    is_present = isinstance(request.user, User) and proven == request.user.email.lower()
    return proven if is_present else ""


def has_shown_second_factor(request: HttpRequest) -> bool:
    """Whether the signed-in user has shown a second factor in this session."""
    records = authentication_records(request, request.user)
    return any(record["method"] == SECOND_FACTOR for record in records)


def record_authentication(
    request: HttpRequest, user: AnyUser, method: str, *, email: str = ""
) -> None:
    """Record in the session that `user` has authenticated now, by an allauth method such as "code".

    For the method "code", `email` is the address to which the code was mailed.
    """
    extra = {"email": email} if email else {}
    login.record_authentication(request, user, method, **extra)


def record_second_factor(request: HttpRequest, authenticator: Authenticator) -> None:
    """Record that the signed-in user has shown this app or passkey."""
    login.record_authentication(
        request, request.user, SECOND_FACTOR, id=authenticator.pk, type=authenticator.type
    )


def cancel_login(request: HttpRequest) -> None:
    """Forget a sign-in that is not finished, and how the person has authenticated so far."""
    stagekit.clear_login(request)


def pending_sign_in_user(request: HttpRequest) -> User | None:
    """Return the user whose sign-in waits for a code or a second factor, or None."""
    stage = stagekit.get_pending_stage(request)
    user = stage.login.user if stage is not None else None
    return user if isinstance(user, User) else None


def is_code_for_present_address(request: HttpRequest) -> bool:
    """Return whether the code that a sign-in waits for was mailed to the account's address of now.

    False if no sign-in waits. An account may have got another address since, or its earlier one
    back; then somebody else reads the mail.
    """
    stage = stagekit.get_pending_stage(request)
    login = stage.login if stage is not None else None
    if login is None or not isinstance(login.user, User):
        return False
    return str(login.email).lower() == login.user.email.lower()


def record_password_reauthentication(request: HttpRequest) -> None:
    """Record that the signed-in user has shown the password once more."""
    reauthentication.reauthenticate_by_password(request)


def record_passkey_reauthentication(request: HttpRequest, authenticator: Authenticator) -> None:
    """Record that the signed-in user has shown this passkey once more."""
    webauthn_flows.reauthenticate(request, authenticator)


def begin_passkey_authentication(user: User) -> dict[str, Any]:
    """Return the request options for the browser's `navigator.credentials.get`.

    The challenge is kept in the session of allauth's current request (allauth.core.context).
    """
    options: dict[str, Any] = webauthn.begin_authentication(user)
    return options


def accepted_time_steps() -> list[int]:
    """Return the time steps of which a code is accepted now (RFC 6238), oldest first."""
    return list(totp.yield_hotp_counters_from_time())


def totp_code(secret: str, time_step: int) -> str:
    """Return the digits that an app with this base32 secret shows in a time step (RFC 6238)."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, time_step)))


def consume_recovery_code(authenticator: Authenticator, code: str) -> bool:
    """Mark a recovery code as used and return True; False if it is wrong, used or cannot be
    decrypted."""
    with use_secrets_of_user(authenticator.user_id):
        try:
            return bool(RecoveryCodes(authenticator).validate_code(code))
        except DecryptionError:
            return False
