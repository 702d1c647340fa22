"""Whose schedule it is, and who changes it."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from booking.access.scope import therapists_with_visible_schedule
from booking.actions.actor import Actor, ActorType
from booking.models import ClinicProfile, Therapist, User
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock

ScheduleView = Callable[[HttpRequest, Therapist, ClinicProfile], HttpResponse]


def with_therapist(view: ScheduleView) -> Callable[..., HttpResponse]:
    """Hand the view its therapist and the clinic. 404 for somebody else's schedule."""

    @wraps(view)
    def found(request: HttpRequest, slug: str) -> HttpResponse:
        therapist = get_object_or_404(therapists_with_visible_schedule(request.user), slug=slug)
        return view(request, therapist, get_clinic_or_404(request))

    return found


def get_clinic_or_404(request: HttpRequest) -> ClinicProfile:
    """The clinic; before it is set up there is no schedule."""
    clinic = current_clinic(request)
    if clinic is None:
        raise Http404
    return clinic


def clinic_today(clinic: ClinicProfile) -> date:
    """By the clinic's clock."""
    return clock.now().astimezone(clinic.zone).date()


def staff_actor(request: HttpRequest) -> Actor:
    """Whoever is signed in, at the desk."""
    return Actor(ActorType.STAFF, cast(User, request.user))
