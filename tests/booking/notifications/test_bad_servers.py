"""A mail server that refuses us, a recipient or a mail, or that hangs: who is held up by what."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Min
from pytest_django import Settings

from booking.models import MailServerState, Notification, Patient, Priority
from booking.notifications import leasing
from booking.notifications.delivery import deliver_due
from booking.notifications.mail_server import load_state, request_probe
from tests.booking.notifications.test_delivery import fresh, message, use
from tests.factories import AppointmentFactory
from tests.servers.smtp import DRIP, HANG_UP, OK, SILENCE, Postbox, postbox

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
Failure = Notification.Failure
NOT_OWNED = "553 5.7.1 Sender address rejected: not owned by user"


@pytest.fixture
def server(settings: Settings) -> Iterator[Postbox]:
    with postbox() as box:
        use(settings, box.url)
        yield box


def to_patients(number: int, **values: Any) -> list[Notification]:
    """Notifications to different patients about their appointments."""
    return [
        message(
            to_email=f"p{n}@mail.example",
            appointment=AppointmentFactory(patient__email=f"p{n}@mail.example"),
            **values,
        )
        for n in range(number)
    ]


def state() -> MailServerState:
    return load_state()


def deliver_for(settings: Settings, minutes: int) -> Counter[str]:
    """Deliver whenever something is due in these minutes, and add up the outcomes."""
    outcomes: Counter[str] = Counter()
    until = settings.CLINIC_CLOCK + timedelta(minutes=minutes)
    while (due := next_due()) is not None and due <= until:
        settings.CLINIC_CLOCK = max(due, settings.CLINIC_CLOCK + timedelta(seconds=1))
        outcomes += deliver_due()
    settings.CLINIC_CLOCK = until
    return outcomes + deliver_due()


def next_due() -> datetime | None:
    """Return when a worker has something to do next."""
    first = Notification.objects.waiting().aggregate(first=Min("next_try_at"))["first"]
    return first and max(first, state().next_probe_at or first)


class TestRefusalsOfUs:
    @pytest.mark.parametrize(
        ("stage", "reply"),
        [
            ("mail", "550 5.7.1 You may not send"),
            ("mail", "550 no"),
            ("rcpt", NOT_OWNED),
            ("rcpt", "554 5.7.1 Relay access denied"),
            ("rcpt", "550 5.7.1 Policy"),
            ("data", "550 5.7.26 DMARC"),
            ("ehlo", "550 go away"),
        ],
    )
    def test_the_queue_stops_keeps_every_text_marks_nobody_and_goes_on_by_itself(
        self, server: Postbox, settings: Settings, stage: str, reply: str
    ) -> None:
        rows = to_patients(6)
        setattr(server, stage, reply)
        outcomes = deliver_due()
        outcomes += deliver_for(settings, 60)

        assert outcomes["failed"] == outcomes["sent"] == 0
        assert state().status == "stopped"
        assert len(server.begun) <= 12  # 2 at once, then probes after growing pauses
        assert Notification.objects.waiting().count() == 6
        assert not Notification.objects.filter(data="").exists()
        assert not Patient.objects.filter(undeliverable_since__isnull=False).exists()

        setattr(server, stage, OK)
        deliver_for(settings, 16)
        assert state().status == "ok"
        assert sorted(server.ids()) == sorted(row.message_id for row in rows)

    def test_a_refused_greeting_or_sign_in_stops_it_too(
        self, server: Postbox, settings: Settings
    ) -> None:
        to_patients(2)
        server.greeting = "554 5.7.1 Your address is blocked"
        assert deliver_due() == {"stopped": 1}
        assert (state().status, state().code, state().stage) == ("stopped", 554, 1)

        server.greeting, server.auth = OK, "535 5.7.8 Wrong password"
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "clinic"
        deliver_for(settings, 5)
        assert (state().status, state().code, state().stage) == ("stopped", 535, 2)
        assert Notification.objects.waiting().count() == 2

        server.auth = OK
        assert deliver_for(settings, 15)["sent"] == 2

    def test_somebody_can_have_it_tried_again_now(
        self, server: Postbox, settings: Settings
    ) -> None:
        to_patients(3)
        server.rcpt = NOT_OWNED
        deliver_for(settings, 30)
        server.rcpt = OK
        assert deliver_due() == {}
        request_probe()

        assert deliver_due() == {"sent": 3}
        assert state().status == "ok"

    def test_what_the_server_said_is_kept_without_the_addresses_of_others(
        self, server: Postbox, settings: Settings
    ) -> None:
        settings.DEFAULT_FROM_EMAIL = "clinic@oak.example"
        to_patients(1)
        server.rcpt = "553 5.7.1 <clinic@oak.example> may not write to <p0@mail.example>"
        deliver_due()

        assert state().reply == "5.7.1 <clinic@oak.example> may not write to <…>"
        assert state().since == settings.CLINIC_CLOCK

    def test_a_sender_that_is_no_address_stops_the_queue_and_marks_nobody(
        self, server: Postbox, settings: Settings
    ) -> None:
        settings.DEFAULT_FROM_EMAIL = "The Clinic"
        to_patients(2)
        deliver_due()

        assert state().status == "stopped"
        assert "DEFAULT_FROM_EMAIL" in state().reply
        assert Notification.objects.waiting().count() == 2
        assert server.begun == []

    def test_it_is_given_up_when_it_is_of_no_use_and_its_text_is_kept(
        self, server: Postbox, settings: Settings
    ) -> None:
        (row,) = to_patients(1)
        server.rcpt = NOT_OWNED
        deliver_due()
        settings.CLINIC_CLOCK += timedelta(days=8)
        deliver_due()

        given_up = fresh(row)
        assert (given_up.status, given_up.failure) == ("failed", Failure.TOO_LATE)
        assert given_up.problem == (
            "It was not sent in time. The mail server refuses our mails (553 5.7.1)."
        )
        assert "Oak" in given_up.rendered
        assert "Oak" in given_up.data

    def test_one_recipient_who_is_refused_by_policy_stops_no_others(
        self, server: Postbox, settings: Settings
    ) -> None:
        server.rcpt = lambda address: "550 5.7.1 no" if address == "p0@mail.example" else OK
        rows = to_patients(5)
        outcomes = deliver_due()

        assert outcomes["sent"] == 4
        assert state().status == "ok"
        settings.CLINIC_CLOCK += timedelta(minutes=5)
        assert deliver_due() == {"retry": 1}  # known by now to be a special case
        assert state().status == "ok"
        assert fresh(rows[0]).failure == Failure.SENDER_REFUSED


class TestRefusalsOfOneMail:
    @pytest.mark.parametrize(
        ("stage", "reply"),
        [
            ("mail", "552 5.3.4 Message too big"),
            ("data_command", "554 5.7.1 no"),
            ("data", "554 5.7.1 Looks like spam"),
            ("data", "550 5.6.0 Bad content"),
        ],
    )
    def test_it_is_kept_tried_again_later_and_holds_up_nobody(
        self, server: Postbox, settings: Settings, stage: str, reply: str
    ) -> None:
        (special,) = to_patients(1)
        setattr(server, stage, reply)
        assert deliver_due() == {"retry": 1}
        setattr(server, stage, OK)
        others = [message() for _ in range(3)]
        assert deliver_due() == {"sent": 3}

        assert state().status == "ok"
        assert server.ids() == [row.message_id for row in others]
        kept = fresh(special)
        assert (kept.status, kept.failure) == ("waiting", Failure.MESSAGE_REFUSED)
        assert kept.next_try_at > settings.CLINIC_CLOCK
        assert list(Notification.objects.refused()) == [kept]
        assert not Patient.objects.filter(undeliverable_since__isnull=False).exists()

    def test_the_third_mail_in_a_row_stops_the_queue(
        self, server: Postbox, settings: Settings
    ) -> None:
        rows = to_patients(20)
        server.data = "554 5.7.1 Looks like spam"
        outcomes = deliver_due() + deliver_for(settings, 60)

        assert outcomes["sent"] == outcomes["failed"] == 0
        assert state().status == "stopped"
        assert len(server.begun) <= 15
        server.data = OK
        deliver_for(settings, 16)
        assert sorted(server.ids()) == sorted(row.message_id for row in rows)

    def test_pauses_grow(self, server: Postbox, settings: Settings) -> None:
        server.data = lambda address: "552 5.3.4 Too big" if address[0] == "p" else OK
        to_patients(1)
        deliver_due()
        deliver_for(settings, 24 * 60)

        assert 20 <= len(server.begun) <= 60


class TestRecipients:
    def test_a_deferred_recipient_waits_longer_each_time_with_all_mails(
        self, server: Postbox, settings: Settings
    ) -> None:
        server.rcpt = "452 4.2.2 Mailbox full"
        first, second = message(), message()
        other = message(to_email="bo@mail.example")
        assert deliver_due() == {"retry": 3}  # the second was not tried
        assert len(server.begun) == 2
        deliver_for(settings, 24 * 60)

        assert len(server.begun) <= 80  # each of two recipients hourly in the end
        assert state().status == "ok"
        server.rcpt = OK
        deliver_for(settings, 91)
        assert sorted(server.ids()) == sorted(r.message_id for r in (first, second, other))

    def test_a_hundred_greylisted_recipients_do_not_hold_up_a_confirmation(
        self, server: Postbox
    ) -> None:
        server.rcpt = lambda address: OK if address == "ana@reader.example" else "451 4.7.1 Later"
        for n in range(100):
            message(to_email=f"p{n}@grey.example", priority=Priority.CHANGE)
        ordinary = message(priority=Priority.CHANGE)

        assert deliver_due() == {"retry": 100, "sent": 1}
        assert server.ids() == [ordinary.message_id]
        assert state().status == "ok"

    def test_a_code_to_sign_in_is_tried_once_although_the_recipient_waits(
        self, server: Postbox
    ) -> None:
        server.rcpt = "450 4.2.0 Later"
        message()
        deliver_due()
        server.rcpt = OK
        code = message(priority=Priority.SIGN_IN)

        assert deliver_due() == {"sent": 1}
        assert server.ids() == [code.message_id]

    @pytest.mark.parametrize("reply", ["550 5.1.1 Unknown", "550 5.1.10 Null MX", "550 no"])
    def test_only_a_mailbox_that_does_not_exist_marks_the_patient(
        self, server: Postbox, reply: str
    ) -> None:
        (row,) = to_patients(1)
        server.rcpt = reply
        deliver_due()

        assert fresh(row).failure == Failure.NO_SUCH_MAILBOX
        assert Patient.objects.filter(undeliverable_since__isnull=False).count() == 1
        assert state().status == "ok"

    @pytest.mark.parametrize("stage", ["mail", "data_command", "data"])
    @pytest.mark.parametrize("reply", ["550 5.1.1 Unknown", "550 no", "554 5.2.1 Disabled"])
    def test_no_other_stage_marks_anybody(self, server: Postbox, stage: str, reply: str) -> None:
        to_patients(1)
        setattr(server, stage, reply)
        deliver_due()

        assert Notification.objects.waiting().count() == 1
        assert not Patient.objects.filter(undeliverable_since__isnull=False).exists()


class TestServersThatAreAway:
    def test_one_mail_is_not_enough_to_say_so(self, server: Postbox) -> None:
        server.data = lambda address: "421 4.3.2 Closing" if address == "p0@mail.example" else OK
        rows = to_patients(4)

        assert deliver_due() == {"retry": 1, "sent": 3}
        assert state().status == "ok"
        assert rows[0].message_id not in server.ids()

    def test_three_in_a_row_are(self, server: Postbox, settings: Settings) -> None:
        to_patients(10)
        server.mail = "451 4.3.0 Disk full"
        outcomes = deliver_due()

        assert state().status == "unavailable"
        assert outcomes["unavailable"] == 2  # the third, and a probe at once
        assert len(server.begun) == 4
        server.mail = OK
        settings.CLINIC_CLOCK += timedelta(seconds=15)
        assert deliver_due() == {"sent": 10}

    def test_a_failed_connection_counts_against_no_mail(
        self, server: Postbox, settings: Settings
    ) -> None:
        rows = to_patients(3)
        use(settings, "smtp://127.0.0.1:9")
        deliver_for(settings, 5)

        assert {fresh(row).attempts for row in rows} == {0}
        use(settings, server.url)
        settings.CLINIC_CLOCK += timedelta(seconds=15)
        assert deliver_due() == {"sent": 3}

    def test_a_connection_closed_between_two_mails_is_opened_again_at_once(
        self, server: Postbox
    ) -> None:
        replies = iter([OK, "421 4.7.0 Enough for one connection", OK, HANG_UP, OK, OK])
        server.mail = lambda _: next(replies)
        to_patients(4)

        assert deliver_due() == {"sent": 4}
        assert {row.attempts for row in Notification.objects.all()} == {1}


class TestServersThatHang:
    def test_four_mails_on_which_it_hangs_delay_neither_others_nor_a_code(
        self, server: Postbox, settings: Settings
    ) -> None:
        settings.EMAIL_TIMEOUT = 4
        arrived: dict[str, float] = {}

        def answer(address: str) -> str:
            if address.startswith("p"):
                return SILENCE
            arrived[address] = time.monotonic() - begun
            return OK

        server.data = answer
        to_patients(4, priority=Priority.CHANGE)
        message(to_email="other@mail.example", priority=Priority.CHANGE)
        message(to_email="late@mail.example", priority=Priority.THANK_YOU)
        begun = time.monotonic()
        outcomes = deliver_due()

        assert outcomes == {"sent": 2, "retry": 4}
        assert arrived["other@mail.example"] < 6  # 4 times PATIENCE, and a busy machine
        assert arrived["late@mail.example"] < 6
        assert state().status == "ok"

    @pytest.mark.parametrize("stage", ["mail", "rcpt", "data_command", "data"])
    def test_the_pause_grows_at_whatever_stage_it_hangs(
        self, server: Postbox, settings: Settings, stage: str
    ) -> None:
        settings.EMAIL_TIMEOUT = 0.3
        setattr(server, stage, SILENCE)
        row = message()
        pauses = []
        for _ in range(6):
            assert deliver_due() == {"retry": 1}
            pauses.append(fresh(row).next_try_at - settings.CLINIC_CLOCK)
            settings.CLINIC_CLOCK = fresh(row).next_try_at

        assert fresh(row).failure == Failure.NO_ANSWER
        assert pauses[-1] > timedelta(minutes=4)
        assert state().status == "ok"

    def test_five_in_a_row_say_that_the_server_is_away(
        self, server: Postbox, settings: Settings
    ) -> None:
        settings.EMAIL_TIMEOUT = 0.5
        server.rcpt = SILENCE
        to_patients(9)
        deliver_due()

        assert state().status == "unavailable"
        assert len(server.begun) <= 8

    def test_a_greeting_that_does_not_come_says_so_at_once(
        self, server: Postbox, settings: Settings
    ) -> None:
        settings.EMAIL_TIMEOUT = 0.5
        server.greeting = SILENCE
        to_patients(2)

        assert deliver_due()["unavailable"] == 1
        assert (state().status, state().reply) == ("unavailable", "timed out")

    def test_no_mail_takes_longer_than_its_lease_whatever_the_server_does(
        self, server: Postbox, settings: Settings
    ) -> None:
        settings.EMAIL_TIMEOUT, server.rcpt = 1, DRIP
        row = message()
        begun = time.monotonic()
        assert deliver_due() == {"retry": 1}

        assert 2 < time.monotonic() - begun < leasing.lease_duration().total_seconds()
        assert fresh(row).failure == Failure.NO_ANSWER
