"""load_demo creates a complete demo clinic, and only in an empty database."""

from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

from booking.demo import ClinicExists, DemoSize, TooManyAppointments, content, load_demo
from booking.models import (
    Appointment,
    ClinicProfile,
    Closure,
    Offer,
    Option,
    Patient,
    Room,
    Therapist,
    User,
    WeeklyHours,
)
from tests import factories as make
from tests.booking.demo.findings import faults

SMALL = DemoSize(patients=40, appointments=300)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_all_people_in_the_demo_are_fictitious(frozen_clock: datetime) -> None:
    load_demo(SMALL, now=frozen_clock)
    clinic = ClinicProfile.objects.get()

    assert clinic.email.endswith(".example")
    assert not Patient.objects.exclude(email__endswith=".example").exists()
    assert not Patient.objects.exclude(phone__contains="-555-01").exists()
    assert not Therapist.objects.exclude(credentials__contains="demo").exists()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_therapists_differ_in_hours_prices_and_what_they_give(frozen_clock: datetime) -> None:
    load_demo(SMALL, now=frozen_clock)

    assert WeeklyHours.objects.filter(weekday=5).exists()
    assert WeeklyHours.objects.filter(valid_from__isnull=False).exists()
    assert Offer.objects.filter(own_price__isnull=False).exists()
    assert Offer.objects.count() < Therapist.objects.count() * Option.objects.count()
    assert Closure.objects.filter(name__contains="Thanksgiving").exists()


@pytest.mark.postgresql
@pytest.mark.django_db
def test_notes_are_encrypted_and_few(frozen_clock: datetime) -> None:
    load_demo(SMALL, now=frozen_clock)
    noted = Appointment.objects.exclude(patient_note="")

    assert 0 < noted.count() < 40
    assert noted[0].patient_note in content.PATIENT_NOTES
    with connection.cursor() as cursor:
        cursor.execute("SELECT note FROM booking_appointment WHERE note <> ''")
        assert all(row[0].startswith("v1.") for row in cursor.fetchall())


@pytest.mark.postgresql
@pytest.mark.django_db
def test_the_requested_numbers_of_rows_are_created(frozen_clock: datetime) -> None:
    load_demo(DemoSize(therapists=7, rooms=6, patients=20, appointments=345), now=frozen_clock)

    assert Therapist.objects.count() == 7
    assert Room.objects.count() == 6
    assert Patient.objects.count() == 20
    assert Appointment.objects.count() == 345
    assert faults(frozen_clock) == []


@pytest.mark.django_db
def test_one_therapist_and_one_room_are_enough(frozen_clock: datetime) -> None:
    load_demo(DemoSize(therapists=1, rooms=1, patients=1, appointments=10), now=frozen_clock)

    assert Appointment.objects.count() == 10


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_appointments(frozen_clock: datetime, seed: int) -> None:
    first, again, other = (
        planned(DemoSize(patients=9, appointments=60, seed=s), frozen_clock)
        for s in (seed, seed, seed + 1)
    )

    assert first == again
    assert first != other


def planned(scale: DemoSize, now: datetime) -> list[Any]:
    """What is loaded with a seed; nothing stays."""
    with transaction.atomic():
        load_demo(scale, now=now)
        rows = Appointment.objects.order_by("starts_at", "pk")
        found = list(rows.values_list("starts_at", "therapist__name", "room__name", "status"))
        transaction.set_rollback(True)
    return found


@pytest.mark.postgresql
@pytest.mark.django_db
def test_the_demo_is_not_loaded_into_an_existing_clinic(frozen_clock: datetime) -> None:
    make.ClinicProfileFactory()

    with pytest.raises(ClinicExists):
        load_demo(SMALL, now=frozen_clock)
    assert not Therapist.objects.exists()


@pytest.mark.django_db
def test_the_demo_is_not_loaded_beside_existing_patients(
    frozen_clock: datetime,
) -> None:
    make.PatientFactory()

    with pytest.raises(ClinicExists):
        load_demo(SMALL, now=frozen_clock)


@pytest.mark.postgresql
@pytest.mark.django_db
def test_impossible_numbers_of_appointments_are_refused_and_nothing_is_saved(
    frozen_clock: datetime,
) -> None:
    with pytest.raises(TooManyAppointments):
        load_demo(DemoSize(therapists=1, appointments=100_000), now=frozen_clock)
    assert not ClinicProfile.objects.exists()


@pytest.mark.django_db
def test_the_command_prints_what_it_created(frozen_clock: datetime, settings: Settings) -> None:
    settings.DEMO = True
    said = run("--patients", "10", "--appointments", "50")

    assert "Lakeside Massage (demo) is ready" in said
    assert "50 appointments" in said


@pytest.mark.django_db
def test_outside_the_demo_the_command_refuses_unless_forced(
    frozen_clock: datetime, settings: Settings
) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="--force"):
        run("--patients", "10", "--appointments", "5")
    assert not ClinicProfile.objects.exists()

    run("--patients", "10", "--appointments", "5", "--force")
    assert ClinicProfile.objects.exists()


@pytest.mark.django_db
def test_the_command_refuses_where_a_clinic_exists_and_if_empty_keeps_it_quiet(
    settings: Settings,
) -> None:
    settings.DEMO = True
    make.ClinicProfileFactory()

    with pytest.raises(CommandError, match="already"):
        run()
    assert run("--if-empty") == ""


@pytest.mark.parametrize("number", ["0", "-3", "many"])
def test_an_invalid_number_is_refused(number: str, settings: Settings) -> None:
    settings.DEMO = True
    with pytest.raises(CommandError):
        run("--therapists", number)
