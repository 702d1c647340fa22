"""What the erasure of a person removes of the ledger: what staff wrote, not the amounts."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from booking.features.money.models import LedgerEntry, LedgerLine, LedgerReason
from booking.registries import patient_erasure
from booking.registries.patient_erasure import ErasurePart
from booking.registries.people import Person


def register_erasure() -> None:
    """Add this feature's part to the erasure of a person, and say what stays."""
    part = ErasurePart(
        "money", _("Reasons of discounts and refunds"), (LedgerReason,), _count, _erase
    )
    patient_erasure.register(part)
    amounts = _("Amounts and dates for the clinic's accounts; they name nobody.")
    for model in (LedgerEntry, LedgerLine):
        patient_erasure.stays(model, amounts)


def _reasons(person: Person) -> QuerySet[LedgerReason]:
    lines = LedgerLine.objects.filter(patient__in=person.record_pks)
    return LedgerReason.objects.filter(entry__in=lines.order_by().values("entry"))


def _count(person: Person) -> int:
    return _reasons(person).count()


def _erase(person: Person, now: datetime) -> None:
    _reasons(person).delete()
