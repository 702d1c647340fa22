"""A mail server that refuses our sender or single mails."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from booking.models import Notification, Patient
from booking.notifications.delivery import deliver_due
from booking.notifications.mail_server import request_probe
from tests.booking.notifications.bad_server import deliver_for, server, state, to_patients
from tests.booking.notifications.test_delivery import fresh, message
from tests.servers.smtp import OK, Postbox

__all__ = ["server"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
Failure = Notification.Failure
NOT_OWNED = "553 5.7.1 Sender address rejected: not owned by user"


class TestRefusedSender:
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
    def test_the_queue_stops_keeps_all_texts_and_resumes_by_itself(
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

    def test_a_refused_greeting_or_login_stops_the_queue_too(
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

    @pytest.mark.postgresql
    def test_the_queue_can_be_tried_again_at_once(
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

    def test_the_reply_is_stored_without_addresses_of_recipients(
        self, server: Postbox, settings: Settings
    ) -> None:
        settings.DEFAULT_FROM_EMAIL = "clinic@oak.example"
        to_patients(1)
        server.rcpt = "553 5.7.1 <clinic@oak.example> may not write to <p0@mail.example>"
        deliver_due()

        assert state().reply == "5.7.1 <clinic@oak.example> may not write to <…>"
        assert state().since == settings.CLINIC_CLOCK

    def test_an_invalid_sender_address_stops_the_queue_and_marks_no_patient(
        self, server: Postbox, settings: Settings
    ) -> None:
        settings.DEFAULT_FROM_EMAIL = "The Clinic"
        to_patients(2)
        deliver_due()

        assert state().status == "stopped"
        assert "DEFAULT_FROM_EMAIL" in state().reply
        assert Notification.objects.waiting().count() == 2
        assert server.begun == []

    @pytest.mark.postgresql
    def test_a_mail_fails_when_it_is_no_longer_useful_and_its_text_is_kept(
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

    def test_a_recipient_refused_by_policy_does_not_delay_others(
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

    def test_a_server_that_refuses_most_recipients_by_policy_is_no_special_case(
        self, server: Postbox, settings: Settings
    ) -> None:
        server.rcpt = lambda address: OK if address.endswith("@oak.example") else NOT_OWNED
        rows = to_patients(4)
        message(to_email="staff@oak.example")
        deliver_due()
        deliver_for(settings, 30)

        assert server.begun
        assert state().status == "stopped"
        assert {fresh(row) for row in rows} == set(Notification.objects.refused())


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
    @pytest.mark.postgresql
    def test_a_refused_mail_is_tried_again_later_and_delays_no_other(
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

    def test_three_refused_mails_in_a_row_stop_the_queue(
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
