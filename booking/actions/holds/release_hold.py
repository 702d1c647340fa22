"""A patient gives a held time back."""

from django.db import transaction

from booking.actions.actor import Actor, EventKind, record_event
from booking.lifecycle import Status
from booking.models import Appointment


def release_hold(hold: Appointment, *, by: Actor, forget: bool = True) -> None:
    """Free the time at once, and forget what was answered unless it goes along to another time.
    A hold that is over already stays as it is."""
    with transaction.atomic():
        row = Appointment.objects.select_for_update(no_key=True).get(pk=hold.pk)
        if row.status != Status.HOLD:
            return
        row.status, row.draft = Status.CANCELLED, ""
        row.save(update_fields=["status", "draft"])
        if forget:
            row.screenings.all().delete()
        record_event(row, EventKind.RELEASED, by=by)
