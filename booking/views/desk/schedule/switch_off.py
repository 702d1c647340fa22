"""Switch a therapist or a room off, or withdraw treatments, after a preview of what is booked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.forms.desk.withdrawn_options import WithdrawnOptionsForm
from booking.inputs import OptionsWithdrawal, ResourceChange, RoomSwitchOff, TherapistSwitchOff
from booking.models import Option, Room, Therapist, Treatment
from booking.models.current_clinic import current_clinic
from booking.queries.schedule.impact import find_impact
from booking.views.desk.schedule.impact import (
    ScheduleChangeRequest,
    choices_so_far,
    is_back_to_form,
    save_or_preview,
)
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status


@require_http_methods(["GET", "HEAD", "POST"])
def switch_off_therapist(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows how many appointments a therapist has; POST switches the therapist off."""
    therapist = get_object_or_404(Therapist, slug=slug)
    change_request = ScheduleChangeRequest(
        change=TherapistSwitchOff(therapist.pk),
        summary=_("%(name)s will take no more appointments") % {"name": therapist},
        success_message=_("%(name)s takes no more appointments.") % {"name": therapist},
        return_url=reverse("desk-therapist-schedule", args=[therapist.slug]),
    )
    return _switch_off(request, change_request)


@require_http_methods(["GET", "HEAD", "POST"])
def switch_off_room(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows how many appointments a room has; POST takes the room out of use."""
    room = get_object_or_404(Room, pk=pk)
    change_request = ScheduleChangeRequest(
        change=RoomSwitchOff(room.pk),
        summary=_("%(name)s will be out of use") % {"name": room},
        success_message=_("%(name)s is out of use.") % {"name": room},
        return_url=reverse("admin:booking_room_change", args=[room.pk]),
    )
    return _switch_off(request, change_request)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_treatment(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows how many appointments of a treatment are booked; POST withdraws it."""
    treatment = get_object_or_404(Treatment, slug=slug)
    options = tuple(treatment.options.values_list("pk", flat=True))
    change_request = ScheduleChangeRequest(
        change=OptionsWithdrawal(options, treatment=treatment.pk),
        summary=_("%(name)s will not be offered any more") % {"name": treatment},
        success_message=_("%(name)s is not offered any more.") % {"name": treatment},
        return_url=reverse("admin:booking_treatment_change", args=[treatment.pk]),
    )
    return _switch_off(request, change_request)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_option(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows how many appointments of this length are booked; POST withdraws it."""
    option = get_object_or_404(Option.objects.select_related("treatment"), pk=pk)
    change_request = ScheduleChangeRequest(
        change=OptionsWithdrawal((option.pk,)),
        summary=_("%(name)s will not be offered any more") % {"name": option},
        success_message=_("%(name)s is not offered any more.") % {"name": option},
        return_url=reverse("admin:booking_treatment_change", args=[option.treatment_id]),
    )
    return _switch_off(request, change_request)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_from_therapist(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks which options a therapist does not give any more; POST withdraws them."""
    therapist = get_object_or_404(Therapist, slug=slug)
    form = WithdrawnOptionsForm(request.POST or None, therapist=therapist)
    if form.is_valid() and not is_back_to_form(request):
        options = form.cleaned_data["withdrawn"]
        names = {"name": therapist, "options": ", ".join(str(option) for option in options)}
        change_request = ScheduleChangeRequest(
            change=OptionsWithdrawal(
                tuple(option.pk for option in options), therapist=therapist.pk
            ),
            summary=_("%(name)s will not give this any more: %(options)s") % names,
            success_message=_("%(name)s does not give this any more: %(options)s.") % names,
            return_url=reverse("desk-therapist-schedule", args=[therapist.slug]),
        )
        return save_or_preview(request, change_request)
    context = {
        "form": form,
        "therapist": therapist,
        "carried_fields": choices_so_far(request),
    }
    template = "booking/desk/schedule/withdraw_options.html"
    return render(request, template, context, status=form_status(form))


def count_affected(request: HttpRequest, change: ResourceChange) -> int:
    """Return the number of appointments that a change affects. Zero before the set-up."""
    clinic = current_clinic(request)
    return len(find_impact(change, clinic, clock.now()).affected) if clinic else 0


def _switch_off(request: HttpRequest, change_request: ScheduleChangeRequest) -> HttpResponse:
    if request.method == "POST" and not is_back_to_form(request):
        return save_or_preview(request, change_request)
    assert isinstance(change_request.change, ResourceChange)
    context = {
        "change_request": change_request,
        "affected_count": count_affected(request, change_request.change),
        "carried_fields": choices_so_far(request),
    }
    return render(request, "booking/desk/schedule/switch_off.html", context)
