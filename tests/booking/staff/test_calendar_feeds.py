"""Private calendars: an address that is shown once, and ends when it is revoked."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries, Settings

from booking.actions.staff.accounts import deactivate_staff
from booking.actions.staff.calendar_feeds import create_feed, revoke_feeds
from booking.lifecycle import Status
from booking.models import CalendarFeed, Patient, Therapist
from tests.factories import (
    AppointmentFactory,
    PatientFactory,
    StaffRoleFactory,
    TherapistFactory,
    UserFactory,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture
def therapist() -> Therapist:
    return TherapistFactory(user=StaffRoleFactory().user)


def titles(client: Client, token: str) -> list[str]:
    answer = client.get(f"/feeds/{token}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    return [str(e["SUMMARY"]) for e in Calendar.from_ical(answer.content).walk("VEVENT")]


def test_a_therapists_calendar_has_first_names_and_initials(
    client: Client, therapist: Therapist, settings: Settings
) -> None:
    day = timedelta(days=1)
    AppointmentFactory(therapist=therapist, patient__name="Ada Maria Example")
    AppointmentFactory(therapist=therapist, starts_at=settings.CLINIC_CLOCK + 2 * day,
                       patient__name="Bo", status=Status.ARRIVED)  # fmt: skip
    AppointmentFactory(therapist=therapist, starts_at=settings.CLINIC_CLOCK + 3 * day,
                       status=Status.CANCELLED)  # fmt: skip
    AppointmentFactory(therapist=therapist, starts_at=settings.CLINIC_CLOCK + 4 * day, held=True)
    AppointmentFactory(therapist=therapist, starts_at=settings.CLINIC_CLOCK - 31 * day)
    AppointmentFactory()

    assert titles(client, create_feed(therapist)) == [
        "Test clinic: Ada E., massage", "Test clinic: Bo, massage",
    ]  # fmt: skip


def test_a_patient_sees_only_their_own(client: Client) -> None:
    patient = PatientFactory()
    AppointmentFactory(patient=patient)
    AppointmentFactory()

    assert titles(client, create_feed(patient)) == ["Test clinic: massage"]


def test_a_calendar_without_appointments_is_valid(client: Client, therapist: Therapist) -> None:
    assert titles(client, create_feed(therapist)) == []


def test_only_a_hash_of_the_address_is_kept(therapist: Therapist) -> None:
    token = create_feed(therapist)
    with connection.cursor() as cursor:
        cursor.execute("SELECT token_hash FROM booking_calendarfeed")
        (stored,) = cursor.fetchone()

    assert token not in stored
    assert len(token) == 48


def test_a_new_address_ends_the_old_one_and_revoking_ends_all(
    client: Client, therapist: Therapist
) -> None:
    old, new = create_feed(therapist), create_feed(therapist)
    assert client.get(f"/feeds/{old}.ics").status_code == 404
    assert titles(client, new) == []

    assert revoke_feeds(therapist) == 1
    assert client.get(f"/feeds/{new}.ics").status_code == 404


def test_the_feed_ends_when_the_user_is_deactivated(client: Client, therapist: Therapist) -> None:
    token = create_feed(therapist)
    assert therapist.user is not None
    deactivate_staff(therapist.user)

    assert client.get(f"/feeds/{token}.ics").status_code == 404


@pytest.mark.parametrize("bad", ["x", "\x00", "a" * 100_000, "../../etc"])
def test_a_forged_address_is_404(client: Client, bad: str) -> None:
    assert client.get(f"/feeds/{bad}.ics").status_code == 404


@pytest.mark.parametrize("rows", [1, 5])
def test_the_query_count_is_fixed(
    client: Client,
    therapist: Therapist,
    rows: int,
    settings: Settings,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(rows):
        AppointmentFactory(
            therapist=therapist, starts_at=settings.CLINIC_CLOCK + timedelta(days=n + 1)
        )
    token = create_feed(therapist)
    with django_assert_num_queries(4):
        client.get(f"/feeds/{token}.ics")


class TestOnTheAppointmentsPage:
    def test_a_signed_in_patient_gets_all_appointments(self, client: Client) -> None:
        user = UserFactory()
        patient = PatientFactory(user=user)
        appointment = AppointmentFactory(patient=patient)
        client.force_login(user)
        page = f"/appointments/{appointment.link_token}/"
        assert "Add all my appointments" in client.get(page).content.decode()

        made = client.post(f"{page}feed/")
        assert made.status_code == 200
        assert "no-store" in made["Cache-Control"]
        assert "webcal://clinic.example/feeds/" in made.content.decode()
        assert CalendarFeed.objects.get().patient == patient

    @pytest.mark.parametrize("who", ["nobody", "another patient"])
    def test_a_link_alone_opens_one_appointment_and_never_all(
        self, client: Client, who: str
    ) -> None:
        appointment = AppointmentFactory(patient__user=UserFactory())
        if who == "another patient":
            client.force_login(UserFactory())
        page = f"/appointments/{appointment.link_token}/"
        assert "Add all my appointments" not in client.get(page).content.decode()

        assert client.post(f"{page}feed/").status_code == 404
        assert not CalendarFeed.objects.exists()
        assert Patient.objects.count() == 1

    def test_a_time_that_was_never_booked_has_no_file(self, client: Client) -> None:
        hold = AppointmentFactory(held=True)

        assert client.get(f"/appointments/{hold.link_token}/appointment.ics").status_code == 404
