"""The gates: one decorator for each urls file that needs a sign-in.

A gate runs its checks in order before the view; the first response that a check returns is the
answer. Every answer is marked as not to be cached.
"""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from booking.access.account_views import invalid_form_returns_422
from booking.access.checks import (
    AccessCheck,
    check_account_second_factor,
    check_account_unlocked,
    check_acting,
    check_admin_access,
    check_owner,
    check_patient_record,
    check_second_factor,
    check_session_age,
    check_signed_in,
    check_staff,
    check_unlocked,
)
from booking.access.session_engine import record_use
from booking.access.signed_in_marker import update_marker
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import View
from clinic.lib.http.form_pages import form_page

HTTP_NO_CONTENT = 204
_ACCOUNT_CHECKS = (check_session_age, check_account_second_factor, check_account_unlocked)


def account_gate(view: View) -> View:
    """Protect sign-in and account pages. Pages of signed-in staff follow the rules of the desk.

    allauth's views accept more methods than a browser's form, one of which removes a passkey
    without asking, and they answer an invalid form with 200; both are corrected here.
    """
    return _apply_checks(invalid_form_returns_422(form_page(view)), *_ACCOUNT_CHECKS)


def signed_in_gate(view: View) -> View:
    """Open a view to everybody who is signed in, such as the first page of a patient's account.

    Staff must also fulfill the conditions of the desk.
    """
    return _apply_checks(view, check_signed_in, *_ACCOUNT_CHECKS)


def patient_gate(view: View) -> View:
    """Open a view of the patient's account to people who are signed in and have a patient record.

    Others are redirected (see `check_patient_record`). Proxies can open the views that are marked
    with `for_proxies`, within their grants.
    """
    return _apply_checks(
        view, check_signed_in, *_ACCOUNT_CHECKS, check_patient_record, check_acting
    )


def account_menu_gate(view: View) -> View:
    """Open the account's part of the header; whoever is refused gets an empty response."""

    @wraps(view)
    @require_safe
    def menu_or_nothing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        checks = (check_signed_in, *_ACCOUNT_CHECKS)
        if any(check(request) is not None for check in checks):
            return HttpResponse(status=HTTP_NO_CONTENT)
        return view(request, *args, **kwargs)

    return _apply_checks(menu_or_nothing)


def lock_screen_gate(view: View) -> View:
    """Protect the lock screen: for signed-in staff, whether the desk is locked or not."""
    return _apply_checks(view, check_signed_in, check_session_age, check_staff, check_second_factor)


def desk_gate(view: View) -> View:
    """Protect the desk: for therapists, front desk and owner, with a second factor, unlocked."""
    return _apply_checks(
        view,
        check_signed_in,
        check_session_age,
        check_staff,
        check_second_factor,
        check_unlocked,
    )


def owner_gate(view: View) -> View:
    """Protect the owner's pages of the desk."""
    return _apply_checks(
        view,
        check_signed_in,
        check_session_age,
        check_staff,
        check_owner,
        check_second_factor,
        check_unlocked,
    )


def admin_gate(view: View) -> View:
    """Protect the admin: for owner and editors, as strictly as the desk."""
    return _apply_checks(
        form_page(view),
        check_signed_in,
        check_session_age,
        check_admin_access,
        check_second_factor,
        check_unlocked,
    )


def _apply_checks(view: View, *checks: AccessCheck) -> View:
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase | None = None
        for check in checks:
            answer = check(request)
            if answer is not None:
                break
        else:
            if request.user.is_authenticated:
                record_use(request.session, clock.now())
            request.is_gated = True  # type: ignore[attr-defined]  # for templates
            answer = view(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store, private"
        update_marker(request, answer)
        return answer

    return wrapper
