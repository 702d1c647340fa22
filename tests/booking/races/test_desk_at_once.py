"""Concurrent requests at the desk and online."""

from decimal import Decimal
from functools import partial

import pytest

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_by_phone import book_by_phone
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.payments import record_payment
from booking.errors import ConcurrentChange, SlotTaken
from booking.inputs import MoveTerms, PersonalDetails, StaffSlotRequest
from booking.models import Appointment, Payment
from tests.booking.races.concurrency import all_at_once, overlaps
from tests.factories import AppointmentFactory, ClinicProfileFactory, UserFactory
from tests.scene import at, make_clinic

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database", "frozen_clock"),
    pytest.mark.postgresql,
]

CROWD = 12


def test_concurrent_receipts_have_unique_consecutive_numbers() -> None:
    ClinicProfileFactory()
    by = Actor(ActorType.STAFF, UserFactory())
    rows = [AppointmentFactory() for _ in range(CROWD)]
    jobs = [
        partial(record_payment, row, amount=Decimal(85), method="cash", by=by, seen_payment_count=0)
        for row in rows
    ]

    assert [type(answer) for answer in all_at_once(jobs)] == [Payment] * CROWD
    numbers = Payment.objects.values_list("number", flat=True).order_by("number")
    assert list(numbers) == list(range(1, CROWD + 1))


def test_concurrent_payments_of_one_appointment_are_recorded_once() -> None:
    ClinicProfileFactory()
    by = Actor(ActorType.STAFF, UserFactory())
    row = AppointmentFactory()
    job = partial(
        record_payment, row, amount=Decimal(85), method="cash", by=by, seen_payment_count=0
    )
    answers = all_at_once([job] * CROWD)

    told = [type(answer) for answer in answers if not isinstance(answer, Payment)]
    assert told == [ConcurrentChange] * (CROWD - 1)
    assert Payment.objects.count() == 1


def test_a_concurrent_booking_move_and_hold_give_one_appointment() -> None:
    scene = make_clinic(rooms=2)
    by, therapist = Actor(ActorType.STAFF, UserFactory()), scene.therapists[0]
    moving = AppointmentFactory(
        option=scene.option, therapist=therapist, room=scene.rooms[0], starts_at=at(15)
    )
    slot_request = StaffSlotRequest(scene.option.pk, at(10), therapist.slug)
    eva = PersonalDetails("Eva", "", "312 555 0177")
    answers = all_at_once(
        [
            partial(book_by_phone, slot_request, eva, by=by, is_new_patient=True),
            partial(reschedule_appointment, moving, start=at(10), terms=MoveTerms(), by=by),
            partial(scene.hold, at(10), therapist),
        ]
    )

    lost = [answer for answer in answers if not isinstance(answer, Appointment)]
    assert len(lost) == 2
    assert all(isinstance(answer, SlotTaken) for answer in lost)
    assert overlaps() == 0
