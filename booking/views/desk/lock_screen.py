"""The lock screen: shows nothing until a password or passkey of the same person unlocks the desk.

A form that was sent to the locked desk is stored (booking.access.lock_screen). After unlocking, a
page offers to send it, so that nothing is lost and nothing is sent without being asked.
"""

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from booking.access import lock_screen
from booking.access.allauth_internals import (
    begin_passkey_authentication,
    record_passkey_reauthentication,
    record_password_reauthentication,
)
from booking.actions.rate_limit import RateLimit, count_use
from booking.forms.account.passkeys import PASSKEY_FAILED, PasskeyReauthenticateForm
from booking.forms.desk.staff import UnlockForm
from booking.models import User
from booking.views.form_pages import signed_in_user
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other

UNLOCK_LIMIT = RateLimit("unlock", most=20)


@require_POST
def session_heartbeat(request: HttpRequest) -> HttpResponse:
    """Answer a script's report of activity. The gate has recorded the activity already."""
    return HttpResponse(status=204)


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Lock the desk: asked for by the idle timer of a page, or by the person who leaves."""
    lock_screen.lock(request.session)
    if _wants_json(request):
        return HttpResponse(status=204)
    return see_other(_next_url(request, reverse("desk-locked")))


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def locked(request: HttpRequest) -> HttpResponse:
    """GET asks for a password or passkey; POST with either unlocks the desk.

    Answers JSON to scripts: the options for a passkey, and the errors.
    """
    user = signed_in_user(request)
    if request.method != "POST":
        if _wants_json(request):
            return JsonResponse({"request_options": begin_passkey_authentication(user)})
        return _page(request, UnlockForm(user=user))
    count_use(UNLOCK_LIMIT, f"user {user.pk}")
    form, is_right = _check_credentials(request, user)
    if is_right:
        return _unlock(request)
    if _wants_json(request):
        errors = [error for errors in form.errors.values() for error in errors]
        return JsonResponse({"errors": errors}, status=HTTP_UNPROCESSABLE)
    return _page(request, form, status=HTTP_UNPROCESSABLE)


@require_http_methods(["GET", "HEAD", "POST"])
def pending_form(request: HttpRequest) -> HttpResponse:
    """GET shows the form that was sent to the locked desk, to be sent; POST deletes it."""
    form = lock_screen.load_pending_form(request.session, clock.now())
    if request.method == "POST":
        lock_screen.delete_pending_form(request.session)
    if request.method == "POST" or form is None:
        return see_other("desk")
    path, fields = form
    carried = [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"]
    context = {"path": path, "carried_fields": carried}
    return render(request, "booking/desk/lock_screen/pending_form.html", context)


def _unlock(request: HttpRequest) -> HttpResponse:
    """Return to the page before, or to the pending form."""
    now = clock.now()
    lock_screen.unlock(request.session, now)
    if _wants_json(request):
        return HttpResponse(status=204)
    if lock_screen.load_pending_form(request.session, now) is not None:
        return see_other("desk-pending-form")
    return see_other(_next_url(request, "/desk/"))


def _check_credentials(request: HttpRequest, user: User) -> tuple[UnlockForm, bool]:
    """Return the form to show if the desk stays locked, and whether it is unlocked."""
    form = UnlockForm(request.POST, user=user)
    if not request.POST.get("credential"):
        is_right = form.is_valid()
        if is_right:
            record_password_reauthentication(request)
        return form, is_right
    passkey = PasskeyReauthenticateForm(request.POST, user=user)  # type: ignore[call-arg]  # allauth's has it
    is_right = passkey.is_valid()
    if is_right:
        record_passkey_reauthentication(request, passkey.cleaned_data["credential"])
    form.errors.clear()
    form.add_error(None, PASSKEY_FAILED)
    return form, is_right


def _page(request: HttpRequest, form: UnlockForm, status: int = 200) -> HttpResponse:
    user = signed_in_user(request)
    has_passkey = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()
    context = {"form": form, "next": _next_url(request, "/desk/"), "has_passkey": has_passkey}
    return render(request, "booking/desk/lock_screen/locked.html", context, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _next_url(request: HttpRequest, default: str) -> str:
    """Return the requested `next` if it is a path of this site, else the default."""
    next_url = request.POST.get("next") or request.GET.get("next") or ""
    is_safe = next_url.startswith("/") and url_has_allowed_host_and_scheme(
        next_url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return next_url if is_safe else default
