"""Requests to be called, by people whose answers keep them from booking online."""

import json

from booking.actions.actor import Actor
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.locks import write_action, write_transaction
from booking.actions.rate_limit import DETAILS_LIMIT, hit_for_actor
from booking.errors import InvalidState
from booking.inputs import PersonalDetails
from booking.models import Appointment, CallbackRequest
from booking.queries.appointments.drafts import load_draft
from booking.queries.health.status import health_status_of
from clinic.lib.dates import clock


@write_action
def request_callback(hold: Appointment, details: PersonalDetails, *, by: Actor) -> CallbackRequest:
    """Add a callback request for a hold, once, and save name and numbers with the hold.

    Values that are empty in `details` do not replace earlier ones. Raises InvalidState if the
    answers do not block booking, and RateLimitExceeded.
    """
    hit_for_actor(DETAILS_LIMIT, by)
    with write_transaction():
        row, now = lock_appointment(hold), clock.now()
        health_status = health_status_of(row, now)
        if health_status.screening is None or not health_status.outcome.blocks_booking:
            raise InvalidState()
        typed = {name: text for name, text in details.as_dict().items() if text}
        row.draft = json.dumps({**load_draft(row), **typed})
        row.save(update_fields=["draft"])
        callback_request, _created = CallbackRequest.objects.get_or_create(
            screening=health_status.screening, defaults={"requested_at": now}
        )
    return callback_request


def complete_callback(callback_request: CallbackRequest, *, by: Actor) -> None:
    """Mark a callback request as done. Does nothing if it is done already."""
    CallbackRequest.objects.filter(pk=callback_request.pk, done_at__isnull=True).update(
        done_at=clock.now(), done_by=by.user
    )
