"""Record sign-ins, wrong passwords and codes, and pages that were refused."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from booking.access.allauth_internals import authentication_records, pending_sign_in_user
from booking.access.roles import is_staff_account
from booking.actions.actor import Actor, ActorType
from booking.actions.audit.record import (
    Action,
    AuditObject,
    ObjectType,
    record_audit,
    record_once_an_hour,
)
from booking.models import User

SIGN_IN_PAGES = frozenset(
    {
        "account_login",
        "account_confirm_login_code",
        "account_reauthenticate",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "desk-locked",
    }
)
"""Pages on which a wrong password, passkey or code is a failed sign-in."""
EMAIL_FIELDS = ("login", "email")


def connect_sign_in_signals() -> None:
    """Connect the signals of Django and allauth to the audit trail, in `AppConfig.ready`."""
    for signal, receiver in (
        (user_logged_in, _record_sign_in),
        (user_logged_out, _record_sign_out),
        (authenticator_added, _record_added_factor),
        (authenticator_removed, _record_removed_factor),
        (authenticator_reset, _record_reset_factor),
    ):
        signal.connect(receiver, dispatch_uid=f"audit {receiver.__name__}")


def record_unsuccessful_request(request: HttpRequest, status: int) -> None:
    """Record a refused page (status 403) or a failed sign-in (422).

    Refusals of visitors who are not signed in are not recorded: anybody can cause them.
    """
    name = request.resolver_match.url_name if request.resolver_match else None
    user = getattr(request, "user", None)
    if status == 403 and isinstance(user, User) and user.is_authenticated:
        page = AuditObject(ObjectType.PAGE, details={"page": name or "", "method": request.method})
        record_once_an_hour(Action.REFUSED, [page])
    elif status == 422 and request.method == "POST" and name in SIGN_IN_PAGES:
        email = _typed_email(request)
        affected = _user_who_signs_in(request, email)
        account = AuditObject(
            ObjectType.ACCOUNT, email=email, affected_user=affected, details={"page": name}
        )
        record_audit(Action.SIGN_IN_FAILED, account)


def _record_sign_in(*, request: HttpRequest | None, user: User, **_: Any) -> None:
    methods = []
    if request is not None and hasattr(request, "session"):
        methods = [record["method"] for record in authentication_records(request, user)]
    account = AuditObject(
        ObjectType.ACCOUNT, email=user.email, affected_user=user, details={"methods": methods}
    )
    record_audit(Action.SIGNED_IN, account, by=_actor(user, request))


def _record_sign_out(*, request: HttpRequest | None, user: User | None, **_: Any) -> None:
    if isinstance(user, User):
        account = AuditObject(ObjectType.ACCOUNT, email=user.email, affected_user=user)
        record_audit(Action.SIGNED_OUT, account, by=_actor(user, request))


def _record_added_factor(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    _record_factor(Action.CREATED, user, authenticator)


def _record_removed_factor(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    _record_factor(Action.DELETED, user, authenticator)


def _record_reset_factor(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    _record_factor(Action.CHANGED, user, authenticator)


def _record_factor(action: Action, user: User, authenticator: Authenticator) -> None:
    factor = AuditObject(
        ObjectType.SECOND_FACTOR,
        email=user.email,
        affected_user=user,
        details={"type": str(authenticator.type)},
    )
    record_audit(action, factor)


def _actor(user: User, request: HttpRequest | None) -> Actor:
    """Return the user as the actor; while they sign in or out, `current_actor` may not know
    them."""
    actor_type = ActorType.STAFF if is_staff_account(user) else ActorType.PATIENT
    return Actor(actor_type, user, str(request.META.get("REMOTE_ADDR", "")) if request else "")


def _typed_email(request: HttpRequest) -> str:
    typed = (request.POST.get(field, "") for field in EMAIL_FIELDS)
    return next((email.strip().lower() for email in typed if email.strip()), "")


def _user_who_signs_in(request: HttpRequest, email: str) -> User | None:
    """Return the account that somebody fails to sign in to, or None.

    It is the signed-in user's (who authenticates again), that of the member of staff with the typed
    address, or that of the sign-in in progress. Accounts of patients are recorded only by the hash
    of the address, since an account whose address nobody has verified is deleted after a day.
    """
    user = getattr(request, "user", None)
    if isinstance(user, User) and user.is_authenticated:
        return user
    if email:
        named = User.objects.filter(email=email).first()
        return named if named is not None and is_staff_account(named) else None
    return pending_sign_in_user(request)
