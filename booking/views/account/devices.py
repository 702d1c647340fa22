"""The devices on which a user is signed in, and their passkeys."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from booking.actions.patients.end_sessions import end_other_sessions, end_session
from booking.queries.patients.devices import passkeys_of, sessions_of
from booking.views.account.own_record import (
    has_signed_in_recently,
    own_actor,
    session_row_key,
)
from booking.views.form_pages import clinic_zone, signed_in_user
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import see_other


@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """GET /me/devices/: the user's sessions and passkeys."""
    user, here = signed_in_user(request), session_row_key(request)
    rows = list(sessions_of(user, clock.now()))
    context = {
        "current": [row for row in rows if row.row_key == here],
        "others": [row for row in rows if row.row_key != here],
        "passkeys": passkeys_of(user),
        "add_passkey_url": _add_passkey_url(request),
        "zone": clinic_zone(request),
    }
    return render(request, "booking/account/devices.html", context)


@require_POST
def end_device(request: HttpRequest, pk: int) -> HttpResponse:
    """POST signs the user out on one device."""
    if end_session(signed_in_user(request), pk, by=own_actor(request)):
        messages.success(request, _("That device is signed out."))
    else:
        messages.info(request, _("That device was signed out already."))
    return see_other("me-devices")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """POST signs the user out on every device but this one."""
    number = end_other_sessions(
        signed_in_user(request), keep=session_row_key(request), by=own_actor(request)
    )
    sentence = ngettext(
        "One other device is signed out.", "%(number)s other devices are signed out.", number
    )
    messages.success(
        request, sentence % {"number": number} if number else _("No other device was signed in.")
    )
    return see_other("me-devices")


def _add_passkey_url(request: HttpRequest) -> str:
    """Return the address of the page that adds a passkey; of the one that asks for a code before,
    if the sign-in is not recent."""
    page = reverse("mfa_add_webauthn")
    if has_signed_in_recently(request):
        return page
    return f"{reverse('me-identity')}?{urlencode({'next': page})}"
