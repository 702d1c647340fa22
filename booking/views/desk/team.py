"""Who works here: for the owner."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.staff import invitations
from booking.actions.staff.accounts import deactivate_staff, set_staff_roles
from booking.errors import Refusal
from booking.forms.desk.staff import InviteForm, RolesForm
from booking.models import User
from booking.queries.staff.members import pending_invitations, second_factor_labels, staff_members
from clinic.lib.dates import clock


@require_http_methods(["GET", "HEAD", "POST"])
def edit_team(request: HttpRequest) -> HttpResponse:
    """GET lists everybody; POST invites somebody."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        owner = cast(User, request.user)
        invitations.invite_staff(data["email"], data["roles"], name=data["name"], by=owner)
        messages.success(
            request, _("The invitation is on its way to %(email)s.") % {"email": data["email"]}
        )
        return _back()
    context = {
        "form": form,
        "members": staff_members(),
        "invitations": pending_invitations(clock.now()),
    }
    return render(
        request, "booking/desk/team/team.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_member(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what somebody may do; POST changes it."""
    person = get_object_or_404(staff_members(), pk=pk)
    has = [role.role for role in person.staff_roles.all()]
    form = RolesForm(request.POST if request.method == "POST" else None, initial={"roles": has})
    if form.is_valid():
        try:
            set_staff_roles(person, form.cleaned_data["roles"], by=cast(User, request.user))
        except Refusal as refusal:
            form.add_error("roles", str(refusal))
        else:
            messages.success(request, _("The roles of %(name)s are changed.") % {"name": person})
            return _back()
    context = {"form": form, "member": person, "has": has, "factors": second_factor_labels(person)}
    status = 422 if form.is_bound else 200
    return render(request, "booking/desk/team/member.html", context, status=status)


@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """End somebody's access at once."""
    person = get_object_or_404(staff_members(), pk=pk)
    try:
        deactivate_staff(person, by=cast(User, request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s has no access any more.") % {"name": person})
    return _back()


@require_POST
def revoke_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(pending_invitations(clock.now()), pk=pk)
    invitations.revoke_invitations([invitation.pk])
    messages.success(
        request, _("The invitation of %(email)s is void.") % {"email": invitation.email}
    )
    return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("desk-staff"))
