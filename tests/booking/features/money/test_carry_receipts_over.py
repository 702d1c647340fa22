"""Receipts from before the ledger are carried into it, and the sums are proven equal."""

from decimal import Decimal
from importlib import import_module
from random import Random

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum

from booking.features.money.models import LedgerEntry, LedgerLine
from booking.features.money.queries.checks import CHECKS
from booking.models import Appointment, Payment, User
from booking.queries.patients.statement import unpaid_visits
from clinic.lib.dates import clock
from tests.booking.features.reports.random_rows import create_random_rows
from tests.factories import PaymentFactory, UserFactory
from tests.scene import at

migration = import_module("booking.features.money.migrations.0002_carry_receipts_over")
pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("frozen_clock")]
SEEDS = (1, 2)


def receipt(row: Appointment, amount: Decimal, by: User, **values: object) -> Payment:
    """A receipt as the version before the ledger wrote it."""
    fields = {"method": "cash", "taken_at": row.starts_at} | values
    return Payment.objects.create(
        number=Payment.objects.count() + 1, appointment=row, amount=amount, currency=row.currency,
        description="Massage", taken_by=by, **fields,
    )  # fmt: skip


def write_receipts(seed: int) -> None:
    """Random appointments of a month, and receipts for half of them: whole, in part, too much,
    taken back."""
    rng = Random(seed)
    create_random_rows(at(6).replace(day=1), 25, "America/Chicago", seed)
    by = UserFactory()
    for row in Appointment.objects.exclude(status="expired").order_by("starts_at"):
        share = Decimal(rng.choice(["0", "0", "0", "1", "1", "0.5", "1.2"]))
        if not share or not row.price:
            continue
        amount = round(row.price * share, 2)
        paid = receipt(row, amount, by, method=rng.choice(["cash", "card", "other"]))
        if rng.random() < 0.2:
            receipt(row, -amount, by, method=paid.method, reverses=paid)


def unpaid() -> dict[str, list[Decimal]]:
    """What each patient has to pay, by the rule from before the ledger."""
    first = Payment.objects.order_by("number").first()
    assert first is not None
    rows = Appointment.objects.filter(
        status__in=["arrived", "completed"],
        starts_at__gte=Payment.objects.order_by("taken_at").values("taken_at")[:1],
    )
    found: dict[str, list[Decimal]] = {}
    for row in rows.annotate(paid=Sum("payments__amount")).order_by("starts_at", "pk"):
        if (due := row.price - (row.paid or 0)) > 0 and row.starts_at <= clock.now():
            assert row.patient is not None
            found.setdefault(row.patient.name, []).append(due)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_what_everybody_has_to_pay_is_the_same_as_before(seed: int) -> None:
    write_receipts(seed)
    before = unpaid()
    migration.carry_over(apps, None)

    assert len(before) > 10
    assert {
        patient.name: [visit.amount for visit in visits]
        for patient in {row.patient for row in Appointment.objects.filter(patient__isnull=False)}
        if patient and (visits := unpaid_visits(patient, clock.now(), None))
    } == before
    totals = Payment.objects.values_list("method", "currency").annotate(total=Sum("amount"))
    lines = LedgerLine.objects.filter(account__in=["cash", "card", "other"], entry__payment__gt=0)
    in_ledger = lines.values_list("account", "entry__currency").annotate(total=Sum("amount"))
    assert {(m, c): int(total * 100) for m, c, total in totals.order_by()} == {
        (m, c): total for m, c, total in in_ledger.order_by()
    }
    assert [fault for _title, check in CHECKS for fault in check(clock.now())] == []


@pytest.mark.django_db
def test_carrying_over_twice_changes_nothing() -> None:
    write_receipts(3)
    migration.carry_over(apps, None)
    count = LedgerEntry.objects.count()
    migration.carry_over(apps, None)

    assert LedgerEntry.objects.count() == count > 100


@pytest.mark.django_db
def test_sums_that_differ_stop_the_migration() -> None:
    write_receipts(4)
    migration.carry_over(apps, None)
    row = Appointment.objects.filter(payments=None, status="completed").first()
    assert row is not None
    other = Payment.objects.filter(appointment__currency="USD").first()
    assert other is not None
    PaymentFactory(appointment=row, currency=row.currency, amount=row.price)
    receipt(row, Decimal("5.00"), other.taken_by)

    with pytest.raises(migration.SumsDiffer, match="differ"):
        migration.carry_over(apps, None)


@pytest.mark.django_db(transaction=True)
def test_the_migration_can_be_reversed_and_applied_again_with_rows() -> None:
    write_receipts(5)
    with transaction.atomic():
        migration.carry_over(apps, None)
    before = sorted(LedgerEntry.objects.values_list("key", "kind", "day"))
    try:
        call_command("migrate", "booking_money", "zero", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)

    assert sorted(LedgerEntry.objects.values_list("key", "kind", "day")) == before
