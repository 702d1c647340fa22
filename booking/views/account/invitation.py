"""The page that the link of an invitation opens."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking.actions.rate_limit import RateLimit, count_use
from booking.actions.staff.invitations import accept_invitation, find_invitation
from booking.errors import InvalidInvitation
from booking.forms.desk.staff import AcceptInvitationForm
from clinic.lib.http.form_pages import form_status, see_other
from clinic.lib.http.proxies import rate_limit_address

INVITATION_LIMIT = RateLimit("invitation", most=60)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the form; POST accepts the invitation, once."""
    count_use(INVITATION_LIMIT, rate_limit_address(request))
    invited = find_invitation(token)
    if invited is None:
        return _invitation_over_page(request)
    form = AcceptInvitationForm(
        request.POST if request.method == "POST" else None,
        email=invited.email,
        initial={"name": invited.name},
    )
    if not form.is_valid():
        context = {"form": form, "email": invited.email}
        return render(request, "account/invitation.html", context, status=form_status(form))
    data = form.cleaned_data
    try:
        accept_invitation(token, name=data["name"], password=data["password"])
    except InvalidInvitation:
        return _invitation_over_page(request)
    messages.success(request, _("Welcome. Please sign in with your new password."))
    return see_other("account_login")


def _invitation_over_page(request: HttpRequest) -> HttpResponse:
    refusal = InvalidInvitation()
    context = {"message": refusal.message}
    return render(request, "account/invitation_over.html", context, status=refusal.status)
