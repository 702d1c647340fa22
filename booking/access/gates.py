"""The gates of the doors that need a sign-in. Each answers before its view is asked anything."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from booking.access import staff_sessions
from booking.access.roles import Ability, has_ability, is_staff_account, roles_of
from booking.access.second_factor import consume_totp_code
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import View

DEFAULT_IDLE_MINUTES = 15
AccessCheck = Callable[[HttpRequest], HttpResponse | None]
EXEMPT_URL_NAMES = frozenset(
    {"account_logout", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "invitation"}
)
"""What a signed-in person reaches before the second factor is shown."""


def _apply_checks(view: View, *refusals: AccessCheck) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase | None = None
        for refuse in refusals:
            answer = refuse(request)
            if answer is not None:
                break
        else:
            request.roles = roles_of(request.user)  # type: ignore[attr-defined]  # for templates
            answer = view(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store, private"
        return answer

    return guarded


def account_gate(view: View) -> View:
    """Signing in and what belongs to it. Pages of a signed-in person follow the rules of staff.

    allauth's views know more methods than a browser's form, one of which removes a passkey
    without a word, and they answer a form that is wrong with 200.
    """
    honest = _invalid_form_returns_422(require_http_methods(["GET", "HEAD", "POST"])(view))
    return _apply_checks(
        honest, _check_session_age, _check_account_second_factor, _check_account_unlocked
    )


def lock_screen_gate(view: View) -> View:
    """The cover itself: staff who are signed in, whether their desk is covered or not."""
    return _apply_checks(
        view, _check_signed_in, _check_session_age, _check_staff, _check_second_factor
    )


def desk_gate(view: View) -> View:
    """Therapists, front desk and owner, with a second factor, at an uncovered desk."""
    return _apply_checks(
        view,
        _check_signed_in,
        _check_session_age,
        _check_staff,
        _check_second_factor,
        _check_unlocked,
    )


def owner_gate(view: View) -> View:
    """The owner, at the desk."""
    return _apply_checks(
        view,
        _check_signed_in,
        _check_session_age,
        _check_staff,
        _check_owner,
        _check_second_factor,
        _check_unlocked,
    )


def admin_gate(view: View) -> View:
    """Owner and editors, as strictly as the desk; the others of the team belong to the desk."""
    gates = (
        _check_signed_in,
        _check_session_age,
        _check_admin_access,
        _check_second_factor,
        _check_unlocked,
    )
    return _apply_checks(require_http_methods(["GET", "HEAD", "POST"])(view), *gates)


def record_new_second_factor(view: View) -> View:
    """Whoever has just added a second factor has shown it: no need to ask once more.

    The code with which an app was added is used up by that.
    """

    @wraps(view)
    def added(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        before = set(_second_factors(request).values_list("pk", flat=True))
        response = view(request, *args, **kwargs)
        if request.method == "POST" and request.user.is_authenticated:
            new = _second_factors(request).exclude(pk__in=before).first()
            if new is not None:
                consume_totp_code(request.user.pk, request.POST.get("code", ""))
                record_authentication(request, request.user, "mfa", id=new.pk, type=new.type)
        return response

    return added


def _invalid_form_returns_422(view: View) -> View:
    """A form that is shown again because of what was sent is a 422, here as everywhere."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        shown = getattr(response, "context_data", None) or {}
        forms = (shown.get("form"), shown.get("webauthn_form"))
        if response.status_code == 200 and any(form is not None and form.errors for form in forms):
            response.status_code = 422
        return response

    return answered


