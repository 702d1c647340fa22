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
from booking.access.roles import Ability, is_staff_account, may, roles_of
from booking.access.second_factor import use_app_code
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import View

USUAL_IDLE_MINUTES = 15
Refuse = Callable[[HttpRequest], HttpResponse | None]
ALWAYS_OPEN = frozenset(
    {"account_logout", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "invitation"}
)
"""What a signed-in person reaches before the second factor is shown."""


def _gate(view: View, *refusals: Refuse) -> View:
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


def account_door(view: View) -> View:
    """Signing in and what belongs to it. Pages of a signed-in person follow the rules of staff.

    allauth's views know more methods than a browser's form, one of which removes a passkey
    without a word, and they answer a form that is wrong with 200.
    """
    honest = _says_what_is_wrong(require_http_methods(["GET", "HEAD", "POST"])(view))
    return _gate(honest, _too_long, _half_signed_in, _covered_elsewhere)


def cover_gate(view: View) -> View:
    """The cover itself: staff who are signed in, whether their desk is covered or not."""
    return _gate(view, _stranger, _too_long, _outsider, _no_second_factor)


def desk_gate(view: View) -> View:
    """Therapists, front desk and owner, with a second factor, at an uncovered desk."""
    return _gate(view, _stranger, _too_long, _outsider, _no_second_factor, _covered)


def owner_gate(view: View) -> View:
    """The owner, at the desk."""
    return _gate(view, _stranger, _too_long, _outsider, _no_owner, _no_second_factor, _covered)


def back_office_gate(view: View) -> View:
    """Owner and editors, as strictly as the desk; the others of the team belong to the desk."""
    gates = (_stranger, _too_long, _no_back_office, _no_second_factor, _covered)
    return _gate(require_http_methods(["GET", "HEAD", "POST"])(view), *gates)


def proves_second_factor(view: View) -> View:
    """Whoever has just added a second factor has shown it: no need to ask once more.

    The code with which an app was added is used up by that.
    """

    @wraps(view)
    def added(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        before = set(_factors(request).values_list("pk", flat=True))
        response = view(request, *args, **kwargs)
        if request.method == "POST" and request.user.is_authenticated:
            new = _factors(request).exclude(pk__in=before).first()
            if new is not None:
                use_app_code(request.user.pk, request.POST.get("code", ""))
                record_authentication(request, request.user, "mfa", id=new.pk, type=new.type)
        return response

    return added


def _says_what_is_wrong(view: View) -> View:
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


def with_password(view: View) -> View:
    """Only for those who have one: patients sign in without."""

    @wraps(view)
    def has_one(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated and not user.has_usable_password():
            raise Http404
        return view(request, *args, **kwargs)

    return has_one


def _stranger(request: HttpRequest) -> HttpResponse | None:
    return None if request.user.is_authenticated else _to_sign_in(request)


def _too_long(request: HttpRequest) -> HttpResponse | None:
    """Twelve hours after signing in it is over, for staff."""
    user = request.user
    if not user.is_authenticated or not is_staff_account(user):
        return None
    if staff_sessions.is_over(request.session, clock.now()):
        logout(request)
        return _to_sign_in(request)
    return None


def _outsider(request: HttpRequest) -> HttpResponse | None:
    if not may(request.user, Ability.USE_DESK):
        raise PermissionDenied("Not a member of staff.")
    return None


def _no_owner(request: HttpRequest) -> HttpResponse | None:
    if not may(request.user, Ability.STAFF):
        raise PermissionDenied("Not an owner.")
    return None


def _no_back_office(request: HttpRequest) -> HttpResponse | None:
    if may(request.user, Ability.ARTICLES):
        return None
    if may(request.user, Ability.USE_DESK):
        return HttpResponseRedirect(reverse("desk"))
    raise PermissionDenied("Neither owner nor editor.")


def _no_second_factor(request: HttpRequest) -> HttpResponse | None:
    """Nobody at the desk without one where it is required; one that exists must be shown."""
    if _factor_kinds(request):
        return None if _has_shown_it(request) else _to("mfa_reauthenticate", request)
    if settings.STAFF_SECOND_FACTOR == "required":
        return _to("mfa_index", request)
    return None


def _half_signed_in(request: HttpRequest) -> HttpResponse | None:
    """A password alone does not reach the settings of a second factor that exists."""
    user = request.user
    if not user.is_authenticated or not is_staff_account(user):
        return None
    match = request.resolver_match
    if match is not None and match.url_name in ALWAYS_OPEN:
        return None
    if _factor_kinds(request) and not _has_shown_it(request):
        return _to("mfa_reauthenticate", request)
    return None


def _covered_elsewhere(request: HttpRequest) -> HttpResponse | None:
    """A covered desk opens no settings either; signing out always works."""
    match = request.resolver_match
    if match is not None and match.url_name in ALWAYS_OPEN:
        return None
    if not may(request.user, Ability.USE_DESK):
        return None
    return _covered(request)


def _covered(request: HttpRequest) -> HttpResponse | None:
    now = clock.now()
    if staff_sessions.is_covered(request.session, now, idle_minutes(request)):
        return _cover(request, now)
    if _is_somebody(request):
        staff_sessions.touch(request.session, now)
    if request.method == "POST" and _is_navigation(request):
        staff_sessions.drop_kept_form(request.session)
    return None


def _cover(request: HttpRequest, now: datetime) -> HttpResponse:
    """To the cover, and afterwards back; what was sent to the desk is kept until then."""
    staff_sessions.cover(request.session)
    if not _is_navigation(request):
        return HttpResponse(status=401, headers={"X-Desk": "covered"})
    path = request.get_full_path()
    if request.method == "POST" and path.startswith(("/desk/", "/admin/")):
        fields = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
        staff_sessions.keep_form(request.session, path, fields, now)
    return _to("desk-covered", request)


def idle_minutes(request: HttpRequest) -> int:
    """After how many minutes a desk covers itself: the owner's setting."""
    clinic = current_clinic(request)
    return clinic.desk_idle_minutes if clinic else USUAL_IDLE_MINUTES


def _is_navigation(request: HttpRequest) -> bool:
    """A page that a person went to. Browsers too old to say so are known by what they accept."""
    asked_by_script = "application/json" in request.headers.get("Accept", "")
    usual = "cors" if asked_by_script or request.headers.get("HX-Request") else "navigate"
    return request.headers.get("Sec-Fetch-Mode", usual) == "navigate"


def _is_somebody(request: HttpRequest) -> bool:
    """A person and not a script that polls: a page, or something sent."""
    return _is_navigation(request) or request.method not in ("GET", "HEAD")


def _has_shown_it(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def _factors(request: HttpRequest) -> Any:
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user_id=request.user.pk, type__in=kinds)


def _factor_kinds(request: HttpRequest) -> frozenset[str]:
    """Which kinds of second factor the person has, read once a request; templates ask too."""
    if not hasattr(request, "factors"):
        kinds = frozenset(_factors(request).values_list("type", flat=True))
        request.factors = kinds  # type: ignore[attr-defined]  # as request.roles
    found: frozenset[str] = request.factors  # type: ignore[attr-defined]
    return found


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if not _is_navigation(request):
        return HttpResponse(status=401, headers={"X-Desk": "signed out"})
    return _to("account_login", request)


def _to(name: str, request: HttpRequest) -> HttpResponse:
    """To another page, and back: for a form to its page, never sent again by itself."""
    here = request.get_full_path() if request.method in ("GET", "HEAD") else "/desk/"
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': here})}")
