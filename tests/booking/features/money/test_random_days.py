"""Random days of work at the desk: the ledger agrees with an account kept by hand in Python.

RANDOM_DAYS=1000 tries so many days; without it there are a few.
"""

import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.mark_status import (
    mark_arrived,
    mark_completed,
    mark_no_show,
    revert_status,
)
from booking.actions.payments import record_payment_reversal
from booking.errors import Refusal
from booking.features.money.actions.extras import (
    charge_product,
    charge_tip,
    give_discount,
    take_back,
    write_off,
)
from booking.features.money.actions.refund import refund_payment
from booking.features.money.models import LedgerEntry
from booking.features.money.queries.balances import balance_of_appointment
from booking.lifecycle import Status
from booking.models import Appointment, Payment
from tests.booking.desk.staffed_desk import Desk, by
from tests.booking.features.money.books import faults, pay
from tests.scene import at, fresh

pytestmark = [
    pytest.mark.django_db, pytest.mark.postgresql, pytest.mark.usefixtures("frozen_clock"),
]  # fmt: skip
DAYS = int(os.environ.get("RANDOM_DAYS", "25"))
HOURS = (10, 12, 14)
METHODS = ("cash", "card", "transfer", "other")
TOOK_PLACE, GONE = (Status.ARRIVED, Status.COMPLETED), (Status.NO_SHOW, Status.CANCELLED)
Step = tuple[str, int, int]


@dataclass
class Day:
    """A day of three appointments, and the same account kept by hand, in cents.

    `extras` is what each patient owes besides the price: tips, products, fees, less discounts.
    """

    desk: Desk
    rows: list[Appointment]
    extras: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    fees: dict[int, int] = field(default_factory=dict)

    def owed(self, row: Appointment) -> int:
        """Return what the patient owes by hand."""
        row = fresh(row)
        charged = int(row.price * 100) if row.status in TOOK_PLACE else 0
        paid = sum(int(payment.amount * 100) for payment in row.payments.all())
        return charged + self.extras[row.pk] - paid

    def status(self, row: Appointment, cents: int) -> None:
        front = by(self.desk.front)
        marks: tuple[Callable[..., object], ...] = (
            mark_arrived, mark_completed, mark_no_show, cancel_appointment,
        )  # fmt: skip
        if cents % 5 < len(marks):
            marks[cents % 5](row, by=front)
        else:
            revert_status(row, from_status=Status(row.status), by=front)

    def pay(self, row: Appointment, cents: int) -> None:
        payment = pay(self.desk, row, str(Decimal(cents) / 100), METHODS[cents % 4])
        if row.status in GONE:
            self.fees[payment.pk] = cents
            self.extras[row.pk] += cents

    def reverse(self, row: Appointment, cents: int) -> None:
        if payment := row.payments.filter(amount__gt=0).last():
            back = record_payment_reversal(payment, by=by(self.desk.front))
            self.extras[row.pk] -= self.fees.pop(back.reverses_id or 0, 0)

    def refund(self, row: Appointment, cents: int) -> None:
        if payment := row.payments.filter(amount__gt=0).first():
            before = self.owed(row)
            amount = Decimal(cents) / 100
            refund_payment(
                payment, amount=amount, reason="Ill", token=str(uuid4()), by=by(self.desk.owner)
            )
            again = max(0, before + cents) - max(0, before)
            self.extras[row.pk] -= again

    def extra(self, action: Callable[..., object], sign: int, **words: str) -> Any:
        def run(row: Appointment, cents: int) -> None:
            amount = Decimal(cents) / 100
            action(row, amount=amount, token=str(uuid4()), by=by(self.desk.front), **words)
            self.extras[row.pk] += sign * cents

        return run

    def take_back(self, row: Appointment, cents: int) -> None:
        kinds = ["tip", "product", "discount", "write_off"]
        entries = LedgerEntry.objects.filter(
            lines__appointment=row, kind__in=kinds, taken_back_by=None
        )
        if entry := entries.distinct().order_by("key").first():
            take_back(entry, row, reason="Wrong", by=by(self.desk.front))
            self.extras[row.pk] -= sum(line.amount for line in entry.lines.all() if line.patient_id)

    def steps(self) -> dict[str, Callable[[Appointment, int], None]]:
        return {
            "status": self.status,
            "pay": self.pay,
            "reverse": self.reverse,
            "refund": self.refund,
            "tip": self.extra(charge_tip, 1),
            "product": self.extra(charge_product, 1, description="Oil"),
            "discount": self.extra(give_discount, -1, reason="Late"),
            "write off": self.extra(write_off, -1, reason="Moved"),
            "take back": self.take_back,
        }


STEPS = st.tuples(
    st.sampled_from(
        ["status", "status", "status", "pay", "pay", "reverse", "refund", "tip", "product",
         "discount", "write off", "take back"]
    ),
    st.integers(0, len(HOURS) - 1),
    st.integers(1, 12_000),
)  # fmt: skip


@settings(
    max_examples=DAYS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, min_size=4, max_size=20))
def test_a_day_of_work_adds_up(desk: Desk, steps: list[Step]) -> None:
    with transaction.atomic():
        check_day(desk, steps)
        transaction.set_rollback(True)


def check_day(desk: Desk, steps: list[Step]) -> None:
    day = Day(desk, [desk.booked(at(hour).replace(day=23)) for hour in HOURS])
    for name, number, cents in steps:
        try:
            with transaction.atomic():
                day.steps()[name](fresh(day.rows[number]), cents)
        except Refusal:
            continue

    assert [balance_of_appointment(row).owed for row in day.rows] == [
        day.owed(row) for row in day.rows
    ]
    assert sums() == [(0, True)]
    numbers = list(Payment.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert faults() == []


def sums() -> list[tuple[int, bool]]:
    """By SQL: the sum of all lines, and whether every receipt is in the ledger with its amount."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT SUM(amount) FROM booking_money_ledgerline), NOT EXISTS ("
            "SELECT 1 FROM booking_payment p WHERE ROUND(p.amount * 100) <> COALESCE(("
            "SELECT SUM(l.amount) FROM booking_money_ledgerline l "
            "JOIN booking_money_ledgerentry e ON e.id = l.entry_id "
            "WHERE e.payment_id = p.id AND l.account = p.method), 0))"
        )
        return [(int(total), bool(agrees)) for total, agrees in cursor.fetchall()]
