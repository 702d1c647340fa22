"""Time off, taken and given back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking.access.scope import schedules_of
from booking.actions.schedule.cancel_time_off import work_after_all
from booking.forms.desk.time_off import AwayForm
from booking.inputs import AwayChange
from booking.models import ClinicProfile, Therapist, TimeOff
from booking.views.desk.schedule.common import of_therapist, today
from booking.views.desk.schedule.impact import Asked, goes_back, settle
from clinic.lib.dates import date_format


@require_http_methods(["GET", "HEAD", "POST"])
@of_therapist
def take(request: HttpRequest, therapist: Therapist, clinic: ClinicProfile) -> HttpResponse:
    """GET asks from when to when; POST saves it, or shows who loses their time."""
    day = today(clinic)
    if request.method != "POST":
        form = AwayForm(initial={"first_day": day}, today=day, zone=clinic.zone)
        return _page(request, therapist, form)
    if goes_back(request):
        form = AwayForm(initial=request.POST.dict(), today=day, zone=clinic.zone)
        return _page(request, therapist, form)
    form = AwayForm(request.POST, today=day, zone=clinic.zone)
    if not form.is_valid():
        return _page(request, therapist, form)
    said = {"name": therapist.name, "when": date_format.stretch(*form.spans[0], clinic.zone)}
    words = _("Time off for %(name)s: %(when)s")
    if len(form.spans) > 1:
        said |= {
            "number": str(len(form.spans)),
            "last": date_format.long_day(form.cleaned_data["until"]),
        }
        words = _("Time off for %(name)s: %(when)s, and again until %(last)s (%(number)s times)")
    asked = Asked(
        change=AwayChange(therapist.pk, form.spans, form.cleaned_data["note"]),
        words=words % said,
        done=_("The time off is saved."),
        back=reverse("desk-schedule-of", args=[therapist.slug]),
    )
    return settle(request, asked)


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Work after all: this once, or all of a series that is still to come."""
    rows = TimeOff.objects.filter(therapist__in=schedules_of(request.user))
    time_off = get_object_or_404(rows.select_related("therapist"), pk=pk)
    given = work_after_all(time_off, whole_series=request.POST.get("all") == "yes")
    sentence = _("The time can be booked again.") if given else _("That was done already.")
    messages.success(request, sentence)
    back = reverse("desk-schedule-of", args=[time_off.therapist.slug])
    return HttpResponseRedirect(back)


def _page(request: HttpRequest, therapist: Therapist, form: AwayForm) -> HttpResponse:
    context = {"therapist": therapist, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "booking/desk/schedule/time_off.html", context, status=status)
