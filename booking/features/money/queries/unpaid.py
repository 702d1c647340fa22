"""Visits that are charged and not fully paid."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, OuterRef, Subquery, Sum

from booking.access.roles import AnyUser
from booking.access.scope import visible_appointments
from booking.features.money.models import Account, LedgerLine
from booking.models import Notification
from booking.models.appointments import AppointmentQuerySet
from clinic.lib.text.money import from_minor_units

REMINDER_KIND = "payment_reminder"


def unpaid_visits(user: AnyUser, now: datetime) -> AppointmentQuerySet:
    """Return the visits for which somebody owes money, as far as the user may see them.

    The oldest first. Each has `owed` in minor units, and `reminded_at`, or None.
    """
    lines = LedgerLine.objects.filter(account=Account.PATIENT).order_by()
    by_appointment = lines.values("appointment").annotate(total=Sum("amount"))
    owing = by_appointment.filter(total__gt=0).values("appointment")
    owed = by_appointment.filter(appointment=OuterRef("pk")).values("total")
    reminders = Notification.objects.filter(appointment=OuterRef("pk"), kind=REMINDER_KIND)
    reminded_at = reminders.order_by("-created_at").values("created_at")[:1]
    rows = visible_appointments(user, now).filter(pk__in=owing, patient__isnull=False)
    return (
        rows.with_related()
        .annotate(
            owed=Subquery(owed, output_field=BigIntegerField()), reminded_at=Subquery(reminded_at)
        )
        .order_by("starts_at", "pk")
    )


def amount_owed(row: Any) -> Decimal:
    """Return what is owed for a visit of `unpaid_visits`."""
    return from_minor_units(row.owed, row.currency)
