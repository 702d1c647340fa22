"""Factories for notifications, staff roles and calendar feeds."""

from datetime import timedelta
from typing import Any

import factory

from booking.models import (
    CalendarFeed,
    MailServerState,
    Notification,
    RecipientPause,
    StaffRole,
)
from booking.notifications.kinds import get_kind
from booking.queries.notifications.last_notification import CHANGE_KINDS
from clinic.lib.dates import clock
from tests.factories.base import ModelFactory
from tests.factories.booking import TherapistFactory, UserFactory


def is_kind_to_patients(name: str) -> bool:
    """Whether mails of this kind are about an appointment and go to its patient."""
    kind = get_kind(name)
    is_optional = kind is not None and kind.get_unsubscribe_link is not None
    return is_optional or name in (*CHANGE_KINDS, "reminder")


class NotificationFactory(ModelFactory[Notification]):
    """A notification that is due now; a kind to patients goes to the appointment's patient."""

    class Meta:
        model = Notification

    key = factory.Sequence(lambda n: f"test:{n}")
    kind: str = "test"
    appointment: Any = None
    is_to_patient: Any = factory.LazyAttribute(
        lambda row: is_kind_to_patients(row.kind) and row.appointment is not None
    )
    link_version: Any = factory.LazyAttribute(
        lambda row: row.appointment.link_version if row.is_to_patient else None
    )
    to_email = "ana@reader.example"
    to_name = "Ana Reader"
    message_id = factory.Sequence(lambda n: f"<test-{n}@clinic.example>")
    due_at: Any = factory.LazyFunction(clock.now)
    next_try_at: Any = factory.SelfAttribute("due_at")
    give_up_at: Any = factory.LazyAttribute(lambda row: row.due_at + timedelta(days=7))


class MailServerStateFactory(ModelFactory[MailServerState]):
    """A server that refuses our sender address."""

    class Meta:
        model = MailServerState

    status = "stopped"
    since: Any = factory.LazyFunction(clock.now)
    stage = 4
    code = 553
    reply = "5.7.1 Sender address rejected: not owned"
    failures = 2
    next_probe_at: Any = factory.LazyFunction(lambda: clock.now() + timedelta(minutes=4))


class RecipientPauseFactory(ModelFactory[RecipientPause]):
    class Meta:
        model = RecipientPause

    address = factory.Sequence(lambda n: f"{n:064d}")
    until: Any = factory.LazyFunction(lambda: clock.now() + timedelta(minutes=1))


class StaffRoleFactory(ModelFactory[StaffRole]):
    class Meta:
        model = StaffRole

    user: Any = factory.SubFactory(UserFactory)
    role = "therapist"


class CalendarFeedFactory(ModelFactory[CalendarFeed]):
    """The calendar feed of a therapist."""

    class Meta:
        model = CalendarFeed

    therapist: Any = factory.SubFactory(TherapistFactory)
    token_hash = factory.Sequence(lambda n: f"{n:064d}")
