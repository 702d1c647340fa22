"""The mail server is away for a day: bookings go on, and on its return all that is due arrives."""

from datetime import date, timedelta

import pytest
from pytest_django import Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.models import Appointment, Notification
from booking.notifications.delivery import deliver_due
from tests.booking.notifications.test_delivery import use
from tests.jobs import run_all_jobs
from tests.scene import ADA, GUEST, Scene, at, make_clinic
from tests.servers.smtp import SILENCE, postbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

STAFF = Actor(ActorType.STAFF)
THURSDAY, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)


def book(scene: Scene, day: date, hour: int, therapist: int = 0) -> Appointment:
    start = at(hour, day=day)
    hold = scene.hold(start, scene.therapists[therapist], browser_key=f"{day}{hour}{therapist}")
    return book_appointment(hold, ADA, by=GUEST)


def test_after_an_outage_each_change_is_mailed_once_in_its_latest_state(
    settings: Settings,
) -> None:
    scene = make_clinic(therapists=2, rooms=2, cancellation_hours=1)
    with postbox() as box:
        use(settings, "smtp://127.0.0.1:9")
        over = book(scene, date(2026, 11, 23), 15)
        plain = book(scene, THURSDAY, 10)
        moved = reschedule_appointment(
            book(scene, THURSDAY, 12), start=at(10, day=FRIDAY), by=GUEST
        )
        gone = cancel_appointment(book(scene, FRIDAY, 14), by=GUEST)
        for _hour in range(24):
            assert set(deliver_due()) <= {"unavailable", "dropped"}
            run_all_jobs()
            settings.CLINIC_CLOCK += timedelta(hours=1)
        assert Appointment.objects.filter(status="booked").count() == 3
        use(settings, box.url)
        deliver_due()

        told = [(str(mail["Subject"]).partition(":")[0], str(mail["To"])) for mail in box.mails]
        ada = "Ada Example <ada@mail.example>"
        assert sorted(told) == [
            ("A reminder", ada),  # of Thursday: due on Tuesday at ten
            ("Booked", ada),
            ("Canceled", ada),
            ("New time", ada),
        ]
        states = dict(
            Notification.objects.filter(kind="booked").values_list("appointment", "status")
        )
    assert states == {
        over.pk: "dropped", plain.pk: "sent", moved.pk: "dropped", gone.pk: "dropped",
    }  # fmt: skip
    assert not Notification.objects.filter(status="failed").exists()
    assert all(row.due_at > settings.CLINIC_CLOCK for row in Notification.objects.waiting())


def test_booking_does_not_wait_for_the_mail_server(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make_clinic()
    asked: list[object] = []
    with postbox(data=SILENCE) as box:
        use(settings, box.url)
        monkeypatch.setattr("smtplib.SMTP.connect", lambda *where: asked.append(where))
        booked = book(scene, THURSDAY, 10)

    assert asked == []
    assert Notification.objects.waiting().filter(appointment=booked, kind="booked").exists()
