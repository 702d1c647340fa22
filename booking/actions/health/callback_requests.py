"""Somebody who could not book online asks to be called; somebody calls."""

from django.db import transaction

from booking.actions.actor import Actor
from booking.actions.rate_limit import DETAILS, spend_by
from booking.errors import NotPossibleNow
from booking.models import Appointment, CallBack
from booking.queries.appointments.drafts import typed
from booking.queries.health.status import standing_of
from clinic.lib.dates import clock


def ask_call_back(hold: Appointment, *, by: Actor) -> CallBack:
    """Put the person on the desk's list, once. Raises NotPossibleNow when nothing stood in the
    way, or no phone number is known."""
    spend_by(DETAILS, by)
    with transaction.atomic():
        now = clock.now()
        standing = standing_of(hold, now)
        if standing.screening is None or not standing.outcome.blocks or not typed(hold):
            raise NotPossibleNow()
        call_back, _new = CallBack.objects.get_or_create(
            screening=standing.screening, defaults={"asked_at": now}
        )
    return call_back


def finish_call_back(call_back: CallBack, *, by: Actor) -> None:
    """Somebody has called. Twice is once."""
    CallBack.objects.filter(pk=call_back.pk, done_at__isnull=True).update(
        done_at=clock.now(), done_by=by.user
    )
