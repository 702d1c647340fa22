"""A patient needs more time for the form: the held time is kept longer."""

from datetime import timedelta

from django.db import transaction

from booking.actions.actor import Actor, Kind, record
from booking.errors import HoldExpired, KeptLongEnough
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile
from booking.models.appointments import MOST_EXTENSIONS
from clinic.lib.dates import clock


def extend_hold(hold: Appointment, *, by: Actor) -> Appointment:
    """Start the clock of a live hold anew, at most ten times.

    Raises HoldExpired when it has run out (it may be taken again), KeptLongEnough after that.
    """
    clinic = ClinicProfile.objects.get()
    with transaction.atomic():
        row = Appointment.objects.select_for_update(no_key=True).get(pk=hold.pk)
        now = clock.now()
        if row.status != Status.HOLD or not row.holds_at(now):
            raise HoldExpired()
        if row.extensions >= MOST_EXTENSIONS:
            raise KeptLongEnough()
        row.extensions += 1
        row.hold_expires_at = now + timedelta(minutes=clinic.hold_minutes)
        row.save(update_fields=["extensions", "hold_expires_at"])
        record(row, Kind.EXTENDED, by=by, times=row.extensions)
    return row
