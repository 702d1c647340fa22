"""Mails about appointments are queued in the transaction of the change."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_online import book_appointment
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.notifications.queue_day_lists import queue_day_lists
from booking.models import Appointment, Notification
from booking.notifications.delivery import deliver_due
from booking.notifications.rendering import render
from tests.factories import AppointmentFactory, UserFactory
from tests.scene import ADA, GUEST, Scene, at, make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def scene() -> Scene:
    scene = make_clinic(therapists=2, rooms=2, cancellation_hours=1)
    for person in scene.therapists:
        person.user = UserFactory(email=f"{person.slug}@clinic.example")
        person.save()
    return scene


def book(scene: Scene, start: datetime, therapist: int = 0) -> Appointment:
    hold = scene.hold(start, scene.therapists[therapist], browser_key=str(start))
    return book_appointment(hold, ADA, by=GUEST)


def told(kind: str) -> list[str]:
    rows = Notification.objects.filter(kind=kind).order_by("pk")
    return [row.recipient_email for row in rows]


def test_a_booking_queues_one_confirmation_with_all_details(scene: Scene) -> None:
    appointment = book(scene, at(10))
    book_appointment(appointment, ADA, by=GUEST)

    (row,) = Notification.objects.filter(kind="booked")
    mail = render(row)
    assert mail.subject == "Booked: Tuesday 24 November 2026, 10:00 am, Chicago time (CST)"
    for words in (
        "Dear Ada Example,",
        "What: massage, 60 minutes",
        f"With: {scene.therapists[0].name}",
        "Where: 1 Example Street, Chicago, IL 60601",
        "Price: $85.00",
        "until Tuesday 24 November 2026, 9:00 am",
        f"https://clinic.example/appointments/{appointment.link_token}/",
        "312-555-0100",
    ):
        assert words in mail.text


def test_a_rolled_back_booking_queues_no_mail(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    hold = scene.hold(at(10))
    monkeypatch.setattr("booking.notifications.subjects.appointments.enqueue_all", fail)
    with pytest.raises(RuntimeError):
        book_appointment(hold, ADA, by=GUEST)

    assert Notification.objects.count() == 0


def test_a_patient_without_address_is_booked_without_a_mail(scene: Scene) -> None:
    hold = scene.hold(at(10))
    book_appointment(hold, type(ADA)("Ada", "", "312-555-0101"), by=Actor(ActorType.STAFF))

    assert Notification.objects.count() == 0


def test_the_mail_about_a_move_has_the_new_and_the_old_time(scene: Scene) -> None:
    appointment = book(scene, at(10))
    reschedule_appointment(appointment, start=at(14), by=GUEST)
    mail = render(Notification.objects.get(kind="moved"))

    assert "When: Tuesday 24 November 2026, 2:00 pm" in mail.text
    assert "The old time was Tuesday 24 November 2026, 10:00 am" in mail.text
    assert mail.attachments[0].parameters["method"] == "REQUEST"


@pytest.mark.parametrize("by_staff", [True, False])
def test_the_mail_about_a_cancellation_names_who_cancelled_and_only_the_clinics_reason(
    scene: Scene, by_staff: bool
) -> None:
    appointment = book(scene, at(10))
    by = Actor(ActorType.STAFF) if by_staff else GUEST
    cancel_appointment(appointment, by=by, reason="The boiler is broken.")
    mail = render(Notification.objects.get(kind="cancelled"))

    assert ("We are sorry" in mail.text) == by_staff
    assert ("as you asked us to" in mail.text) == (not by_staff)
    assert ("The boiler is broken." in mail.text) == by_staff
    assert mail.attachments[0].parameters["method"] == "CANCEL"
    assert "https://clinic.example/book/" in mail.text


def test_a_change_of_today_is_mailed_to_the_clinic_and_the_therapist(scene: Scene) -> None:
    book(scene, at(15, day=MONDAY))
    assert told("staff_change") == [
        "hello@clinic.example",
        f"{scene.therapists[0].slug}@clinic.example",
    ]

    mail = render(Notification.objects.filter(kind="staff_change").earliest("pk"))
    assert "Patient: Ada E." in mail.text
    assert ADA.email not in mail.text
    assert "Example," not in mail.text.replace("1 Example Street", "")


def test_staff_get_no_mail_about_their_own_changes(scene: Scene) -> None:
    first, second = scene.therapists
    appointment = book(scene, at(15, day=MONDAY))
    Notification.objects.all().delete()
    by = Actor(ActorType.STAFF, first.user)
    reschedule_appointment(appointment, start=at(16, day=MONDAY), therapist=second.slug, by=by)

    assert told("staff_change") == [f"{second.slug}@clinic.example"]


def test_both_therapists_are_mailed_about_a_change_of_therapist_today(scene: Scene) -> None:
    appointment = book(scene, at(15, day=MONDAY))
    Notification.objects.all().delete()
    slug = scene.therapists[1].slug
    reschedule_appointment(appointment, start=at(16, day=MONDAY), therapist=slug, by=GUEST)

    assert sorted(told("staff_change")) == sorted(
        [
            "hello@clinic.example",
            *(f"{therapist.slug}@clinic.example" for therapist in scene.therapists),
        ]
    )
    assert json.loads(Notification.objects.filter(kind="staff_change").earliest("pk").data)["was"]


def test_changes_of_other_days_are_not_mailed_to_staff(scene: Scene) -> None:
    cancel_appointment(book(scene, at(10)), by=GUEST)

    assert told("staff_change") == []


def test_an_outdated_mail_is_not_sent(scene: Scene) -> None:
    appointment = book(scene, at(10))
    reschedule_appointment(appointment, start=at(14), by=GUEST)
    cancel_appointment(appointment, by=GUEST)

    assert deliver_due() == {"dropped": 2, "kept": 1}
    assert Notification.objects.get(status="kept").kind == "cancelled"


class TestTomorrowsList:
    def test_each_therapist_gets_the_list_once_from_6_pm(self, scene: Scene) -> None:
        book(scene, at(10))
        book(scene, at(14))
        book(scene, at(11), therapist=1)

        assert queue_day_lists(at(17, 59, day=MONDAY)) == 0
        assert queue_day_lists(at(18, day=MONDAY)) == 2
        assert queue_day_lists(at(18, 1, day=MONDAY)) == 0

    def test_the_list_is_compiled_when_it_is_sent(self, scene: Scene, settings: Settings) -> None:
        appointment = book(scene, at(10))
        book(scene, at(14))
        queue_day_lists(at(18, day=MONDAY))
        cancel_appointment(appointment, by=GUEST)
        row = Notification.objects.get(kind="day_list")
        mail = render(row)

        assert mail.subject == "Your list for Tuesday 24 November 2026: 1 appointment"
        assert "2:00 pm: Ada E., massage, 60 minutes, Room" in mail.text
        assert "10:00" not in mail.text

    def test_the_list_is_dropped_when_it_is_empty_or_the_day_is_over(
        self, scene: Scene, settings: Settings
    ) -> None:
        book(scene, at(10))
        queue_day_lists(at(18, day=MONDAY))
        settings.CLINIC_CLOCK = at(10)

        assert deliver_due()["dropped"] >= 1
        assert Notification.objects.get(kind="day_list").status == "dropped"

    @pytest.mark.parametrize("rows", [1, 4])
    def test_the_query_count_is_fixed(
        self, scene: Scene, rows: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for hour in range(rows):
            AppointmentFactory(starts_at=at(9 + hour))
        with django_assert_num_queries(3 + (2 if connection.in_atomic_block else 0)):
            queue_day_lists(at(18, day=MONDAY) + timedelta(minutes=1))
