"""What a patient has typed so far is kept with the hold, encrypted."""

from django.db import transaction

from booking.actions.actor import Actor
from booking.actions.rate_limit import DETAILS_LIMIT, hit_for_actor
from booking.errors import InvalidState
from booking.lifecycle import Status
from booking.models import Appointment


def save_draft(hold: Appointment, draft: str, *, by: Actor) -> None:
    """Keep the text. A hold that has run out still takes it, so that nothing typed is lost."""
    hit_for_actor(DETAILS_LIMIT, by)
    with transaction.atomic():
        row = Appointment.objects.select_for_update(no_key=True).get(pk=hold.pk)
        if row.status not in (Status.HOLD, Status.EXPIRED):
            raise InvalidState()
        row.draft = draft
        row.save(update_fields=["draft"])
    hold.draft = draft
