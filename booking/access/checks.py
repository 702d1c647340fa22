"""The checks that gates are composed of.

Each takes the request and returns the response that refuses it, or None to let it pass. Some raise
PermissionDenied.
"""

from collections.abc import Callable
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from booking.access import lock_screen, proxies, staff_sessions
from booking.access.acting import current_acting, may_open, stop_acting, wants_to_act
from booking.access.allauth_internals import has_shown_second_factor
from booking.access.landing import landing_page
from booking.access.patients import own_patient
from booking.access.roles import Ability, has_ability, is_staff_account
from booking.access.second_factor import second_factor_types
from booking.errors import MayNotActForPatient
from booking.models import User
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock

AccessCheck = Callable[[HttpRequest], HttpResponse | None]
DEFAULT_IDLE_MINUTES = 15
EXEMPT_URL_NAMES = frozenset(
    {"account_logout", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "invitation"}
)
"""Account pages that need neither the second factor nor an unlocked desk."""


def check_signed_in(request: HttpRequest) -> HttpResponse | None:
    """Ask anonymous users to sign in."""
    return None if request.user.is_authenticated else _redirect_to_login(request)


def check_session_age(request: HttpRequest) -> HttpResponse | None:
    """Sign staff out once their session is too old."""
    user = request.user
    if not user.is_authenticated or not is_staff_account(user):
        return None
    if staff_sessions.is_expired(request.session, clock.now()):
        logout(request)
        return _redirect_to_login(request)
    return None


def check_staff(request: HttpRequest) -> HttpResponse | None:
    """Raise PermissionDenied for users who may not use the desk."""
    if not has_ability(request.user, Ability.USE_DESK):
        raise PermissionDenied("Not a member of staff.")
    return None


def check_owner(request: HttpRequest) -> HttpResponse | None:
    """Raise PermissionDenied for users other than the owner."""
    if not has_ability(request.user, Ability.STAFF):
        raise PermissionDenied("Not an owner.")
    return None


def check_admin_access(request: HttpRequest) -> HttpResponse | None:
    """Let owner and editors into the admin; send other staff to the desk.

    Raises PermissionDenied for everybody else.
    """
    if has_ability(request.user, Ability.ARTICLES):
        return None
    if has_ability(request.user, Ability.USE_DESK):
        return HttpResponseRedirect(reverse("desk"))
    raise PermissionDenied("Neither owner nor editor.")


def check_second_factor(request: HttpRequest) -> HttpResponse | None:
    """Ask for the second factor of those who have one; ask others to add one where required."""
    if second_factor_types(request):
        if has_shown_second_factor(request):
            return None
        return _redirect_with_next("mfa_reauthenticate", request)
    if settings.STAFF_SECOND_FACTOR == "required":
        return _redirect_with_next("mfa_index", request)
    return None


def check_account_second_factor(request: HttpRequest) -> HttpResponse | None:
    """Ask staff for their second factor before an account page: a password alone is not enough."""
    user = request.user
    if not user.is_authenticated or not is_staff_account(user) or _is_exempt(request):
        return None
    if second_factor_types(request) and not has_shown_second_factor(request):
        return _redirect_with_next("mfa_reauthenticate", request)
    return None


def check_account_unlocked(request: HttpRequest) -> HttpResponse | None:
    """Show the lock screen instead of an account page if the desk is locked."""
    if _is_exempt(request) or not has_ability(request.user, Ability.USE_DESK):
        return None
    return check_unlocked(request)


def check_patient_record(request: HttpRequest) -> HttpResponse | None:
    """Redirect those without a patient record: patients to the page that asks for their name, staff
    to the desk or back office. Return None for others."""
    user = request.user
    if own_patient(user) is not None:
        return None
    if user.is_authenticated and is_staff_account(user):
        return HttpResponseRedirect(landing_page(user))
    return _redirect_with_next("me-start", request)


def check_acting(request: HttpRequest) -> HttpResponse | None:
    """Let a proxy open only the views that are open to them, and record that they do.

    If the grant has ended, the session acts for nobody else, and the answer says no more than that.
    A form sent with it is not processed, neither for the patient nor for the user.
    """
    if not wants_to_act(request):
        return None
    acting = current_acting(request)
    if acting is None:
        stop_acting(request)
        messages.info(request, str(MayNotActForPatient.message))
        return HttpResponseRedirect(reverse("me"))
    request.acting = acting  # type: ignore[attr-defined]  # for templates
    if not may_open(acting, request.resolver_match):
        return render(request, "booking/account/not_for_proxies.html", status=403)
    proxies.record_read(cast(User, request.user), acting.patient)
    return None


def check_unlocked(request: HttpRequest) -> HttpResponse | None:
    """Show the lock screen if the desk is locked or idle for too long; else note the activity."""
    now = clock.now()
    if lock_screen.is_locked(request.session, now, _idle_minutes(request)):
        return _show_lock_screen(request, now)
    if _is_user_activity(request):
        lock_screen.record_activity(request.session, now)
    if request.method == "POST" and _is_navigation(request):
        lock_screen.delete_pending_form(request.session)
    return None


def _is_exempt(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name in EXEMPT_URL_NAMES


def _idle_minutes(request: HttpRequest) -> int:
    clinic = current_clinic(request)
    return clinic.desk_idle_minutes if clinic else DEFAULT_IDLE_MINUTES


def _show_lock_screen(request: HttpRequest, now: datetime) -> HttpResponse:
    """Redirect to the lock screen; a form that was sent to the desk is stored until unlocking.

    Scripts are answered 401.
    """
    lock_screen.lock(request.session)
    if not _is_navigation(request):
        return HttpResponse(status=401, headers={"X-Desk": "locked"})
    path = request.get_full_path()
    if request.method == "POST" and path.startswith(("/desk/", "/admin/")):
        fields = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
        lock_screen.save_pending_form(request.session, path, fields, now)
    return _redirect_with_next("desk-locked", request)


def _is_navigation(request: HttpRequest) -> bool:
    """Whether a person opens a page or sends a form, rather than a script.

    Browsers too old for Sec-Fetch-Mode are judged by their Accept header.
    """
    accepts_json = "application/json" in request.headers.get("Accept", "")
    assumed = "cors" if accepts_json or request.headers.get("HX-Request") else "navigate"
    return request.headers.get("Sec-Fetch-Mode", assumed) == "navigate"


def _is_user_activity(request: HttpRequest) -> bool:
    """Whether the request opens a page or sends a form, rather than being a script that polls."""
    return _is_navigation(request) or request.method not in ("GET", "HEAD")


def _redirect_to_login(request: HttpRequest) -> HttpResponse:
    if not _is_navigation(request):
        return HttpResponse(status=401, headers={"X-Desk": "signed out"})
    return _redirect_with_next("account_login", request)


def _redirect_with_next(name: str, request: HttpRequest) -> HttpResponse:
    """Redirect to the named page, with the present page as `next`.

    After a POST `next` is the desk or the account, since the address may not allow GET.
    """
    if request.method in ("GET", "HEAD"):
        next_url = request.get_full_path()
    else:
        next_url = reverse("me") if request.path.startswith("/me/") else "/desk/"
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': next_url})}")
