"""Extending a hold for an accommodation, and switching it to another treatment."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from booking.actions.appointments.book_online import book_appointment
from booking.actions.holds.change_hold_treatment import change_hold_treatment
from booking.errors import (
    HoldExpired,
    NotEnoughTime,
    OptionNotOffered,
    QuestionsNotAnswered,
    TreatmentNotSuitable,
)
from booking.lifecycle import Status
from booking.models import Appointment, Option, Screening
from booking.screening.records import SessionPreferences
from tests.booking.health.answers import GUEST, answer
from tests.factories import (
    AccommodationRuleFactory,
    AppointmentFactory,
    OfferFactory,
    OptionFactory,
)
from tests.scene import ADA, Scene, at, fresh

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


def test_an_accommodation_extends_the_appointment_by_the_configured_minutes(
    hold: Appointment,
) -> None:
    AccommodationRuleFactory(accommodation="breaks", extra_minutes=10)
    answer(hold, preferences=SessionPreferences(accommodations=("breaks", "legs-first")))
    longer = fresh(hold)
    answer(hold, preferences=SessionPreferences(accommodations=("legs-first",)))
    shorter = fresh(hold)

    assert (longer.minutes, shorter.minutes) == (70, 60)
    assert longer.blocked_until - longer.ends_at == timedelta(minutes=15)
    assert longer.price == shorter.price == hold.price


def test_an_inactive_accommodation_adds_no_minutes(hold: Appointment) -> None:
    AccommodationRuleFactory(accommodation="breaks", extra_minutes=10, is_offered=False)
    answer(hold, preferences=SessionPreferences(accommodations=("breaks",)))

    assert fresh(hold).minutes == 60


def test_an_extension_without_free_time_stores_nothing(scene: Scene, hold: Appointment) -> None:
    AccommodationRuleFactory(accommodation="breaks", extra_minutes=10)
    AppointmentFactory(
        therapist=scene.therapists[0], room=scene.rooms[0], starts_at=at(11, 15), event=None
    )

    with pytest.raises(NotEnoughTime):
        answer(hold, preferences=SessionPreferences(accommodations=("breaks",)))
    assert not Screening.objects.exists()
    assert fresh(hold).minutes == 60


def test_a_longer_appointment_is_booked_and_moves_at_its_length(hold: Appointment) -> None:
    AccommodationRuleFactory(accommodation="breaks", extra_minutes=10)
    answer(hold, preferences=SessionPreferences(accommodations=("breaks",)))

    assert book_appointment(hold, ADA, by=GUEST).minutes == 70


def gentle_option(scene: Scene, minutes: int = 60, pressure: str = "gentle") -> Option:
    option = OptionFactory(
        minutes=minutes, treatment__pressure=pressure, treatment__room_kind=scene.kind
    )
    OfferFactory(therapist=scene.therapists[0], option=option)
    return option


def test_a_gentler_treatment_can_be_held_at_the_same_time(scene: Scene, hold: Appointment) -> None:
    option = gentle_option(scene, minutes=45)
    answer(hold, "q9/aspirin")
    with pytest.raises(TreatmentNotSuitable):
        book_appointment(hold, ADA, by=GUEST)
    row = change_hold_treatment(hold, option.pk, by=GUEST)

    assert (row.option, row.starts_at, row.minutes) == (option, hold.starts_at, 45)
    assert (row.therapist, row.price) == (hold.therapist, option.price)
    assert book_appointment(row, ADA, by=GUEST).status == Status.BOOKED


def test_another_unsuitable_treatment_is_refused(scene: Scene, hold: Appointment) -> None:
    firm = gentle_option(scene, pressure="firm")
    answer(hold, "q9/aspirin")

    with pytest.raises(TreatmentNotSuitable):
        change_hold_treatment(hold, firm.pk, by=GUEST)
    with pytest.raises(OptionNotOffered):
        change_hold_treatment(hold, 0, by=GUEST)
    assert fresh(hold).option == scene.option


def test_switching_the_treatment_needs_answers_and_an_active_hold(
    scene: Scene, hold: Appointment, settings: Settings
) -> None:
    option = gentle_option(scene)
    with pytest.raises(QuestionsNotAnswered):
        change_hold_treatment(hold, option.pk, by=GUEST)
    settings.CLINIC_CLOCK += timedelta(minutes=11)
    with pytest.raises(HoldExpired):
        change_hold_treatment(hold, option.pk, by=GUEST)
