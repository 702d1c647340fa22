"""Days on which the whole clinic is closed: for the owner."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.schedule.cancel_time_off import reopen
from booking.forms.desk.time_off import ClosureForm, HolidaysForm
from booking.inputs import ClosingChange
from booking.models import ClinicProfile, Closure
from booking.queries.schedule.holidays import public_holidays
from booking.queries.schedule.upcoming import coming_closures
from booking.views.desk.schedule.common import clinic_of, today
from booking.views.desk.schedule.impact import Asked, goes_back, settle

YEARS = 2
"""This year and the next: booking is open for a year at most."""


@require_http_methods(["GET", "HEAD", "POST"])
def closures(request: HttpRequest) -> HttpResponse:
    """GET lists closures; POST closes the clinic, or shows who loses their time."""
    clinic = clinic_of(request)
    day = today(clinic)
    if request.method != "POST":
        return _page(request, clinic, ClosureForm(today=day))
    if goes_back(request):
        return _page(request, clinic, ClosureForm(initial=request.POST.dict(), today=day))
    form = ClosureForm(request.POST, today=day)
    if not form.is_valid():
        return _page(request, clinic, form)
    asked = Asked(
        change=ClosingChange((form.closing,)),
        words=_("The clinic closes: %(name)s") % {"name": form.closing.name},
        done=_("The closure is saved."),
        back=reverse("desk-closures"),
    )
    return settle(request, asked)


@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: HttpRequest) -> HttpResponse:
    """GET lists a year's public holidays (?year=); POST closes on those that were chosen."""
    clinic = clinic_of(request)
    year = _year(request, today(clinic))
    days = _open_holidays(clinic, year)
    form = HolidaysForm(request.POST or None, holidays=days, year=year)
    if goes_back(request):
        initial = {"days": request.POST.getlist("days")}
        form = HolidaysForm(initial=initial, holidays=days, year=year)
    if not form.is_valid():
        return _holidays_page(request, clinic, form, year)
    number = len(form.closings)
    words = ngettext("The clinic closes on %d holiday", "The clinic closes on %d holidays", number)
    asked = Asked(
        change=ClosingChange(form.closings),
        words=words % number,
        done=_("The closures are saved."),
        back=reverse("desk-closures"),
    )
    return settle(request, asked)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Open after all."""
    closure = get_object_or_404(Closure, pk=pk)
    reopen(closure)
    messages.success(request, _("%(name)s: the clinic is open again.") % {"name": closure.name})
    return HttpResponseRedirect(reverse("desk-closures"))


def _page(request: HttpRequest, clinic: ClinicProfile, form: ClosureForm) -> HttpResponse:
    context = {"form": form, "closures": coming_closures(today(clinic))}
    status = 422 if form.is_bound else 200
    return render(request, "booking/desk/schedule/closures.html", context, status=status)


def _holidays_page(
    request: HttpRequest, clinic: ClinicProfile, form: HolidaysForm, year: int
) -> HttpResponse:
    this_year = today(clinic).year
    context = {
        "form": form,
        "year": year,
        "years": range(this_year, this_year + YEARS),
        "known": bool(public_holidays(clinic, year)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "booking/desk/schedule/holidays.html", context, status=status)


def _open_holidays(clinic: ClinicProfile, year: int) -> list[tuple[date, str]]:
    """Those still to come on which the clinic is not closed all day yet."""
    day = today(clinic)
    closed = [one for one in coming_closures(day) if one.starts is None]
    return [
        (holiday, name)
        for holiday, name in public_holidays(clinic, year)
        if holiday >= day and not any(c.first_day <= holiday <= c.last_day for c in closed)
    ]


def _year(request: HttpRequest, day: date) -> int:
    """This year or the next; for anything else this one."""
    text = request.POST.get("year") or request.GET.get("year") or ""
    years = {str(day.year + ahead): day.year + ahead for ahead in range(YEARS)}
    return years.get(text, day.year)
