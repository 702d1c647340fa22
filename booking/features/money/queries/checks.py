"""What `verify_bookings` checks about money."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.features.money.models import Account, LedgerEntry, LedgerLine
from booking.features.money.queries.unsettled import unsettled_appointments
from booking.models import Payment
from booking.registries.invariants import Check
from clinic.lib.text.money import format_money, to_minor_units

METHODS = tuple(Account(method) for method in Payment.Method.values)
"""The accounts of money that was received, one for each method of payment."""


def unbalanced_entries(now: datetime) -> Iterator[str]:
    """Yield a sentence for each entry whose lines do not sum to zero."""
    sums = LedgerEntry.objects.order_by().annotate(total=Sum("lines__amount"))
    for entry in sums.exclude(total=0):
        yield _("Entry %(id)s of %(day)s does not sum to zero.") % {
            "id": entry.pk,
            "day": entry.day,
        }


def unsettled_visits(now: datetime) -> Iterator[str]:
    """Yield a sentence for each appointment with which the ledger does not agree."""
    for row in unsettled_appointments().iterator(1000):
        yield _("Appointment %(id)s: its receipts or its price are not in the ledger.") % {
            "id": row.public_id
        }


def differing_receipts(now: datetime) -> Iterator[str]:
    """Yield a sentence for each method whose receipts and lines of the ledger differ."""
    received = LedgerLine.objects.filter(account__in=METHODS).order_by()
    in_ledger = {
        (account, currency): total
        for account, currency, total in received.values("account", "entry__currency")
        .annotate(total=Sum("amount"))
        .values_list("account", "entry__currency", "total")
    }
    receipts = Payment.objects.filter(ledger_entry__isnull=False).order_by()
    rows = receipts.values("method", "currency").annotate(total=Sum("amount"))
    for method, currency, total in rows.values_list("method", "currency", "total"):
        if in_ledger.pop((method, currency), 0) != to_minor_units(total, currency):
            yield _("Receipts by %(method)s come to %(amount)s, the ledger has another sum.") % {
                "method": Payment.Method(method).label,
                "amount": format_money(total, currency),
            }
    for (account, currency), total in in_ledger.items():
        if total:
            yield _("The ledger has money on %(account)s in %(currency)s without receipts.") % {
                "account": Account(account).label,
                "currency": currency,
            }


def lines_of_other_patients(now: datetime) -> Iterator[str]:
    """Yield a sentence for each line that is on another patient's account than its appointment."""
    lines = LedgerLine.objects.filter(account=Account.PATIENT, appointment__isnull=False)
    for line in lines.filter(~Q(patient=F("appointment__patient"))).iterator(1000):
        yield _("Line %(id)s of the ledger is on another patient's account.") % {"id": line.pk}


CHECKS: tuple[tuple[str | Promise, Check], ...] = (
    (gettext_lazy("Entries of the ledger that do not sum to zero"), unbalanced_entries),
    (gettext_lazy("Appointments that the ledger does not agree with"), unsettled_visits),
    (gettext_lazy("Receipts that the ledger does not agree with"), differing_receipts),
    (gettext_lazy("Lines on another patient's account"), lines_of_other_patients),
)
