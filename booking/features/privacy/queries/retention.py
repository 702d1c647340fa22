"""How long the approved rules make the clinic keep what it holds about a patient."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db.models import Max, Q

from booking.features.privacy.models import (
    RetainedKind,
    RetentionRule,
    RetentionRun,
)
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Patient, Payment
from booking.registries.birth_dates import find_birth_date

CountedFrom = RetentionRule.CountedFrom
MAX_AT_ONCE = 500
VISITED = (Status.BOOKED, Status.ARRIVED, Status.COMPLETED)


@dataclass(frozen=True, slots=True)
class RetainedData:
    """What must be kept of one record: the kind, the last day, and the rules that say so."""

    kind: RetainedKind
    keep_until: date
    rules: Sequence[RetentionRule]

    @property
    def reasons(self) -> list[str]:
        """The rules as sentences for people, with their sources."""
        return [describe_rule(rule) for rule in self.rules]


def approved_rules() -> list[RetentionRule]:
    """Return the rules that the owner has approved. One query."""
    return list(RetentionRule.objects.exclude(approved_at=None))


def describe_rule(rule: RetentionRule) -> str:
    """Return a rule as a sentence: what, how long, from when, and by which source."""
    return (
        f"{rule.jurisdiction}: {rule.get_kind_display()}, {rule.years} years from "
        f"{rule.counted_from_text} ({rule.source})"
    )


def rules_in_words() -> list[str]:
    """Return the approved rules as sentences, for the privacy page."""
    return [f"{describe_rule(rule)}." for rule in approved_rules()]


def find_retained(
    patient: Patient, rules: Iterable[RetentionRule], clinic: ClinicProfile, now: datetime
) -> list[RetainedData]:
    """Return what must still be kept of a record, one for each kind. The longest rule counts."""
    today, ends = clinic.today(now), list(_ends(patient, rules, clinic, now))
    retained = []
    for kind in RetainedKind:
        of_kind = [(end, rule) for end, rule in ends if rule.kind == kind]
        last = max((end for end, _rule in of_kind), default=today)
        if last > today:
            longest = [rule for end, rule in of_kind if end == last]
            retained.append(RetainedData(kind, last, longest))
    return retained


def planned_records(run: RetentionRun) -> list[Patient]:
    """Return the records that a planned run will erase, by name. One query."""
    ids = [UUID(text) for text in run.records]
    return list(Patient.objects.current().filter(public_id__in=ids).order_by("name", "pk"))


def last_visit(patient: Patient, clinic: ClinicProfile, now: datetime) -> date | None:
    """Return the day of the last visit on file, or None."""
    rows = Appointment.objects.filter(patient=patient, status__in=VISITED, starts_at__lte=now)
    return _day(rows.aggregate(last=Max("starts_at"))["last"], clinic)


def find_due_records(clinic: ClinicProfile, now: datetime) -> list[Patient]:
    """Return the records that no approved rule keeps any more, at most MAX_AT_ONCE.

    Only people who have visited, and only if an approved rule counts from the last visit: nothing
    is due by the lack of a rule. Somebody with an appointment to come is not due, nor is a record
    that is restricted.
    """
    rules = approved_rules()
    years = [
        rule.years
        for rule in rules
        if rule.kind == RetainedKind.TREATMENT and rule.counted_from == CountedFrom.LAST_VISIT
    ]
    if not years:
        return []
    visited = Max("appointments__starts_at", filter=Q(appointments__status__in=VISITED))
    before = now - timedelta(days=365 * max(years))
    rows = Patient.objects.current().filter(restricted_since=None)
    rows = rows.annotate(visited=visited).filter(visited__lt=before)
    due = (row for row in rows.order_by("pk") if not find_retained(row, rules, clinic, now))
    return list(islice(due, MAX_AT_ONCE))


def add_years(day: date, years: int) -> date:
    """Return the same day so many years later; for 29 February it is 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _ends(
    patient: Patient, rules: Iterable[RetentionRule], clinic: ClinicProfile, now: datetime
) -> Iterator[tuple[date, RetentionRule]]:
    """Yield until when each rule keeps something. A rule that cannot be counted yields nothing."""
    born = find_birth_date(patient)
    starts = {
        RetainedKind.TREATMENT: last_visit(patient, clinic, now),
        RetainedKind.RECEIPTS: _last_payment(patient, clinic),
    }
    for rule in rules:
        began = starts[RetainedKind(rule.kind)]
        if began is not None and rule.counted_from == CountedFrom.LAST_VISIT:
            yield add_years(began, rule.years), rule
        elif began is not None and born is not None:
            yield add_years(born, rule.majority_age + rule.years), rule


def _last_payment(patient: Patient, clinic: ClinicProfile) -> date | None:
    rows = Payment.objects.filter(appointment__patient=patient)
    return _day(rows.aggregate(last=Max("taken_at"))["last"], clinic)


def _day(moment: datetime | None, clinic: ClinicProfile) -> date | None:
    return clinic.local_date(moment) if moment is not None else None
