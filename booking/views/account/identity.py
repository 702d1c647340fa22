"""The page on which a signed-in user authenticates again, by mailed code or passkey."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from booking.access.allauth_internals import record_authentication
from booking.actions.patients.show_identity import enter_identity_code, request_identity_code
from booking.errors import WrongEmailCode
from booking.forms.account.own_details import MailedCodeForm
from booking.queries.patients.devices import passkeys_of
from booking.views.account.own_record import own_actor
from booking.views.form_pages import signed_in_user
from clinic.lib.http.form_pages import form_status, see_other

MAIL_KEY = "identity_mail"
"""The key of the session's data under which the public id of the mail with the code is stored."""
ALLOWED_NEXT = ("/me/", "/accounts/2fa/webauthn/")


@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest) -> HttpResponse:
    """GET offers to mail a code; POST mails one, or checks the typed one."""
    user, mail = signed_in_user(request), request.session.get(MAIL_KEY)
    if request.method == "POST" and "send" in request.POST:
        request.session[MAIL_KEY] = str(request_identity_code(user))
        return see_other(f"{request.path}?next={next_page(request)}")
    form = MailedCodeForm(request.POST if request.method == "POST" and mail else None)
    if mail and form.is_valid():
        try:
            enter_identity_code(user, UUID(mail), form.cleaned_data["code"], by=own_actor(request))
        except WrongEmailCode as refusal:
            form.add_error("code", str(refusal))
        else:
            del request.session[MAIL_KEY]
            record_authentication(request, user, "code", email=user.email)
            return see_other(next_page(request))
    context = {
        "form": form,
        "is_mailed": bool(mail),
        "next": next_page(request),
        "has_passkey": passkeys_of(user).exists(),
    }
    return render(request, "booking/account/identity.html", context, status=form_status(form))


def next_page(request: HttpRequest) -> str:
    """Return the page from which the user came, if it is on this site, or the account's first
    page."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    try:
        is_ours = url_has_allowed_host_and_scheme(wanted, None)
    except ValueError:
        is_ours = False
    return wanted if is_ours and wanted.startswith(ALLOWED_NEXT) else reverse("me")
