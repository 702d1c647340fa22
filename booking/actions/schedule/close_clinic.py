"""Add closures of the clinic, for public holidays or other days."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.inputs import NewClosure
from booking.models import Closure


def close_for_holidays(holidays: Iterable[tuple[date, str]]) -> int:
    """Close the clinic on these days, as listed by `queries.holidays`. Returns how many are new.

    A closure that exists already stays as it is.
    """
    return add_closures(
        NewClosure(name=name, first_day=day, last_day=day) for day, name in holidays
    )


def add_closures(closures: Iterable[NewClosure]) -> int:
    """Save the closures that do not exist yet. Returns how many are new."""
    with transaction.atomic():
        created = [
            Closure.objects.get_or_create(
                name=closure.name,
                first_day=closure.first_day,
                defaults={
                    "last_day": closure.last_day,
                    "starts": closure.starts,
                    "ends": closure.ends,
                },
            )[1]
            for closure in closures
        ]
        if any(created):
            details = {"kind": "Closure", "number": sum(created)}
            record_audit(Action.CREATED, AuditObject(ObjectType.SCHEDULE, details=details))
    return sum(created)
