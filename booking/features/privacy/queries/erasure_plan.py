"""What an erasure would do, for the preview: what goes, what stays, and what the law keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.features.privacy.queries.retention import RetainedData, approved_rules, find_retained
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Patient
from booking.registries.patient_erasure import ErasurePart
from booking.registries.people import Person


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What an erasure of a person would do.

    `going` are the titles of what goes, with the number of rows; `upcoming` are the appointments
    that must be cancelled before; `retained` is what the law keeps of each record, sealed.
    """

    person: Person
    going: Sequence[tuple[str, int]]
    upcoming: Sequence[Appointment]
    retained: Sequence[tuple[Patient, Sequence[RetainedData]]]
    visits: int
    payments: int

    @property
    def has_rules(self) -> bool:
        """Whether a rule keeps anything."""
        return bool(self.retained)


def upcoming_appointments(person: Person, now: datetime) -> list[Appointment]:
    """Return the appointments that have not taken place yet, in their order. One query."""
    rows = Appointment.objects.filter(patient__in=person.record_pks, ends_at__gt=now)
    rows = rows.filter(status__in=[Status.BOOKED, Status.ARRIVED])
    return list(rows.with_related().order_by("starts_at", "pk"))


def retained_of(
    person: Person, clinic: ClinicProfile, now: datetime
) -> list[tuple[Patient, list[RetainedData]]]:
    """Return what the law keeps of each record, without the records of which it keeps nothing."""
    rules = approved_rules()
    found = [(record, find_retained(record, rules, clinic, now)) for record in person.records]
    return [(record, kinds) for record, kinds in found if kinds]


def plan_erasure(
    person: Person, parts: Sequence[ErasurePart], clinic: ClinicProfile, now: datetime
) -> ErasurePlan:
    """Count what an erasure would remove. It changes nothing."""
    counts = [(str(part.title), part.count(person)) for part in parts]
    visits = Appointment.objects.filter(patient__in=person.record_pks, booked_at__isnull=False)
    return ErasurePlan(
        person=person,
        going=[(title, count) for title, count in counts if count],
        upcoming=upcoming_appointments(person, now),
        retained=retained_of(person, clinic, now),
        visits=visits.count(),
        payments=visits.filter(payments__isnull=False).distinct().count(),
    )
