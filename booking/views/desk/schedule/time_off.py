"""Add and cancel time off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.access.scope import therapists_with_visible_schedule
from booking.actions.schedule.cancel_time_off import cancel_time_off
from booking.forms.desk.time_off import TimeOffForm
from booking.inputs import TimeOffChange
from booking.models import ClinicProfile, Therapist, TimeOff
from booking.views.desk.schedule.impact import (
    ScheduleChangeRequest,
    choices_so_far,
    is_back_to_form,
    save_or_preview,
)
from booking.views.desk.schedule.load_therapist import with_therapist
from clinic.lib.dates import clock, date_format
from clinic.lib.http.form_pages import form_status, see_other


@require_http_methods(["GET", "HEAD", "POST"])
@with_therapist
def add_time_off(request: HttpRequest, therapist: Therapist, clinic: ClinicProfile) -> HttpResponse:
    """GET shows the form; POST saves, after a preview if appointments are affected."""
    day = clinic.today(clock.now())
    if request.method != "POST":
        form = TimeOffForm(initial={"first_day": day}, today=day, zone=clinic.zone)
        return _page(request, therapist, form)
    if is_back_to_form(request):
        form = TimeOffForm(initial=request.POST.dict(), today=day, zone=clinic.zone)
        return _page(request, therapist, form)
    form = TimeOffForm(request.POST, today=day, zone=clinic.zone)
    if not form.is_valid():
        return _page(request, therapist, form)
    values = {
        "name": therapist.name,
        "when": date_format.format_time_range(*form.spans[0], clinic.zone),
    }
    summary = _("Time off for %(name)s: %(when)s")
    if len(form.spans) > 1:
        values |= {
            "number": str(len(form.spans)),
            "last": date_format.long_day(form.cleaned_data["until"]),
        }
        summary = _("Time off for %(name)s: %(when)s, and again until %(last)s (%(number)s times)")
    change_request = ScheduleChangeRequest(
        change=TimeOffChange(therapist.pk, form.spans, form.cleaned_data["note"]),
        summary=summary % values,
        success_message=_("The time off is saved."),
        return_url=reverse("desk-therapist-schedule", args=[therapist.slug]),
    )
    return save_or_preview(request, change_request)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel time off: one, or with `all=yes` all of its series that is still to come.

    Time off that is not there, perhaps because a colleague was faster, is answered like that of
    therapists whose schedule the user may not see.
    """
    visible = TimeOff.objects.filter(therapist__in=therapists_with_visible_schedule(request.user))
    time_off = visible.select_related("therapist").filter(pk=pk).first()
    whole_series = request.POST.get("all") == "yes"
    if time_off is None or not cancel_time_off(time_off, whole_series=whole_series):
        messages.info(request, _("That was done already."))
        return see_other("desk-schedule")
    messages.success(request, _("The time can be booked again."))
    return see_other("desk-therapist-schedule", time_off.therapist.slug)


def _page(request: HttpRequest, therapist: Therapist, form: TimeOffForm) -> HttpResponse:
    context = {"therapist": therapist, "form": form, "carried_fields": choices_so_far(request)}
    return render(request, "booking/desk/schedule/time_off.html", context, status=form_status(form))
