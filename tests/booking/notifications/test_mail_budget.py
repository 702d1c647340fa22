"""How many mails a mailbox gets, whoever types its address and however often."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from booking.actions.actor import Actor
from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.restore import restore_appointment
from booking.actions.notifications.resend_links import resend_links
from booking.models import Appointment, Notification, ProvenEmail
from booking.notifications.delivery import deliver_due
from booking.notifications.kinds import WhenOverBudget, all_kinds
from booking.notifications.mail_budget import UNPROVEN_PER_HOUR
from booking.notifications.subjects.accounts import notify_sign_in_code
from booking.queries.patients.proven_emails import mailbox_hash
from clinic.lib.mailboxes import mailbox_of
from tests.booking.notifications.test_delivery import use
from tests.factories import NotificationFactory
from tests.scene import ADA, Scene, make_clinic, on
from tests.servers.smtp import Postbox, postbox

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
GUEST, DESK = Actor.guest(), Actor.system()


@pytest.fixture
def server(settings: Settings) -> Iterator[Postbox]:
    settings.ABUSE_LIMITS = True
    with postbox() as box:
        use(settings, box.url)
        yield box


@pytest.fixture
def scene() -> Scene:
    return make_clinic()


def deliver(settings: Settings, *, after: timedelta = timedelta()) -> None:
    settings.CLINIC_CLOCK += after
    deliver_due()


def subjects(server: Postbox) -> list[str]:
    return [str(mail["Subject"]).split(":")[0] for mail in server.mails]


def cancel_and_undo(appointment: Appointment, *, by: Actor) -> None:
    cancel_appointment(appointment, by=by)
    deliver_due()
    restore_appointment(appointment, by=by)
    deliver_due()


def booked(scene: Scene) -> Appointment:
    hold = scene.hold(on(27, 10))
    appointment = book_appointment(hold, ADA, by=GUEST)
    deliver_due()
    return appointment


def test_a_stranger_gets_three_mails_an_hour_and_then_the_newest_state(
    server: Postbox, scene: Scene, settings: Settings
) -> None:
    appointment = booked(scene)
    for _ in range(5):
        cancel_and_undo(appointment, by=GUEST)
    cancel_appointment(appointment, by=GUEST)
    deliver_due()
    assert subjects(server) == ["Booked", "Canceled", "Booked again"]

    deliver(settings, after=timedelta(minutes=59))
    assert len(server.mails) == 3
    deliver(settings, after=timedelta(minutes=1))
    assert subjects(server)[3:] == ["Canceled"]
    assert not Notification.objects.waiting().filter(kind__in=["cancelled", "restored"]).exists()


def test_staff_see_why_a_mail_waits(server: Postbox, scene: Scene) -> None:
    appointment = booked(scene)
    cancel_and_undo(appointment, by=GUEST)
    cancel_appointment(appointment, by=GUEST)
    deliver_due()

    waiting = Notification.objects.get(kind="cancelled", status="waiting")
    assert waiting.failure == Notification.Failure.MAIL_LIMIT
    assert "at most 3 mails an hour" in waiting.problem


def test_what_staff_do_is_always_told(server: Postbox, scene: Scene) -> None:
    appointment = booked(scene)
    for _ in range(3):
        cancel_and_undo(appointment, by=DESK)

    assert len(server.mails) == 7


def test_all_kinds_count_together(server: Postbox, scene: Scene) -> None:
    booked(scene)
    for _ in range(4):
        resend_links("ada@mail.example", by=GUEST)
        notify_sign_in_code("Ada@mail.example", "123456")
    deliver_due()

    assert len(server.mails) == UNPROVEN_PER_HOUR
    dropped = Notification.objects.filter(status="dropped")
    assert {row.failure for row in dropped} == {"mail_limit"}


def test_a_plus_sign_makes_no_other_mailbox(server: Postbox) -> None:
    for number in range(6):
        notify_sign_in_code(f"ada+{number}@mail.example", "123456")
    deliver_due()

    assert len(server.mails) == UNPROVEN_PER_HOUR
    assert mailbox_of("+@mail.example") == "+@mail.example"


def test_the_first_confirmation_comes_in_any_case(server: Postbox, scene: Scene) -> None:
    for _ in range(5):
        notify_sign_in_code("ada@mail.example", "123456")
    deliver_due()
    booked(scene)

    assert subjects(server)[-1] == "Booked"
    assert len(server.mails) == UNPROVEN_PER_HOUR + 1


def test_a_proven_address_gets_more(server: Postbox, frozen_clock: datetime) -> None:
    mailbox = mailbox_hash("ada@mail.example")
    ProvenEmail.objects.create(mailbox=mailbox, proven_at=frozen_clock)
    for _ in range(6):
        notify_sign_in_code("ada@mail.example", "123456")
    deliver_due()

    assert len(server.mails) == 6


def test_a_mail_that_another_worker_is_sending_counts(
    server: Postbox, frozen_clock: datetime
) -> None:
    mailbox = "ana@reader.example"
    for number in range(3):
        NotificationFactory(
            kind="mail_test",
            mailbox=mailbox,
            lease=f"other {number}",
            lease_until=frozen_clock + timedelta(minutes=1),
        )
    notify_sign_in_code("ana@reader.example", "123456")
    deliver_due()

    assert server.mails == []


def test_others_are_not_touched(server: Postbox) -> None:
    for number in range(5):
        notify_sign_in_code("ada@mail.example", "123456")
        notify_sign_in_code(f"guest{number}@mail.example", "123456")
    deliver_due()

    assert len({str(mail["To"]) for mail in server.mails}) == 6


def test_what_would_be_useless_in_an_hour_is_dropped() -> None:
    dropped = {kind.name for kind in all_kinds() if kind.over_budget == WhenOverBudget.DROP}

    assert dropped == {
        "sign_in_code", "staff_sign_in", "lost_link", "prove_email", "email_code", "identity_code",
        "email_change_code", "email_change_refused",
    }  # fmt: skip
