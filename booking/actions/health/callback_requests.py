"""Somebody who could not book online asks to be called; somebody calls."""

from django.db import transaction

from booking.actions.actor import Actor
from booking.actions.rate_limit import DETAILS_LIMIT, hit_for_actor
from booking.errors import InvalidState
from booking.models import Appointment, CallbackRequest
from booking.queries.appointments.drafts import load_draft
from booking.queries.health.status import health_status_of
from clinic.lib.dates import clock


def request_callback(hold: Appointment, *, by: Actor) -> CallbackRequest:
    """Put the person on the desk's list, once. Raises InvalidState when nothing stood in the
    way, or no phone number is known."""
    hit_for_actor(DETAILS_LIMIT, by)
    with transaction.atomic():
        now = clock.now()
        health_status = health_status_of(hold, now)
        if (
            health_status.screening is None
            or not health_status.outcome.blocks
            or not load_draft(hold)
        ):
            raise InvalidState()
        call_back, _new = CallbackRequest.objects.get_or_create(
            screening=health_status.screening, defaults={"requested_at": now}
        )
    return call_back


def complete_callback(call_back: CallbackRequest, *, by: Actor) -> None:
    """Somebody has called. Twice is once."""
    CallbackRequest.objects.filter(pk=call_back.pk, done_at__isnull=True).update(
        done_at=clock.now(), done_by=by.user
    )
