"""A mail server that defers recipients, is unreachable or hangs, and which mails it delays."""

import time
from datetime import timedelta

import pytest
from pytest_django import Settings

from booking.models import Notification, Patient, Priority
from booking.notifications import leasing
from booking.notifications.delivery import deliver_due
from tests.booking.notifications.bad_server import deliver_for, server, state, to_patients
from tests.booking.notifications.test_delivery import fresh, message, use
from tests.servers.smtp import DRIP, HANG_UP, OK, SILENCE, Postbox

__all__ = ["server"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
Failure = Notification.Failure


class TestRecipients:
    def test_pauses_of_a_deferred_recipient_grow_for_all_its_mails(
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

    def test_a_hundred_greylisted_recipients_do_not_delay_a_confirmation(
        self, server: Postbox
    ) -> None:
        server.rcpt = lambda address: OK if address == "ana@reader.example" else "451 4.7.1 Later"
        for n in range(100):
            message(to_email=f"p{n}@grey.example", priority=Priority.CHANGE)
        ordinary = message(priority=Priority.CHANGE)

        assert deliver_due() == {"retry": 100, "sent": 1}
        assert server.ids() == [ordinary.message_id]
        assert state().status == "ok"

    def test_a_sign_in_code_is_tried_once_although_the_recipient_is_paused(
        self, server: Postbox
    ) -> None:
        server.rcpt = "450 4.2.0 Later"
        message()
        deliver_due()
        server.rcpt = OK
        code = message(priority=Priority.SIGN_IN)

        assert deliver_due() == {"sent": 1}
        assert server.ids() == [code.message_id]

    @pytest.mark.parametrize("reply", ["550 5.1.1 Unknown", "550 5.1.10 Null", "550 no such user"])
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
    def test_refusals_at_other_stages_mark_no_patient(
        self, server: Postbox, stage: str, reply: str
    ) -> None:
        to_patients(1)
        setattr(server, stage, reply)
        deliver_due()

        assert Notification.objects.waiting().count() == 1
        assert not Patient.objects.filter(undeliverable_since__isnull=False).exists()


class TestUnreachableServers:
    def test_one_failed_mail_does_not_mark_the_server_as_unreachable(self, server: Postbox) -> None:
        server.data = lambda address: "421 4.3.2 Closing" if address == "p0@mail.example" else OK
        rows = to_patients(4)

        assert deliver_due() == {"retry": 1, "sent": 3}
        assert state().status == "ok"
        assert rows[0].message_id not in server.ids()

    def test_three_failed_mails_in_a_row_mark_the_server_as_unreachable(
        self, server: Postbox, settings: Settings
    ) -> None:
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


class TestHangingServers:
    def test_four_hanging_mails_delay_neither_others_nor_a_sign_in_code(
        self, server: Postbox, settings: Settings
    ) -> None:
        settings.EMAIL_TIMEOUT = 2
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
        # 4 times PATIENCE and a busy machine; waiting for one after another would take 8 seconds
        assert arrived["other@mail.example"] < 6
        assert arrived["late@mail.example"] < 6
        assert state().status == "ok"

    @pytest.mark.parametrize("stage", ["mail", "rcpt", "data_command", "data"])
    def test_the_pause_grows_at_whatever_stage_it_hangs(
        self, server: Postbox, settings: Settings, stage: str
    ) -> None:
        settings.EMAIL_TIMEOUT = 0.3  # a busy machine greets within it
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

    def test_five_hanging_mails_in_a_row_mark_the_server_as_unreachable(
        self, server: Postbox, settings: Settings
    ) -> None:
        settings.EMAIL_TIMEOUT = 0.2
        server.rcpt = SILENCE
        to_patients(9)
        deliver_due()

        assert state().status == "unavailable"
        assert len(server.begun) <= 8

    def test_a_missing_greeting_marks_the_server_as_unreachable_at_once(
        self, server: Postbox, settings: Settings
    ) -> None:
        settings.EMAIL_TIMEOUT = 0.2
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
