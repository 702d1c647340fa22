"""The team, for the owner: invitations, roles and access."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.staff import invitations
from booking.actions.staff.accounts import deactivate_staff, set_staff_roles
from booking.errors import ProfileTaken, Refusal
from booking.forms.desk.staff import InviteForm, RolesForm
from booking.inputs import TherapistSwitchOff
from booking.models import Role, Therapist, User
from booking.queries.staff.members import pending_invitations, second_factor_labels, staff_members
from booking.views.desk.schedule.switch_off import count_affected
from booking.views.form_pages import signed_in_user
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status, see_other
from clinic.lib.http.reauthentication import reauthenticate_for_changes


@require_http_methods(["GET", "HEAD", "POST"])
@reauthenticate_for_changes
def edit_team(request: HttpRequest) -> HttpResponse:
    """GET lists the team and open invitations; POST sends an invitation."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        owner = signed_in_user(request)
        invitations.invite_staff(
            data["email"], data["roles"], name=data["name"], by=owner, profile=form.profile
        )
        messages.success(
            request, _("The invitation is on its way to %(email)s.") % {"email": data["email"]}
        )
        return see_other("desk-staff")
    context = {
        "form": form,
        "members": staff_members(),
        "invitations": pending_invitations(clock.now()),
    }
    return render(request, "booking/desk/team/team.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@reauthenticate_for_changes
def edit_member(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the roles of a member of staff; POST changes them."""
    person = get_object_or_404(staff_members(), pk=pk)
    current_roles = [role.role for role in person.staff_roles.all()]
    form = RolesForm(
        request.POST if request.method == "POST" else None,
        initial={"roles": current_roles},
        member=person,
    )
    if form.is_valid():
        roles, by = form.cleaned_data["roles"], signed_in_user(request)
        try:
            set_staff_roles(person, roles, by=by, profile=form.profile)
        except ProfileTaken as refusal:
            form.add_error("profile", str(refusal))
        except Refusal as refusal:
            form.add_error("roles", str(refusal))
        else:
            messages.success(request, _("The roles of %(name)s are changed.") % {"name": person})
            return _settle_or_back(request, person, is_therapist=Role.THERAPIST in roles)
    context = {
        "form": form,
        "member": person,
        "current_roles": current_roles,
        "second_factors": second_factor_labels(person),
    }
    return render(request, "booking/desk/team/member.html", context, status=form_status(form))


@require_POST
@reauthenticate_for_changes
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """POST ends the access of a member of staff. A therapist's appointments are resolved next."""
    person = get_object_or_404(staff_members(), pk=pk)
    try:
        deactivate_staff(person, by=signed_in_user(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s has no access any more.") % {"name": person})
        return _settle_or_back(request, person, is_therapist=False)
    return see_other("desk-staff")


def _settle_or_back(request: HttpRequest, person: User, *, is_therapist: bool) -> HttpResponse:
    """Redirect to the preview if somebody who is not a therapist any more has appointments; else
    back to the team."""
    therapist = None if is_therapist else Therapist.objects.filter(user=person.pk).first()
    if therapist is None or therapist.is_active:
        return see_other("desk-staff")
    if not count_affected(request, TherapistSwitchOff(therapist.pk)):
        return see_other("desk-staff")
    return see_other("desk-therapist-switch-off", therapist.slug)


@require_POST
def revoke_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke an invitation that was not accepted yet."""
    invitation = get_object_or_404(pending_invitations(clock.now()), pk=pk)
    invitations.revoke_invitations([invitation.pk])
    messages.success(
        request, _("The invitation of %(email)s is void.") % {"email": invitation.email}
    )
    return see_other("desk-staff")
