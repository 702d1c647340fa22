"""Create users of staff and patients, and test clients signed in as them."""

import secrets
import time
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.test import Client

from booking.access import staff_sessions
from booking.access.allauth_internals import record_authentication, totp_code
from booking.access.second_factor_secrets import encrypt_secret, use_secrets_of_user
from booking.actions.staff.accounts import add_staff_roles
from booking.models import Role, User
from clinic.lib.dates import clock
from tests.factories import UserFactory

PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
THIS_SITE = {"HTTP_HOST": "testserver"}


def member(*roles: Role, email: str = "", app: bool = True, **values: Any) -> User:
    """A member of staff with the password above and, unless told otherwise, an app."""
    blank = UserFactory.build()
    user = add_staff_roles(
        email or blank.email, roles, name=values.get("name", blank.name), password=PASSWORD
    )
    if app:
        add_app(user)
    return user


def patient_user(**values: Any) -> User:
    """Create a patient's user, who signs in with mailed codes."""
    return UserFactory.create(**values)


def add_app(user: User) -> Authenticator:
    """Add an authenticator app with SECRET."""
    return _add_authenticator(user, Authenticator.Type.TOTP, secret=encrypt_secret(SECRET, user.pk))


def add_recovery_codes(user: User) -> list[str]:
    """Add recovery codes and return them."""
    seed = secrets.token_hex(40)
    row = _add_authenticator(
        user, Authenticator.Type.RECOVERY_CODES, seed=encrypt_secret(seed, user.pk), used_mask=0
    )
    with use_secrets_of_user(user.pk):
        codes: list[str] = row.wrap().get_unused_codes()
    return codes


def _add_authenticator(user: User, kind: str, **data: Any) -> Authenticator:
    row: Authenticator = Authenticator.objects.create(user=user, type=kind, data=data)
    return row


def app_code(*, secret: str = SECRET, steps: int = 0) -> str:
    """Return the code of the app, now or `steps` half minutes later."""
    return totp_code(secret, int(time.time()) // 30 + steps)


def browser_of(user: User, *, proven: bool = True, at: datetime | None = None) -> Client:
    """Return a client signed in as the user; unless `proven`, without the second factor."""
    client = Client()
    client.force_login(user)
    session = client.session
    staff_sessions.start_session(session, at or clock.now(), staff=user.is_staff)
    request = HttpRequest()
    request.session = session
    for method in ["password", "mfa"] if proven else ["password"]:
        record_authentication(request, user, method)
    session.save()
    return client


def sign_in(client: Client, user: User, password: str = PASSWORD, **more: str) -> Any:
    """POST e-mail and password; return the response."""
    return client.post("/accounts/login/", {"login": user.email, "password": password, **more})


def second_step(client: Client, code: str) -> Any:
    """POST the code of the second factor; return the response."""
    return client.post("/accounts/2fa/authenticate/", {"code": code})


def opens_desk(client: Client) -> bool:
    """Whether the client can open the desk."""
    return client.get("/desk/").status_code == 200
