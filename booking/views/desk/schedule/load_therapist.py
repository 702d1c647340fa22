"""Load the therapist whose schedule a page shows."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from booking.access.scope import therapists_with_visible_schedule
from booking.models import ClinicProfile, Therapist
from booking.views.form_pages import get_clinic_or_404

ScheduleView = Callable[[HttpRequest, Therapist, ClinicProfile], HttpResponse]


def with_therapist(view: ScheduleView) -> Callable[..., HttpResponse]:
    """Pass the therapist and the clinic to a view. 404 for a schedule the user may not see."""

    @wraps(view)
    def load_and_call(request: HttpRequest, slug: str) -> HttpResponse:
        therapist = get_object_or_404(therapists_with_visible_schedule(request.user), slug=slug)
        return view(request, therapist, get_clinic_or_404(request))

    return load_and_call
