"""What the pages of the desk share: who does it, on which appointment, and where to go then."""

import re
from collections.abc import Callable
from functools import wraps
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from booking.access.scope import visible_appointments
from booking.actions.actor import Actor, ActorType
from booking.models import Appointment, ClinicProfile, User
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock

DESK_PATH_PATTERN = re.compile(r"/desk/[!-~]{0,500}")
DeskView = Callable[[HttpRequest, Appointment, ClinicProfile], HttpResponse]


def staff_actor(request: HttpRequest) -> Actor:
    """The member of staff, to the actions."""
    return Actor(ActorType.STAFF, cast(User, request.user))


def audited_staff_actor(request: HttpRequest) -> Actor:
    """The same, with the address for the audit trail of health data."""
    return Actor(
        ActorType.STAFF, cast(User, request.user), str(request.META.get("REMOTE_ADDR", ""))
    )


def get_clinic_or_404(request: HttpRequest) -> ClinicProfile:
    """404 before the clinic has been set up."""
    clinic = current_clinic(request)
    if clinic is None:
        raise Http404
    return clinic


def with_appointment(view: DeskView) -> Callable[..., HttpResponse]:
    """Hand the view its appointment and the clinic. 404 for what the person may not see."""

    @wraps(view)
    def found(request: HttpRequest, public_id: UUID) -> HttpResponse:
        mine = visible_appointments(request.user, clock.now()).with_related()
        appointment = mine.filter(public_id=public_id, patient__isnull=False).first()
        if appointment is None:
            raise Http404
        return view(request, appointment, get_clinic_or_404(request))

    return found


def see_other(name: str, *args: object) -> HttpResponse:
    """303: look there, with a GET."""
    response = HttpResponseRedirect(resolve_url(name, *args))
    response.status_code = 303
    return response


def return_path(request: HttpRequest) -> str:
    """The page of the desk that a form came from and leads back to; empty for anything else."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return wanted if DESK_PATH_PATTERN.fullmatch(wanted) else ""


def redirect_back(request: HttpRequest, name: str, *args: object) -> HttpResponse:
    """303 to the page that a form came from, or to the usual one."""
    wanted = return_path(request)
    return see_other(wanted) if wanted else see_other(name, *args)


def last_event_id(appointment: Appointment) -> int:
    """What somebody has seen who sees the appointment now."""
    return appointment.events.order_by("-pk").values_list("pk", flat=True).first() or 0
