"""The demo that `make run` shows: complete, without findings, and as full as a real clinic."""

from datetime import datetime, timedelta

import pytest

from booking.demo import DemoSize, LoadSummary, content, load_demo
from booking.lifecycle import Status
from booking.models import (
    Appointment,
    AppointmentEvent,
    ClinicProfile,
    Option,
    Patient,
    Room,
    Therapist,
    Treatment,
)
from booking.queries.availability.schedule_spans import load_busy_spans, load_open_spans
from tests.booking.demo.findings import faults
from tests.conftest import MONDAY_NOON, ModuleDatabase


@pytest.fixture(scope="module")
def default_demo(module_database: ModuleDatabase) -> LoadSummary:
    """The demo that `make run` shows, loaded once at Monday noon."""
    with module_database():
        return load_demo(DemoSize(), now=MONDAY_NOON)


@pytest.mark.postgresql
@pytest.mark.django_db
def test_the_default_demo_is_complete_and_has_no_findings(
    default_demo: LoadSummary, frozen_clock: datetime
) -> None:
    assert ClinicProfile.objects.get().name == "Lakeside Massage (demo)"
    assert Therapist.objects.count() == 5
    assert Room.objects.count() == 4
    assert Room.objects.values("kind").distinct().count() == 2
    assert Patient.objects.count() == 400
    assert set(Option.objects.values_list("minutes", flat=True)) == {30, 45, 60, 90}
    assert Treatment.objects.bookable().count() == len(content.TREATMENTS) == 6
    assert Appointment.objects.count() == default_demo.appointments.total() > 1_000
    assert AppointmentEvent.objects.count() == Appointment.objects.count()
    assert faults(frozen_clock) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("default_demo")
def test_appointments_reach_two_months_back_and_two_ahead(frozen_clock: datetime) -> None:
    starts = Appointment.objects.order_by("starts_at").values_list("starts_at", flat=True)

    assert timedelta(days=58) < frozen_clock - starts[0] < timedelta(days=65)
    last = starts.reverse()[0]
    assert timedelta(days=55) < last - frozen_clock <= timedelta(days=61)


@pytest.mark.django_db
@pytest.mark.usefixtures("default_demo")
def test_the_statuses_fit_the_time(frozen_clock: datetime) -> None:
    past = Appointment.objects.filter(blocked_until__lte=frozen_clock)
    future = Appointment.objects.filter(starts_at__gt=frozen_clock)

    assert set(past.order_by().values_list("status", flat=True).distinct()) == {
        Status.COMPLETED,
        Status.NO_SHOW,
        Status.CANCELLED,
    }
    assert set(future.order_by().values_list("status", flat=True).distinct()) == {
        Status.BOOKED,
        Status.CANCELLED,
    }
    assert not Appointment.objects.filter(booked_at__gt=frozen_clock).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("default_demo")
def test_weeks_are_well_filled_and_emptier_farther_ahead(frozen_clock: datetime) -> None:

    assert 0.5 < filled(frozen_clock - timedelta(days=14), frozen_clock) < 0.8
    assert 0.4 < filled(frozen_clock + timedelta(days=9), frozen_clock) < 0.75
    assert 0.05 < filled(frozen_clock + timedelta(days=51), frozen_clock) < 0.45


def filled(moment: datetime, now: datetime) -> float:
    """The share of a week's open time that is taken."""
    clinic = ClinicProfile.objects.get()
    days = [moment.date() + timedelta(days=n) for n in range(7)]
    hours = load_open_spans(list(Therapist.objects.values_list("pk", flat=True)), days, clinic.zone)
    taken, _rooms = load_busy_spans(days, now=now, zone=clinic.zone)
    minutes = sum(end - start for spans in taken.values() for start, end in spans)
    return minutes / sum(end - start for spans in hours.values() for start, end in spans)
