"""Free times as JSON, for anyone. The shape is INTERFACE: docs/architecture.md, Addresses."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking.forms.public.api_slots import SlotsQueryForm
from booking.models import ClinicProfile
from booking.queries.availability.bookable_times import BookableTime, bookable_times, group_by_day
from booking.queries.availability.offers import find_offers
from booking.queries.availability.slots import load_availability
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import open_to_all


@open_to_all
@never_cache
@require_safe
def slots(request: HttpRequest) -> JsonResponse:
    """GET /api/slots: the bookable starts of one option between two dates."""
    form = SlotsQueryForm(request.GET)
    if not form.is_valid():
        return _bad_request(form.first_error())
    asked = form.cleaned_data
    clinic = ClinicProfile.current()
    if clinic is None:
        return _bad_request("This clinic is not set up yet.")
    offers = find_offers(
        clinic,
        Q(option__treatment__slug=asked["treatment"], option__minutes=asked["minutes"]),
        therapist=asked["therapist"] or None,
    )
    if not offers:
        return _bad_request("Nobody offers this treatment for that many minutes.")
    availability = load_availability(
        clinic, offers, first=asked["from"], last=asked["to"], now=clock.now()
    )
    found = bookable_times(availability, part=asked["part"])
    return JsonResponse(
        {
            "timezone": clinic.time_zone,
            "treatment": asked["treatment"],
            "minutes": asked["minutes"],
            "days": _days_as_json(found),
        }
    )


def _days_as_json(found: Sequence[BookableTime]) -> list[dict[str, Any]]:
    """Only dates with at least one slot."""
    return [
        {
            "date": day.isoformat(),
            "slots": [
                {
                    "starts_at": time.value,
                    "ends_at": time.ends_at.isoformat(),
                    "price": str(time.price),
                    "therapists": list(time.therapists),
                }
                for time in group
            ],
        }
        for day, group in group_by_day(found, []).items()
    ]


def _bad_request(sentence: str) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=400)
