"""Receipts and visits are recorded in the ledger by the pages of the desk."""

from datetime import datetime
from decimal import Decimal

import pytest

from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.mark_status import (
    mark_arrived,
    mark_completed,
    mark_no_show,
    revert_status,
)
from booking.actions.payments import record_payment_reversal
from booking.features.money.actions.settle import settle_all, settle_locked
from booking.features.money.models import LedgerEntry, LedgerLine
from booking.features.money.queries.balances import balances_of
from booking.lifecycle import Status
from booking.models import Appointment, Payment
from clinic.lib.dates import clock
from tests.booking.desk.staffed_desk import Desk, by, patient_of
from tests.booking.features.money.books import due, entries, faults, pay
from tests.booking.features.money.conftest import TODAY
from tests.scene import at, fresh

pytestmark = [
    pytest.mark.django_db, pytest.mark.postgresql, pytest.mark.usefixtures("frozen_clock"),
]  # fmt: skip
NOTHING = Decimal(0)


VISIT = ("visit", [("patient", 8500), ("visits", -8500)])
BACK = ("taken_back", [("patient", -8500), ("visits", 8500)])
CASH = ("payment", [("cash", 8500), ("patient", -8500)])


def test_a_visit_is_charged_when_the_patient_is_here(desk: Desk, appointment: Appointment) -> None:
    mark_arrived(appointment, by=by(desk.front))
    mark_completed(appointment, by=by(desk.front))

    assert entries(appointment) == [VISIT]
    assert balances_of(patient_of(appointment)) == {"USD": Decimal("85.00")}
    assert due(appointment) == (Decimal("85.00"), NOTHING)


def test_the_charge_belongs_to_the_therapist_who_gave_the_treatment(
    desk: Desk, appointment: Appointment
) -> None:
    mark_arrived(appointment, by=by(desk.front))

    assert LedgerLine.objects.get(account="visits", appointment=appointment).therapist == (
        desk.therapist
    )


def test_a_payment_is_recorded_with_its_receipt(desk: Desk, appointment: Appointment) -> None:
    payment = pay(desk, appointment, "85.00")

    entry = LedgerEntry.objects.get(payment=payment)
    assert (entry.key, entry.recorded_by) == (f"payment:{payment.pk}", desk.front)
    assert entry.day == TODAY.date()
    assert entries(appointment) == [CASH]
    assert due(appointment) == (NOTHING, NOTHING)


def test_what_is_paid_before_the_visit_is_credit_until_it_is_charged(
    desk: Desk, appointment: Appointment
) -> None:
    pay(desk, appointment, "85.00")
    assert balances_of(patient_of(appointment)) == {"USD": Decimal("-85.00")}
    mark_arrived(appointment, by=by(desk.front))

    assert entries(appointment) == [CASH, VISIT]
    assert balances_of(patient_of(appointment)) == {}


def test_a_mark_that_is_undone_takes_the_charge_back_and_it_can_be_charged_again(
    desk: Desk, appointment: Appointment
) -> None:
    mark_arrived(appointment, by=by(desk.front))
    revert_status(fresh(appointment), from_status=Status.ARRIVED, by=by(desk.front))
    assert entries(appointment) == [VISIT, BACK]
    assert due(appointment) == (Decimal("85.00"), NOTHING)
    mark_arrived(fresh(appointment), by=by(desk.front))

    assert entries(appointment) == [VISIT, BACK, VISIT]


def test_a_visit_that_is_canceled_after_all_is_not_charged(
    desk: Desk, appointment: Appointment
) -> None:
    mark_arrived(appointment, by=by(desk.front))
    cancel_appointment(fresh(appointment), by=by(desk.front))

    assert entries(appointment) == [VISIT, BACK]
    assert due(appointment) == (NOTHING, NOTHING)


def test_what_is_paid_for_a_missed_visit_is_a_fee(desk: Desk, appointment: Appointment) -> None:
    mark_no_show(appointment, by=by(desk.front))
    payment = pay(desk, fresh(appointment), "20.00")
    paid = ("payment", [("cash", 2000), ("patient", -2000)])
    fee = ("fee", [("patient", 2000), ("fees", -2000)])

    assert entries(appointment) == [paid, fee]
    record_payment_reversal(payment, by=by(desk.front))
    assert entries(appointment)[2:] == [
        ("reversal", [("cash", -2000), ("patient", 2000)]),
        ("taken_back", [("patient", -2000), ("fees", 2000)]),
    ]
    assert balances_of(patient_of(appointment)) == {}


def test_money_that_was_paid_before_a_visit_was_missed_stays_credit(
    desk: Desk, appointment: Appointment
) -> None:
    pay(desk, appointment, "85.00")
    mark_no_show(fresh(appointment), by=by(desk.front))

    assert balances_of(patient_of(appointment)) == {"USD": Decimal("-85.00")}
    assert due(appointment) == (NOTHING, Decimal("85.00"))


def test_a_receipt_that_is_taken_back_is_due_again(desk: Desk, appointment: Appointment) -> None:
    mark_arrived(appointment, by=by(desk.front))
    payment = pay(desk, fresh(appointment), "85.00", "card")
    record_payment_reversal(payment, by=by(desk.front))

    assert entries(appointment)[1:] == [
        ("payment", [("card", 8500), ("patient", -8500)]),
        ("reversal", [("card", -8500), ("patient", 8500)]),
    ]
    assert due(appointment) == (Decimal("85.00"), NOTHING)


def test_what_is_paid_too_much_is_named(desk: Desk, appointment: Appointment) -> None:
    mark_arrived(appointment, by=by(desk.front))
    pay(desk, fresh(appointment), "97.00")

    assert due(appointment) == (NOTHING, Decimal("12.00"))


@pytest.mark.parametrize(
    ("starts_at", "is_late_entry"), [(at(9).replace(day=21), False), (TODAY, True)]
)
def test_visits_that_were_paid_elsewhere_are_not_charged_until_they_are_paid_here(
    desk: Desk, starts_at: datetime, is_late_entry: bool
) -> None:
    row = desk.booked(starts_at, status="completed", entered_afterwards=is_late_entry)
    settle_locked(row)
    assert entries(row) == []
    pay(desk, fresh(row), "85.00")

    assert entries(row) == [CASH, VISIT]


def test_settling_twice_changes_nothing(desk: Desk, appointment: Appointment) -> None:
    mark_arrived(appointment, by=by(desk.front))
    pay(desk, fresh(appointment), "85.00")
    settle_locked(appointment)

    assert entries(appointment) == [VISIT, CASH]


def test_what_an_earlier_version_has_written_is_recorded_by_the_job(
    desk: Desk, appointment: Appointment
) -> None:
    Appointment.objects.filter(pk=appointment.pk).update(status=Status.COMPLETED)
    Payment.objects.create(
        number=2, appointment=appointment, amount=Decimal(85), currency="USD", method="cash",
        taken_by=desk.front,
    )  # fmt: skip
    assert [sentence.split(":")[0] for sentence in faults()] == [
        f"Appointment {appointment.public_id}"
    ]

    assert settle_all(clock.now()) == 1
    assert entries(appointment) == [CASH, VISIT]
    assert (settle_all(clock.now()), faults()) == (0, [])
