"""Payments: receipts with consecutive numbers, reversed by another receipt."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from booking.actions.payments import record_payment, record_payment_reversal
from booking.errors import ConcurrentChange, InvalidState, NothingToPay
from booking.lifecycle import Status
from booking.models import Appointment, Payment
from tests.booking.desk.staffed_desk import Desk, by
from tests.scene import at, events

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def appointment(desk: Desk) -> Appointment:
    return desk.booked(at(10))


def pay(desk: Desk, appointment: Appointment, amount: str = "85.00", **more: Any) -> Payment:
    values: dict[str, Any] = {"method": "card", "seen_payment_count": 0} | more
    return record_payment(appointment, amount=Decimal(amount), by=by(desk.front), **values)


def test_a_receipt_has_all_details_of_the_payment(
    desk: Desk, appointment: Appointment, frozen_clock: object
) -> None:
    payment = pay(desk, appointment)

    assert (payment.number, payment.amount, payment.currency) == (1, Decimal("85.00"), "USD")
    assert (payment.taken_by, payment.taken_at) == (desk.front, frozen_clock)
    assert payment.description == f"{appointment.option.treatment.name}, 60 min"
    assert events(appointment) == ["booked", "paid"]
    details = {"number": 1, "amount": "85.00", "method": "card"}
    assert appointment.events.get(kind="paid").details == details


def test_receipt_numbers_are_consecutive_over_all_appointments(
    desk: Desk, appointment: Appointment
) -> None:
    other = desk.booked(at(14))
    numbers = [
        pay(desk, appointment, "40").number,
        pay(desk, other).number,
        pay(desk, appointment, "45", seen_payment_count=1).number,
    ]

    assert numbers == [1, 2, 3]


def test_a_failed_payment_leaves_no_gap_in_the_numbers(
    desk: Desk, appointment: Appointment
) -> None:
    with transaction.atomic():
        pay(desk, appointment)
        transaction.set_rollback(True)

    assert pay(desk, appointment).number == 1


def test_a_double_click_records_one_payment(desk: Desk, appointment: Appointment) -> None:
    pay(desk, appointment)
    with pytest.raises(ConcurrentChange) as refused:
        pay(desk, appointment)

    assert [event.kind for event in refused.value.events] == ["paid"]
    assert Payment.objects.count() == 1


def test_a_payment_is_reversed_once_by_another_receipt(
    desk: Desk, appointment: Appointment
) -> None:
    payment = pay(desk, appointment, "850.00")
    back = record_payment_reversal(payment, by=by(desk.front))
    again = record_payment_reversal(payment, by=by(desk.owner))

    assert back == again
    assert (back.number, back.amount, back.reverses) == (2, Decimal("-850.00"), payment)
    assert events(appointment) == ["booked", "paid", "paid_back"]
    with pytest.raises(InvalidState):
        record_payment_reversal(back, by=by(desk.front))


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.NO_SHOW, Status.COMPLETED])
def test_a_fee_for_a_missed_appointment_can_be_recorded(
    desk: Desk, appointment: Appointment, status: Status
) -> None:
    Appointment.objects.update(status=status)

    assert pay(desk, appointment, "20").number == 1


def test_a_hold_cannot_be_paid(desk: Desk) -> None:
    with pytest.raises(NothingToPay):
        pay(desk, desk.scene.hold(at(14)))
