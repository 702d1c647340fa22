"""Bookable times as JSON, for anyone. Other programs rely on the shape of the answer."""

from collections.abc import Sequence
from typing import Any

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
from clinic.lib.http.proxies import network_of, rate_limit_address
from clinic.lib.rate_limit import RateLimit, count_in_cache, count_use

TIMES_LIMIT = RateLimit("times", most=300)
TIMES_PER_NETWORK_LIMIT = RateLimit("times-network", most=1_500)


@open_to_all
@never_cache
@require_safe
def slots(request: HttpRequest) -> JsonResponse:
    """GET /api/slots: the bookable starts of one option between two dates."""
    form = SlotsQueryForm(request.GET)
    if not form.is_valid():
        return _bad_request(form.first_error())
    _count_request(request)
    query = form.cleaned_data
    clinic = ClinicProfile.current()
    if clinic is None:
        return _bad_request("This clinic is not set up yet.")
    offers = find_offers(
        clinic,
        treatment=query["treatment"],
        minutes=query["minutes"],
        therapist=query["therapist"] or None,
    )
    if not offers:
        return _bad_request("Nobody offers this treatment for that many minutes.")
    availability = load_availability(
        clinic, offers, first=query["from"], last=query["to"], now=clock.now()
    )
    times = bookable_times(availability, part=query["part"])
    return JsonResponse(
        {
            "timezone": clinic.time_zone,
            "treatment": query["treatment"],
            "minutes": query["minutes"],
            "days": _days_as_json(times),
        },
        json_dumps_params={"separators": (",", ":")},
    )


def _count_request(request: HttpRequest) -> None:
    """Count a request. Raises RateLimitExceeded, which is answered with 429."""
    address = rate_limit_address(request)
    count_use(TIMES_LIMIT, address, count=count_in_cache)
    count_use(TIMES_PER_NETWORK_LIMIT, network_of(address), count=count_in_cache)


def _days_as_json(times: Sequence[BookableTime]) -> list[dict[str, Any]]:
    """Return the times by date, for dates with at least one slot."""
    return [
        {
            "date": day.isoformat(),
            "slots": [
                {
                    "starts_at": time.value,
                    "ends_at": time.ends_at_value,
                    "price": str(time.price),
                    "therapists": list(time.therapists),
                }
                for time in group
            ],
        }
        for day, group in group_by_day(times, []).items()
    ]


def _bad_request(message: str) -> JsonResponse:
    return JsonResponse({"error": message}, status=400)
