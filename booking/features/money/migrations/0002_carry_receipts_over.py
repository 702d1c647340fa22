"""Carry the receipts from before the ledger into it, and prove that the sums are equal.

Every receipt becomes a payment, a reversal or a refund. A visit that took place is charged at its
price if it has receipts, or if it began after the clinic's first one and was not entered
afterwards: earlier visits were paid elsewhere. What was received beyond the price, or for a missed
or canceled visit, goes to the account UNEXPLAINED: nobody recorded what it was for, and no patient
was told of a credit. Money for a visit to come stays on the patient's account.

Nothing is deleted on the way back: the tables go with the migration before this one. On the way
forward again, what is carried over already is left as it is.
"""

from decimal import Decimal
from itertools import groupby
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import Min, Sum

from clinic.lib.dates.zones import local_date
from clinic.lib.text.money import to_minor_units

BATCH_SIZE = 500
TOOK_PLACE, GONE = ("arrived", "completed"), ("cancelled", "no_show")


class SumsDiffer(RuntimeError):
    """The ledger does not hold what the receipts say. Nothing was changed."""


def carry_over(apps, schema_editor):
    clinic = apps.get_model("booking", "ClinicProfile").objects.first()
    payment_model = apps.get_model("booking", "Payment")
    first = payment_model.objects.aggregate(first=Min("taken_at"))["first"]
    if clinic is None or first is None:
        return
    zone = ZoneInfo(clinic.time_zone)
    keys = _appointments(apps, first)
    for batch in _batches(keys):
        _carry_batch(apps, batch, zone)
    _prove_receipts(apps)
    for batch in _batches(keys):
        _prove_visits(apps, batch)


def _appointments(apps, first):
    """Return the primary keys of appointments with receipts, or with a price to charge."""
    appointment_model = apps.get_model("booking", "Appointment")
    entry_model = apps.get_model("booking_money", "LedgerEntry")
    paid = appointment_model.objects.filter(payments__isnull=False).values_list("pk", flat=True)
    visits = appointment_model.objects.filter(
        status__in=TOOK_PLACE, starts_at__gte=first, entered_afterwards=False, price__gt=0
    ).exclude(override="past")
    known = entry_model.objects.filter(lines__appointment__isnull=False)
    known = set(known.values_list("lines__appointment", flat=True))
    found = {*paid.order_by(), *visits.order_by().values_list("pk", flat=True)}
    return sorted(found - known)


def _batches(keys):
    for first in range(0, len(keys), BATCH_SIZE):
        yield keys[first : first + BATCH_SIZE]


def _carry_batch(apps, keys, zone):
    entry_model = apps.get_model("booking_money", "LedgerEntry")
    line_model = apps.get_model("booking_money", "LedgerLine")
    payment_model = apps.get_model("booking", "Payment")
    appointment_model = apps.get_model("booking", "Appointment")
    payments = payment_model.objects.filter(appointment__in=keys).order_by(
        "appointment_id", "number"
    )
    by_appointment = {
        key: list(rows) for key, rows in groupby(payments, lambda row: row.appointment_id)
    }
    entries, lines = [], []
    for row in appointment_model.objects.filter(pk__in=keys).select_related("option__treatment"):
        for entry, its_lines in _entries_of(
            entry_model, line_model, row, by_appointment.get(row.pk, [])
        ):
            entry.day = local_date(entry.at, zone)
            entries.append(entry)
            lines += its_lines
    line_model.objects.bulk_create(lines)  # before their entries, as the triggers ask
    entry_model.objects.bulk_create(entries)


