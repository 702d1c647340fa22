"""Pages of the account about invitations: sent by the patient, answered by the invited person."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.access.patients import current_patient
from booking.errors import Refusal
from booking.features.proxies.actions.invitations import (
    accept_invitation,
    decline_invitation,
    find_open_by_token,
    invite,
    withdraw_invitation,
)
from booking.features.proxies.forms import USUAL_PERMISSIONS, InvitationForm
from booking.features.proxies.queries import today
from booking.features.proxies.queries.invitations import find_invitation_to
from booking.features.proxies.views.family import FOLDER, gone_page, is_done
from booking.notifications.sanitizing import mask_email
from booking.views.form_pages import account_actor, signed_in_user
from clinic.lib.http.form_pages import form_page, form_status, see_other

FORBIDDEN = 403


@form_page
def invite_page(request: HttpRequest) -> HttpResponse:
    """GET /me/family/invite/ asks whom to invite and what they may do; POST mails the invitation.

    The answer is the same for all addresses.
    """
    form = InvitationForm(
        request.POST if request.method == "POST" else None,
        today=today(),
        initial={"permissions": USUAL_PERMISSIONS},
    )
    if form.is_valid() and is_done(
        form,
        "email",
        lambda: invite(
            form.cleaned_data["email"],
            current_patient(request),
            form.terms,
            by=account_actor(request),
        ),
    ):
        messages.success(
            request,
            _("We have invited them by e-mail. As soon as they accept, they can act for you."),
        )
        return see_other("me-family")
    return render(request, f"{FOLDER}/invite.html", {"form": form}, status=form_status(form))


@form_page
def from_mail(request: HttpRequest, token: str) -> HttpResponse:
    """/me/family/invited/<token>/: the link in the mail. It leads on to the invitation.

    Whoever is signed in with another address reads so.
    """
    invitation = find_open_by_token(token)
    if invitation is None:
        return gone_page(request)
    if find_invitation_to(signed_in_user(request), invitation.public_id) is not None:
        return see_other("me-family-invitation", invitation.public_id)
    context = {"email": mask_email(invitation.email)}
    return render(request, f"{FOLDER}/other_address.html", context, status=FORBIDDEN)


@form_page
def answer_invitation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET shows who invites and what the user could do for them, POST accepts or declines."""
    invitation = find_invitation_to(signed_in_user(request), public_id)
    if invitation is None:
        return gone_page(request)
    if request.method != "POST":
        return render(request, f"{FOLDER}/invitation.html", {"invitation": invitation})
    try:
        if "decline" in request.POST:
            decline_invitation(public_id, by=account_actor(request))
            messages.success(request, _("Declined. We will not tell them."))
        else:
            accept_invitation(public_id, by=account_actor(request))
            sentence = _("Done. You can now act for %(name)s.")
            messages.success(request, sentence % {"name": invitation.patient.name})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return see_other("me-family")


@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """POST withdraws one of the patient's invitations."""
    try:
        withdraw_invitation(public_id, current_patient(request), by=account_actor(request))
        messages.success(request, _("Withdrawn."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return see_other("me-family")
