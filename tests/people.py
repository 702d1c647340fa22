"""Members of the team and patients who can sign in, and browsers in which they have."""

import time
from datetime import datetime
from typing import Any

from allauth.account.internal.flows import login as records
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from booking.access import staff_sessions
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
    """Somebody who signs in with mailed codes."""
    return UserFactory.create(**values)


def add_app(user: User) -> Authenticator:
    """An authenticator app with the secret above."""
    app: Authenticator = TOTP.activate(user, SECRET).instance
    return app


def add_recovery_codes(user: User) -> list[str]:
    """Fresh recovery codes."""
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def app_code(*, secret: str = SECRET, steps: int = 0) -> str:
    """What the app shows now, or some half minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def browser_of(user: User, *, proven: bool = True, at: datetime | None = None) -> Client:
    """A browser in which the person has signed in, now or then, wholly or by password alone."""
    client = Client()
    client.force_login(user)
    session = client.session
    staff_sessions.start_session(session, at or clock.now(), staff=user.is_staff)
    methods = ["password", "mfa"] if proven else ["password"]
    session[records.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": method, "at": time.time()} for method in methods
    ]
    session[records._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client


def sign_in(client: Client, user: User, password: str = PASSWORD, **more: str) -> Any:
    """The first step, with the password; the answer."""
    return client.post("/accounts/login/", {"login": user.email, "password": password, **more})


def second_step(client: Client, code: str) -> Any:
    """The second step, with a code; the answer."""
    return client.post("/accounts/2fa/authenticate/", {"code": code})


def opens_desk(client: Client) -> bool:
    """Whether the desk shows itself."""
    return client.get("/desk/").status_code == 200
