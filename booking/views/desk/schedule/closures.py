"""Closures of the whole clinic and public holidays, for the owner."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.schedule.cancel_time_off import cancel_closure
from booking.forms.desk.copy_hours import ShownYearForm
from booking.forms.desk.time_off import ClosureForm, HolidaysForm
from booking.inputs import ClosureChange
from booking.models import ClinicProfile, Closure
from booking.queries.schedule.holidays import public_holidays
from booking.queries.schedule.upcoming import upcoming_closures
from booking.views.desk.schedule.impact import (
    ScheduleChangeRequest,
    choices_so_far,
    is_back_to_form,
    save_or_preview,
)
from booking.views.form_pages import get_clinic_or_404
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status, see_other

YEARS_OFFERED = 2
"""This year and the next: booking is open for a year at most."""


@require_http_methods(["GET", "HEAD", "POST"])
def edit_closures(request: HttpRequest) -> HttpResponse:
    """GET lists closures; POST adds one, after a preview if appointments are affected."""
    clinic = get_clinic_or_404(request)
    day = clinic.today(clock.now())
    if request.method != "POST":
        return _page(request, clinic, ClosureForm(today=day))
    if is_back_to_form(request):
        return _page(request, clinic, ClosureForm(initial=request.POST.dict(), today=day))
    form = ClosureForm(request.POST, today=day)
    if not form.is_valid():
        return _page(request, clinic, form)
    change_request = ScheduleChangeRequest(
        change=ClosureChange((form.closure,)),
        summary=_("The clinic closes: %(name)s") % {"name": form.closure.name},
        success_message=_("The closure is saved."),
        return_url=reverse("desk-closures"),
    )
    return save_or_preview(request, change_request)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_holidays(request: HttpRequest) -> HttpResponse:
    """GET lists the public holidays of a year (?year=); POST closes on the chosen ones."""
    clinic = get_clinic_or_404(request)
    year = _year(request, clinic.today(clock.now()))
    days = _open_holidays(clinic, year)
    form = HolidaysForm(request.POST or None, holidays=days, year=year)
    if is_back_to_form(request):
        initial = {"days": request.POST.getlist("days")}
        form = HolidaysForm(initial=initial, holidays=days, year=year)
    if not form.is_valid():
        return _holidays_page(request, clinic, form, year)
    number = len(form.closures)
    summary = ngettext(
        "The clinic closes on %d holiday", "The clinic closes on %d holidays", number
    )
    change_request = ScheduleChangeRequest(
        change=ClosureChange(form.closures),
        summary=summary % number,
        success_message=_("The closures are saved."),
        return_url=reverse("desk-closures"),
    )
    return save_or_preview(request, change_request)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a closure: the clinic is open again."""
    closure = get_object_or_404(Closure, pk=pk)
    cancel_closure(closure)
    messages.success(request, _("%(name)s: the clinic is open again.") % {"name": closure.name})
    return see_other("desk-closures")


def _page(request: HttpRequest, clinic: ClinicProfile, form: ClosureForm) -> HttpResponse:
    context = {
        "form": form,
        "closures": upcoming_closures(clinic.today(clock.now())),
        "carried_fields": choices_so_far(request),
    }
    return render(request, "booking/desk/schedule/closures.html", context, status=form_status(form))


def _holidays_page(
    request: HttpRequest, clinic: ClinicProfile, form: HolidaysForm, year: int
) -> HttpResponse:
    this_year = clinic.today(clock.now()).year
    context = {
        "form": form,
        "year": year,
        "shown_year_form": ShownYearForm(
            year=year, years=range(this_year, this_year + YEARS_OFFERED)
        ),
        "known": bool(public_holidays(clinic, year)),
        "carried_fields": choices_so_far(request),
    }
    return render(request, "booking/desk/schedule/holidays.html", context, status=form_status(form))


def _open_holidays(clinic: ClinicProfile, year: int) -> list[tuple[date, str]]:
    """Return the coming public holidays without a closure for the whole day."""
    day = clinic.today(clock.now())
    closed = [closed_day for closed_day in upcoming_closures(day) if closed_day.starts is None]
    return [
        (holiday, name)
        for holiday, name in public_holidays(clinic, year)
        if holiday >= day and not any(c.first_day <= holiday <= c.last_day for c in closed)
    ]


def _year(request: HttpRequest, day: date) -> int:
    """Return the requested year if it is this one or the next, else this one."""
    text = request.POST.get("year") or request.GET.get("year") or ""
    years = {str(day.year + ahead): day.year + ahead for ahead in range(YEARS_OFFERED)}
    return years.get(text, day.year)
