"""What the pages of the desk share: who does it, on which appointment, and where to go then."""

import re
from collections.abc import Callable
from functools import wraps
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from booking.access.scope import appointments_of
from booking.actions.actor import Actor, Door
from booking.models import Appointment, ClinicProfile, User
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock

OF_THE_DESK = re.compile(r"/desk/[!-~]{0,500}")
DeskView = Callable[[HttpRequest, Appointment, ClinicProfile], HttpResponse]


def staff(request: HttpRequest) -> Actor:
    """The member of staff, to the actions."""
    return Actor(Door.STAFF, cast(User, request.user))


def reader(request: HttpRequest) -> Actor:
    """The same, with the address for the audit trail of health data."""
    return Actor(Door.STAFF, cast(User, request.user), str(request.META.get("REMOTE_ADDR", "")))


def with_clinic(request: HttpRequest) -> ClinicProfile:
    """404 before the clinic has been set up."""
    clinic = current_clinic(request)
    if clinic is None:
        raise Http404
    return clinic


def with_appointment(view: DeskView) -> Callable[..., HttpResponse]:
    """Hand the view its appointment and the clinic. 404 for what the person may not see."""

    @wraps(view)
    def found(request: HttpRequest, public_id: UUID) -> HttpResponse:
        mine = appointments_of(request.user, clock.now()).with_everything()
        appointment = mine.filter(public_id=public_id, patient__isnull=False).first()
        if appointment is None:
            raise Http404
        return view(request, appointment, with_clinic(request))

    return found


def see(name: str, *args: object) -> HttpResponse:
    """303: look there, with a GET."""
    response = HttpResponseRedirect(resolve_url(name, *args))
    response.status_code = 303
    return response


def came_from(request: HttpRequest) -> str:
    """The page of the desk that a form came from and leads back to; empty for anything else."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return wanted if OF_THE_DESK.fullmatch(wanted) else ""


def back(request: HttpRequest, name: str, *args: object) -> HttpResponse:
    """303 to the page that a form came from, or to the usual one."""
    wanted = came_from(request)
    return see(wanted) if wanted else see(name, *args)


def last_event(appointment: Appointment) -> int:
    """What somebody has seen who sees the appointment now."""
    return appointment.events.order_by("-pk").values_list("pk", flat=True).first() or 0
