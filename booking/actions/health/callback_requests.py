"""Requests to be called, by people whose answers keep them from booking online."""

from django.db import transaction

from booking.actions.actor import Actor
from booking.actions.rate_limit import DETAILS_LIMIT, hit_for_actor
from booking.errors import InvalidState
from booking.models import Appointment, CallbackRequest
from booking.queries.appointments.drafts import load_draft
from booking.queries.health.status import health_status_of
from clinic.lib.dates import clock


def request_callback(hold: Appointment, *, by: Actor) -> CallbackRequest:
    """Add a callback request for a hold, once.

    Raises InvalidState if the answers do not block booking or the person gave no details.
    """
    hit_for_actor(DETAILS_LIMIT, by)
    with transaction.atomic():
        now = clock.now()
        health_status = health_status_of(hold, now)
        if (
            health_status.screening is None
            or not health_status.outcome.blocks_booking
            or not load_draft(hold)
        ):
            raise InvalidState()
        callback_request, _created = CallbackRequest.objects.get_or_create(
            screening=health_status.screening, defaults={"requested_at": now}
        )
    return callback_request


def complete_callback(callback_request: CallbackRequest, *, by: Actor) -> None:
    """Mark a callback request as done. Does nothing if it is done already."""
    CallbackRequest.objects.filter(pk=callback_request.pk, done_at__isnull=True).update(
        done_at=clock.now(), done_by=by.user
    )
