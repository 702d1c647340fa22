"""A covered desk: nothing is shown until a password or passkey of the same person opens it.

What was sent to a covered desk is kept (booking.access.staff_sessions). After uncovering, a page of
its own offers to send it, so that nothing is lost and nothing is sent unasked.
"""

from typing import cast

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as passkeys
from allauth.mfa.webauthn.internal import flows as passkey_flows
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from booking.access import staff_sessions
from booking.actions.rate_limit import RateLimit, hit
from booking.forms.account.passkeys import PASSKEY_FAILED, PasskeyReauthenticateForm
from booking.forms.desk.staff import UnlockForm
from booking.models import User
from clinic.lib.dates import clock

UNLOCK_LIMIT = RateLimit("uncover", most=20)


@require_POST
def session_heartbeat(request: HttpRequest) -> HttpResponse:
    """Somebody is typing on a page of the desk. The gate has noted it."""
    return HttpResponse(status=204)


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Cover the desk: asked by its own clock, or by the person who leaves."""
    staff_sessions.lock_screen(request.session)
    if _wants_json(request):
        return HttpResponse(status=204)
    return HttpResponseRedirect(_next_url(request, reverse("desk-locked")))


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def locked(request: HttpRequest) -> HttpResponse:
    """GET asks who it is; POST with a password or passkey opens the same page again."""
    user = cast(User, request.user)
    if request.method != "POST":
        if _wants_json(request):
            return JsonResponse({"request_options": passkeys.begin_authentication(user)})
        return _page(request, UnlockForm(user=user))
    hit(UNLOCK_LIMIT, f"user {user.pk}")
    form, opened = _check_credentials(request, user)
    if opened:
        return _unlock(request)
    if _wants_json(request):
        errors = [error for errors in form.errors.values() for error in errors]
        return JsonResponse({"errors": errors}, status=422)
    return _page(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def pending_form(request: HttpRequest) -> HttpResponse:
    """GET shows what was kept, to be sent; POST throws it away."""
    form = staff_sessions.load_pending_form(request.session, clock.now())
    if request.method == "POST":
        staff_sessions.delete_pending_form(request.session)
    if request.method == "POST" or form is None:
        return HttpResponseRedirect(reverse("desk"))
    path, fields = form
    fields = [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"]
    return render(
        request, "booking/desk/lock_screen/pending_form.html", {"path": path, "fields": fields}
    )


def _unlock(request: HttpRequest) -> HttpResponse:
    """Back to where the person was, or to what they had sent."""
    now = clock.now()
    staff_sessions.unlock_screen(request.session, now)
    if _wants_json(request):
        return HttpResponse(status=204)
    if staff_sessions.load_pending_form(request.session, now) is not None:
        return HttpResponseRedirect(reverse("desk-pending-form"))
    return HttpResponseRedirect(_next_url(request, "/desk/"))


def _check_credentials(request: HttpRequest, user: User) -> tuple[UnlockForm, bool]:
    """The form to show if it stays covered, and whether it opens."""
    form = UnlockForm(request.POST, user=user)
    if not request.POST.get("credential"):
        opened = form.is_valid()
        if opened:
            reauthenticate_by_password(request)
        return form, opened
    passkey = PasskeyReauthenticateForm(request.POST, user=user)  # type: ignore[call-arg]  # allauth's has it
    opened = passkey.is_valid()
    if opened:
        passkey_flows.reauthenticate(request, passkey.cleaned_data["credential"])
    form.errors.clear()
    form.add_error(None, PASSKEY_FAILED)
    return form, opened


def _page(request: HttpRequest, form: UnlockForm, status: int = 200) -> HttpResponse:
    user = cast(User, request.user)
    has_passkey = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()
    context = {"form": form, "next": _next_url(request, "/desk/"), "has_passkey": has_passkey}
    return render(request, "booking/desk/lock_screen/locked.html", context, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _next_url(request: HttpRequest, usual: str) -> str:
    """Where to go on: an address of our own, or the usual one."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    fine = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if fine else usual
