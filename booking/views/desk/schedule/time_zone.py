"""Change the clinic's time zone, after a preview of the affected appointments."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions.schedule.change_time_zone import change_time_zone
from booking.errors import TimeZoneConflict
from booking.forms.desk.time_zone import KEEP_CLOCK, TimeZoneChangeForm, TimeZoneForm
from booking.queries.schedule.time_zone import upcoming_appointments, with_other_reading
from booking.views.form_pages import get_clinic_or_404, staff_actor
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status, see_other


@require_http_methods(["GET", "HEAD", "POST"])
def edit_time_zone(request: HttpRequest) -> HttpResponse:
    """GET asks for the zone; GET with ?time_zone= shows what changes; POST changes it."""
    clinic = get_clinic_or_404(request)
    form: TimeZoneForm = TimeZoneForm(request.GET or None, initial={"time_zone": clinic.time_zone})
    zone, affected_count = "", 0
    if request.method == "POST":
        form = TimeZoneChangeForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                change_time_zone(
                    data["time_zone"],
                    keep_clock=data["keep"] == KEEP_CLOCK,
                    by=staff_actor(request),
                )
            except TimeZoneConflict as refusal:
                form.add_error("keep", str(refusal))
            else:
                messages.success(request, _("The time zone is changed."))
                return see_other("desk-time-zone")
        zone = form.cleaned_data.get("time_zone", "")
    elif form.is_valid() and form.cleaned_data["time_zone"] != clinic.time_zone:
        zone = form.cleaned_data["time_zone"]
        form = TimeZoneChangeForm(initial={"time_zone": zone})
    if zone:
        rows = upcoming_appointments(clock.now()).filter(patient__isnull=False)
        affected_count = len(with_other_reading(rows, clinic.zone, ZoneInfo(zone)))
    context = {"form": form, "zone": zone, "affected_count": affected_count, "clinic": clinic}
    status = form_status(form)
    return render(request, "booking/desk/schedule/time_zone.html", context, status=status)
