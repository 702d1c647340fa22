"""The outbox as the desk sees it: all of it, or the part of a therapist's own appointments."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, QuerySet

from booking.access.roles import Person
from booking.access.scope import messages_of, patients_of
from booking.lifecycle import Status
from booking.models import Message, Patient
from booking.models.notifications import MessageQuerySet

State = Message.Status
FOLDERS: Mapping[str, tuple[State, ...]] = {
    "all": tuple(State),
    "waiting": (State.WAITING,),
    "failed": (State.FAILED,),
    "sent": (State.SENT, State.KEPT),
}


def folder(user: Person, name: str, now: datetime) -> MessageQuerySet:
    """The messages of one folder, the newest first; what is due later, by when it is due.
    Without what they say."""
    found = messages_of(user, now).filter(status__in=FOLDERS[name]).defer("data", "rendered")
    return found.order_by("next_try_at", "pk") if name == "waiting" else found


def count_open(user: Person, now: datetime) -> Mapping[str, int]:
    """How many wait, and how many did not arrive. One query."""
    open_ones = messages_of(user, now).filter(status__in=[State.WAITING, State.FAILED])
    rows = open_ones.order_by().values("status").annotate(number=Count("pk"))
    return dict(rows.values_list("status", "number"))


def unreachable(user: Person, now: datetime) -> QuerySet[Patient]:
    """Patients with an appointment to come whose mails do not arrive: somebody must call."""
    return (
        patients_of(user, now)
        .filter(
            undeliverable_since__isnull=False,
            appointments__status=Status.BOOKED,
            appointments__starts_at__gt=now,
        )
        .distinct()
        .order_by("name", "pk")
    )
