"""Delivering due mails to a real SMTP server that sometimes fails."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import dj_email_url
import pytest
from django.db import connection
from pytest_django import Settings

from booking.models import Notification, Patient
from booking.notifications.delivery import deliver_due
from booking.notifications.leasing import lease_next_notification
from booking.notifications.retry_delays import retry_delay
from clinic.lib.crypto.encrypted_field import Ciphertext
from tests.factories import AppointmentFactory, ClinicProfileFactory, NotificationFactory
from tests.servers.smtp import HANG_UP, SILENCE, Postbox, postbox

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


def use(settings: Settings, url: str) -> None:
    for name, value in dj_email_url.parse(url).items():
        setattr(settings, name, value)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_URL, settings.EMAIL_TIMEOUT = url, 10


@pytest.fixture
def server(settings: Settings) -> Iterator[Postbox]:
    with postbox() as box:
        use(settings, box.url)
        yield box


def message(**values: Any) -> Notification:
    return NotificationFactory(kind="mail_test", data='{"clinic": "Oak"}', **values)


def fresh(row: Notification) -> Notification:
    return Notification.objects.get(pk=row.pk)


def test_a_mail_arrives_once_and_its_text_is_deleted(server: Postbox) -> None:
    row = message()
    assert deliver_due() == {"sent": 1}
    assert deliver_due() == {}

    (mail,) = server.mails
    assert (mail["Message-ID"], mail["To"]) == (row.message_id, "Ana Reader <ana@reader.example>")
    sent = fresh(row)
    assert (sent.status, sent.rendered, sent.data, sent.attempts) == ("sent", "", "", 1)


def test_the_demo_keeps_the_texts_of_sent_mails(server: Postbox, settings: Settings) -> None:
    settings.DEMO = True
    row = message()
    deliver_due()

    assert "Oak" in fresh(row).rendered


def test_without_a_mail_server_mails_are_kept(settings: Settings) -> None:
    settings.EMAIL_URL = ""
    row = message()

    assert deliver_due() == {"kept": 1}
    assert "Oak" in fresh(row).rendered


def test_a_mail_that_is_deleted_while_it_is_leased_does_not_stop_the_others() -> None:
    first, second = message(), message()

    def delete_the_first(execute: Any, sql: str, *arguments: Any) -> Any:
        result = execute(sql, *arguments)
        if sql.startswith("UPDATE") and not deleted:
            deleted.append(first.pk)
            Notification.objects.filter(pk=first.pk).delete()
        return result

    deleted: list[int] = []
    with connection.execute_wrapper(delete_the_first):
        leased = lease_next_notification()

    assert deleted == [first.pk]
    assert leased == second


def test_mails_that_are_not_due_are_not_sent(server: Postbox, frozen_clock: datetime) -> None:
    message(due_at=frozen_clock + timedelta(minutes=1))

    assert deliver_due() == {}


def test_urgent_mails_are_sent_first(server: Postbox) -> None:
    usual, urgent = message(), message(priority=0)
    deliver_due()

    assert server.ids() == [urgent.message_id, usual.message_id]


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_a_deferred_message_is_tried_again_later(
    server: Postbox, settings: Settings, where: str
) -> None:
    setattr(server, where, "450 not now")
    row = message()
    assert deliver_due() == {"retry": 1}
    assert deliver_due() == {}

    setattr(server, where, "250 OK")
    settings.CLINIC_CLOCK += timedelta(minutes=2)
    assert deliver_due() == {"sent": 1}
    assert (fresh(row).attempts, server.ids()) == (2, [row.message_id])


def test_an_address_that_does_not_exist_delays_no_other_mail(server: Postbox) -> None:
    server.rcpt = lambda address: "550 no such user" if "nobody" in address else "250 OK"
    appointment = AppointmentFactory(patient__email="nobody@reader.example")
    bad = message(to_email="nobody@reader.example", appointment=appointment)
    good = message()

    assert deliver_due() == {"failed": 1, "sent": 1}
    assert fresh(bad).problem == "There is no such mailbox (550)."
    assert server.ids() == [good.message_id]
    assert Patient.objects.get(email="nobody@reader.example").undeliverable_since is not None


@pytest.mark.parametrize("address", ["no-at-sign", "ana@", "a b@c.example", "a@b,c@d.example"])
def test_a_malformed_address_delays_no_other_mail(server: Postbox, address: str) -> None:
    message(to_email=address)
    good = message()
    outcomes = deliver_due()

    assert outcomes["sent"] >= 1
    assert good.message_id in server.ids()
    assert Notification.objects.waiting().count() == 0


def test_all_mails_are_sent_after_a_day_of_outage(server: Postbox, settings: Settings) -> None:
    use(settings, "smtp://127.0.0.1:9")
    rows = [message() for _ in range(3)]
    for _ in range(24):
        assert deliver_due()["unavailable"] == 1
        settings.CLINIC_CLOCK += timedelta(hours=1)
    use(settings, server.url)

    assert deliver_due() == {"sent": 3}
    assert sorted(server.ids()) == sorted(row.message_id for row in rows)


def test_a_lost_answer_is_tried_again_with_the_same_message_id(
    server: Postbox, settings: Settings
) -> None:
    server.data = HANG_UP
    row = message()
    assert deliver_due() == {"retry": 1}
    server.data = "250 OK"
    settings.CLINIC_CLOCK += timedelta(minutes=2)
    deliver_due()

    assert server.ids() == [row.message_id] * 2


def test_a_silent_server_takes_one_timeout_and_loses_no_mail(
    server: Postbox, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT, server.data = 0.5, SILENCE
    row = message()

    assert deliver_due() == {"retry": 1}
    assert fresh(row).status == "waiting"


def test_a_mail_fails_after_a_week(server: Postbox, settings: Settings) -> None:
    server.rcpt = "450 never"
    row = message()
    for _ in range(90):
        deliver_due()
        settings.CLINIC_CLOCK += timedelta(hours=2)
    deliver_due()

    assert fresh(row).status == "failed"
    assert fresh(row).attempts > 50


def test_a_leased_mail_is_not_taken_by_others_until_the_lease_expires(
    server: Postbox, settings: Settings
) -> None:
    row = message()
    leased = lease_next_notification()
    assert leased is not None
    assert lease_next_notification() is None

    settings.CLINIC_CLOCK += timedelta(minutes=1)
    assert deliver_due() == {"sent": 1}
    assert server.ids() == [row.message_id]


@pytest.mark.parametrize("attempts", [1, 2, 5, 50, 5000])
def test_pauses_grow_to_an_hour_and_a_half_at_most(attempts: int) -> None:
    pauses = [retry_delay(attempts) for _ in range(50)]

    assert timedelta(seconds=15) <= min(pauses)
    assert max(pauses) <= timedelta(minutes=90)
    assert len(set(pauses)) > 1


def test_a_mail_that_cannot_be_rendered_delays_no_other(
    server: Postbox, settings: Settings
) -> None:
    broken = NotificationFactory(kind="booked", to_name="Nobody knows the appointment")
    queued = message()
    good = message()
    other_key = "v1.00000000." + "A" * 60
    Notification.objects.filter(pk=queued.pk).update(data=Ciphertext(other_key))

    assert deliver_due() == {"retry": 2, "sent": 1}
    assert server.ids() == [good.message_id]
    assert fresh(broken).problem == "It could not be written (DoesNotExist)."
    settings.CLINIC_CLOCK += timedelta(days=8)
    assert deliver_due() == {"failed": 2}


def test_an_address_that_works_again_is_no_longer_marked(
    server: Postbox, settings: Settings
) -> None:
    appointment = AppointmentFactory(
        starts_at=settings.CLINIC_CLOCK + timedelta(days=9),
        patient__email="ana@reader.example",
        patient__undeliverable_since=settings.CLINIC_CLOCK,
    )
    ClinicProfileFactory()
    NotificationFactory(kind="booked", to_email="Ana@reader.example", appointment=appointment)

    assert deliver_due() == {"sent": 1}
    assert Patient.objects.get().undeliverable_since is None


def test_an_outage_of_a_week_marks_no_address(server: Postbox, settings: Settings) -> None:
    use(settings, "smtp://127.0.0.1:9")
    appointment = AppointmentFactory(starts_at=settings.CLINIC_CLOCK + timedelta(days=30))
    email = Patient.objects.get().email
    ClinicProfileFactory()
    row = NotificationFactory(kind="booked", to_email=email, appointment=appointment)
    deliver_due()
    settings.CLINIC_CLOCK += timedelta(days=8)
    deliver_due()

    assert fresh(row).status == "failed"
    assert Patient.objects.get().undeliverable_since is None