def _entries_of(entry_model, line_model, row, payments):
    """Yield the entries of one appointment, each with its lines."""

    def entry(kind, key, at, account, amount, **values):
        """One entry: what the patient owes more, and the account that it is for."""
        made = entry_model(id=uuid4(), kind=kind, key=key, at=at, currency=row.currency, **values)
        therapist = row.therapist_id if account == "visits" else None
        return made, [
            line_model(
                entry_id=made.pk, account="patient", amount=amount,
                patient_id=row.patient_id, appointment_id=row.pk,
            ),
            line_model(
                entry_id=made.pk, account=account, amount=-amount,
                therapist_id=therapist, appointment_id=row.pk,
            ),
        ]  # fmt: skip

    received = 0
    for payment in payments:
        if payment.currency != row.currency:
            raise SumsDiffer(f"Receipt {payment.number} is in another currency than its visit.")
        amount = _exactly(payment)
        received += amount
        kind = "payment" if amount > 0 else "reversal" if payment.reverses_id else "refund"
        yield entry(
            kind, f"payment:{payment.pk}", payment.taken_at, payment.method, -amount,
            payment_id=payment.pk, recorded_by_id=payment.taken_by_id,
            description=payment.description,
        )  # fmt: skip
    price = to_minor_units(row.price, row.currency)
    charged = 0
    if row.status in TOOK_PLACE and price:
        charged = price
        minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
        yield entry(
            "visit", f"visit:{row.pk}:1", row.starts_at, "visits", price,
            description=f"{row.option.treatment.name}, {minutes} min",
        )  # fmt: skip
    excess = received - charged
    if excess > 0 and row.status in (*TOOK_PLACE, *GONE):
        last = payments[-1].taken_at
        yield entry("carried_over", f"carried:{row.pk}", last, "unexplained", excess)


def _exactly(payment):
    """Return the amount of a receipt in minor units, none of which may be lost."""
    amount = to_minor_units(payment.amount, payment.currency)
    if Decimal(amount) != payment.amount * to_minor_units(Decimal(1), payment.currency):
        raise SumsDiffer(f"Receipt {payment.number} is not a whole number of minor units.")
    return amount


def _prove_receipts(apps):
    """Compare the sums by method and currency, and raise SumsDiffer if one is not equal."""
    payment_model = apps.get_model("booking", "Payment")
    line_model = apps.get_model("booking_money", "LedgerLine")
    receipts = {
        (method, currency): to_minor_units(total, currency)
        for method, currency, total in payment_model.objects.order_by()
        .values_list("method", "currency")
        .annotate(total=Sum("amount"))
    }
    ledger = {
        (account, currency): total
        for account, currency, total in line_model.objects.filter(entry__payment__isnull=False)
        .exclude(account="patient")
        .order_by()
        .values_list("account", "entry__currency")
        .annotate(total=Sum("amount"))
    }
    if receipts != ledger:
        raise SumsDiffer(f"Receipts {receipts} and ledger {ledger} differ.")
    if line_model.objects.aggregate(total=Sum("amount"))["total"]:
        raise SumsDiffer("The lines of the ledger do not sum to zero.")


def _prove_visits(apps, keys):
    """What is to pay for each visit that took place must be its price less its receipts."""
    appointment_model = apps.get_model("booking", "Appointment")
    line_model = apps.get_model("booking_money", "LedgerLine")
    owed = dict(
        line_model.objects.filter(appointment__in=keys, account="patient")
        .order_by()
        .values_list("appointment")
        .annotate(total=Sum("amount"))
    )
    visits = appointment_model.objects.filter(pk__in=keys, status__in=TOOK_PLACE).order_by()
    for row in visits.annotate(paid=Sum("payments__amount")):
        due = max(Decimal(0), row.price - (row.paid or Decimal(0)))
        if owed.get(row.pk, 0) != to_minor_units(due, row.currency):
            raise SumsDiffer(f"What is due for appointment {row.public_id} has changed.")


class Migration(migrations.Migration):
    cannot_be_undone = [
        "Tips, products, discounts, write-offs and charges would be lost; receipts stay."
    ]
    dependencies = [
        ("booking_money", "0001_ledger"),
        ("booking", "0048_refunds_and_receipts_without_a_gap"),
    ]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
