"""What the link of an invitation opens."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking.actions.rate_limit import RateLimit, hit
from booking.actions.staff.invitations import accept_invitation, find_invitation
from booking.errors import InvalidInvitation
from booking.forms.desk.staff import AcceptInvitationForm
from clinic.lib.http.proxies import rate_limit_address

INVITATION_LIMIT = RateLimit("invitation", most=60)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the form and changes nothing; POST accepts, once."""
    hit(INVITATION_LIMIT, rate_limit_address(request))
    found = find_invitation(token)
    if found is None:
        return _invitation_over_page(request)
    form = AcceptInvitationForm(
        request.POST if request.method == "POST" else None,
        email=found.email,
        initial={"name": found.name},
    )
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        context = {"form": form, "email": found.email}
        return render(request, "account/invitation.html", context, status=status)
    data = form.cleaned_data
    try:
        accept_invitation(token, name=data["name"], password=data["password"])
    except InvalidInvitation:
        return _invitation_over_page(request)
    messages.success(request, _("Welcome. Please sign in with your new password."))
    return HttpResponseRedirect(reverse("account_login"))


def _invitation_over_page(request: HttpRequest) -> HttpResponse:
    refusal = InvalidInvitation()
    context = {"sentence": refusal.sentence}
    return render(request, "account/invitation_over.html", context, status=refusal.status)
