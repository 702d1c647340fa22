"""Extend a hold, for a patient who needs more time for the form."""

from datetime import timedelta

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.lock_appointment import lock_open_hold
from booking.actions.appointments.record_event import record_event
from booking.actions.locks import write_action, write_transaction
from booking.actions.rate_limit import EXTENSION_LIMIT, count_use_by_actor
from booking.errors import ExtensionLimitReached, HoldExpired
from booking.models import Appointment, ClinicProfile
from booking.models.appointments import MAX_HOLD_EXTENSIONS
from clinic.lib.dates import clock


@write_action
def extend_hold(hold: Appointment, *, by: Actor) -> Appointment:
    """Restart the time limit of an active hold, at most MAX_HOLD_EXTENSIONS times. Return the hold.

    With each extension its minutes are counted once more against the limits (see `holding_limits`).
    Raises InvalidState for anything but a hold, HoldExpired, ExtensionLimitReached or
    RateLimitExceeded.
    """
    count_use_by_actor(EXTENSION_LIMIT, by)
    clinic = ClinicProfile.objects.get()
    with write_transaction():
        row = lock_open_hold(hold)
        now = clock.now()
        if not row.is_active_hold(now):
            raise HoldExpired()
        if row.extension_count >= MAX_HOLD_EXTENSIONS:
            raise ExtensionLimitReached()
        row.extension_count += 1
        row.hold_expires_at = now + timedelta(minutes=clinic.hold_minutes)
        row.save(update_fields=["extension_count", "hold_expires_at"])
        record_event(row, EventKind.EXTENDED, by=by, times=row.extension_count)
    return row