def require_usable_password(view: View) -> View:
    """Only for those who have one: patients sign in without."""

    @wraps(view)
    def has_one(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated and not user.has_usable_password():
            raise Http404
        return view(request, *args, **kwargs)

    return has_one


def _check_signed_in(request: HttpRequest) -> HttpResponse | None:
    return None if request.user.is_authenticated else _redirect_to_login(request)


def _check_session_age(request: HttpRequest) -> HttpResponse | None:
    """Twelve hours after signing in it is over, for staff."""
    user = request.user
    if not user.is_authenticated or not is_staff_account(user):
        return None
    if staff_sessions.is_expired(request.session, clock.now()):
        logout(request)
        return _redirect_to_login(request)
    return None


def _check_staff(request: HttpRequest) -> HttpResponse | None:
    if not has_ability(request.user, Ability.USE_DESK):
        raise PermissionDenied("Not a member of staff.")
    return None


def _check_owner(request: HttpRequest) -> HttpResponse | None:
    if not has_ability(request.user, Ability.STAFF):
        raise PermissionDenied("Not an owner.")
    return None


def _check_admin_access(request: HttpRequest) -> HttpResponse | None:
    if has_ability(request.user, Ability.ARTICLES):
        return None
    if has_ability(request.user, Ability.USE_DESK):
        return HttpResponseRedirect(reverse("desk"))
    raise PermissionDenied("Neither owner nor editor.")


def _check_second_factor(request: HttpRequest) -> HttpResponse | None:
    """Nobody at the desk without one where it is required; one that exists must be shown."""
    if _second_factor_types(request):
        return (
            None
            if _has_verified_second_factor(request)
            else _redirect_with_next("mfa_reauthenticate", request)
        )
    if settings.STAFF_SECOND_FACTOR == "required":
        return _redirect_with_next("mfa_index", request)
    return None


def _check_account_second_factor(request: HttpRequest) -> HttpResponse | None:
    """A password alone does not reach the settings of a second factor that exists."""
    user = request.user
    if not user.is_authenticated or not is_staff_account(user):
        return None
    match = request.resolver_match
    if match is not None and match.url_name in EXEMPT_URL_NAMES:
        return None
    if _second_factor_types(request) and not _has_verified_second_factor(request):
        return _redirect_with_next("mfa_reauthenticate", request)
    return None


def _check_account_unlocked(request: HttpRequest) -> HttpResponse | None:
    """A covered desk opens no settings either; signing out always works."""
    match = request.resolver_match
    if match is not None and match.url_name in EXEMPT_URL_NAMES:
        return None
    if not has_ability(request.user, Ability.USE_DESK):
        return None
    return _check_unlocked(request)


def _check_unlocked(request: HttpRequest) -> HttpResponse | None:
    now = clock.now()
    if staff_sessions.is_locked(request.session, now, idle_minutes(request)):
        return _lock_session(request, now)
    if _is_user_activity(request):
        staff_sessions.record_activity(request.session, now)
    if request.method == "POST" and _is_navigation(request):
        staff_sessions.delete_pending_form(request.session)
    return None


def _lock_session(request: HttpRequest, now: datetime) -> HttpResponse:
    """To the cover, and afterwards back; what was sent to the desk is kept until then."""
    staff_sessions.lock_screen(request.session)
    if not _is_navigation(request):
        return HttpResponse(status=401, headers={"X-Desk": "covered"})
    path = request.get_full_path()
    if request.method == "POST" and path.startswith(("/desk/", "/admin/")):
        fields = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
        staff_sessions.save_pending_form(request.session, path, fields, now)
    return _redirect_with_next("desk-locked", request)


def idle_minutes(request: HttpRequest) -> int:
    """After how many minutes a desk covers itself: the owner's setting."""
    clinic = current_clinic(request)
    return clinic.desk_idle_minutes if clinic else DEFAULT_IDLE_MINUTES


def _is_navigation(request: HttpRequest) -> bool:
    """A page that a person went to. Browsers too old to say so are known by what they accept."""
    asked_by_script = "application/json" in request.headers.get("Accept", "")
    usual = "cors" if asked_by_script or request.headers.get("HX-Request") else "navigate"
    return request.headers.get("Sec-Fetch-Mode", usual) == "navigate"


def _is_user_activity(request: HttpRequest) -> bool:
    """A person and not a script that polls: a page, or something sent."""
    return _is_navigation(request) or request.method not in ("GET", "HEAD")


def _has_verified_second_factor(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def _second_factors(request: HttpRequest) -> Any:
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user_id=request.user.pk, type__in=kinds)


def _second_factor_types(request: HttpRequest) -> frozenset[str]:
    """Which kinds of second factor the person has, read once a request; templates ask too."""
    if not hasattr(request, "second_factors"):
        kinds = frozenset(_second_factors(request).values_list("type", flat=True))
        request.second_factors = kinds  # type: ignore[attr-defined]  # as request.roles
    found: frozenset[str] = request.second_factors  # type: ignore[attr-defined]
    return found


def _redirect_to_login(request: HttpRequest) -> HttpResponse:
    if not _is_navigation(request):
        return HttpResponse(status=401, headers={"X-Desk": "signed out"})
    return _redirect_with_next("account_login", request)


def _redirect_with_next(name: str, request: HttpRequest) -> HttpResponse:
    """To another page, and back: for a form to its page, never sent again by itself."""
    here = request.get_full_path() if request.method in ("GET", "HEAD") else "/desk/"
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': here})}")
