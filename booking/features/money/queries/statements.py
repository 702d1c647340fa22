"""The statement of a patient: charges and payments with a running balance."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from booking.access.roles import Ability, AnyUser, has_ability
from booking.access.scope import visible_appointments
from booking.features.money.models import LedgerLine
from booking.models import Patient
from clinic.lib.dates import clock
from clinic.lib.text.money import from_minor_units

MAX_ROWS = 200
"""The number of lines that are shown, the latest. Earlier ones are one sum."""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One charge (above zero) or payment (below zero), and the balance after it."""

    line: LedgerLine
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines in one currency, the earliest first. Above zero the patient owes the balance.

    `brought_forward` is the balance before the first row.
    """

    currency: str
    brought_forward: Decimal
    rows: Sequence[StatementRow]
    balance: Decimal

    @property
    def credit(self) -> Decimal:
        """What the patient has paid beyond what is charged, or 0."""
        return max(Decimal(0), -self.balance)


def visible_lines(user: AnyUser, patient: Patient) -> QuerySet[LedgerLine]:
    """Return the lines of a patient's account that a member of staff may see.

    A therapist sees those about their own appointments.
    """
    lines = LedgerLine.objects.filter(patient=patient)
    if has_ability(user, Ability.ALL_APPOINTMENTS):
        return lines
    own = visible_appointments(user, clock.now()).filter(patient=patient)
    return lines.filter(appointment__in=own.order_by())


def statements(lines: QuerySet[LedgerLine]) -> list[Statement]:
    """Return the statement of these lines in each currency that they have. Two queries."""
    totals = lines.order_by().values("entry__currency").annotate(total=Sum("amount"))
    by_currency = dict(totals.values_list("entry__currency", "total"))
    related = ("entry__payment", "entry__reason", "appointment")
    latest = list(lines.select_related(*related).order_by("-entry__at", "-pk")[:MAX_ROWS])
    return [
        _statement(currency, total, [row for row in latest if row.entry.currency == currency])
        for currency, total in sorted(by_currency.items())
    ]


def _statement(currency: str, total: int, latest: Sequence[LedgerLine]) -> Statement:
    rows, balance = [], total
    for line in latest:
        rows.append(
            StatementRow(
                line, from_minor_units(line.amount, currency), from_minor_units(balance, currency)
            )
        )
        balance -= line.amount
    brought_forward, end = (from_minor_units(value, currency) for value in (balance, total))
    return Statement(currency, brought_forward, rows[::-1], end)
