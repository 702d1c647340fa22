"""Save planned appointments in batches, with every constraint in force."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import make_msgid
from itertools import islice
from random import Random

from django.db import connection

from booking.demo import content
from booking.demo.names import random_name, random_phone
from booking.demo.planner import PlannedAppointment
from booking.lifecycle import Status
from booking.models import Appointment, AppointmentEvent, Notification, Patient
from clinic.lib.dates.epoch import from_minutes

BATCH_SIZE = 1_000
NOTE_SHARE = 0.04
ANY_THERAPIST_SHARE = 0.35
ONLINE_SHARE = 0.8
MAX_LEAD_DAYS = 28
MINUTES_PER_DAY = 1440
ActorType = AppointmentEvent.ActorType


def create_patients(count: int, now: datetime, rng: Random) -> list[int]:
    """Create invented patients and return their primary keys."""
    ids: list[int] = []
    for first in range(0, count, BATCH_SIZE):
        batch = []
        for number in range(first, min(first + BATCH_SIZE, count)):
            name = random_name(rng)
            batch.append(
                Patient(
                    name=name,
                    email=f"{name.lower().replace(' ', '.')}.{number + 1}@mail.example",
                    phone=random_phone(rng),
                    created_at=now - timedelta(days=rng.randrange(100, 400)),
                )
            )
        ids += [patient.pk for patient in Patient.objects.bulk_create(batch)]
    return ids


@dataclass
class AppointmentWriter:
    """Saves appointments of these patients (primary keys) as they stand at `now`."""

    patients: Sequence[int]
    currency: str
    now: datetime
    rng: Random
    _last_day: dict[int, int] = field(default_factory=dict)

    def write(self, planned: Iterable[PlannedAppointment]) -> Counter[Status]:
        """Save appointments with history and notifications; return their number by status."""
        counts: Counter[Status] = Counter()
        for batch in _batches(iter(planned)):
            rows = Appointment.objects.bulk_create(
                [self._build_appointment(planned_appointment) for planned_appointment in batch]
            )
            events = AppointmentEvent.objects.bulk_create([self._build_event(row) for row in rows])
            upcoming = [(r, e) for r, e in zip(rows, events, strict=True) if r.starts_at > self.now]
            self._record_notifications(upcoming)
            counts.update(planned_appointment.status for planned_appointment in batch)
        return counts

    def _build_appointment(self, planned: PlannedAppointment) -> Appointment:
        rng = self.rng
        starts_at = from_minutes(planned.start)
        # Two draws: most people book some days ahead, few of them weeks.
        lead = timedelta(days=MAX_LEAD_DAYS * rng.random() * rng.random(), hours=3)
        just_now = self.now - timedelta(hours=1 + 71 * rng.random())
        booked_at = min(starts_at - lead, just_now).replace(microsecond=0)
        return Appointment(
            option_id=planned.choice.option,
            therapist_id=planned.therapist,
            room_id=planned.room,
            patient_id=self._choose_patient(planned.start // MINUTES_PER_DAY),
            any_therapist=rng.random() < ANY_THERAPIST_SHARE,
            starts_at=starts_at,
            ends_at=from_minutes(planned.end),
            blocked_until=from_minutes(planned.blocked_until),
            status=planned.status,
            price=planned.choice.price,
            currency=self.currency,
            patient_note=rng.choice(content.PATIENT_NOTES) if rng.random() < NOTE_SHARE else "",
            terms_accepted_at=booked_at,
            booked_at=booked_at,
            created_at=booked_at,
        )

    def _record_notifications(self, booked: Sequence[tuple[Appointment, AppointmentEvent]]) -> None:
        """Save the mails about appointments to come, as sent."""
        people = Patient.objects.in_bulk([row.patient_id for row, _event in booked])
        Notification.objects.bulk_create(
            Notification(
                key=f"{event.kind}:{event.pk}",
                kind=event.kind,
                is_to_patient=True,
                link_version=row.link_version,
                to_email=people[row.patient_id or 0].email,
                to_name=people[row.patient_id or 0].name,
                appointment=row,
                status=Notification.Status.SENT,
                attempts=1,
                message_id=make_msgid(domain="mail.example"),
                due_at=event.at,
                next_try_at=event.at,
                give_up_at=row.starts_at,
                created_at=event.at,
                sent_at=event.at,
            )
            for row, event in booked
        )

    def _choose_patient(self, day: int) -> int:
        """Return a patient without an appointment that day, if found soon; some come more often."""
        index = 0
        for _ in range(8):
            index = int(len(self.patients) * self.rng.random() ** 1.5)
            if self._last_day.get(index) != day:
                break
        self._last_day[index] = day
        return self.patients[index]

    def _build_event(self, row: Appointment) -> AppointmentEvent:
        online = self.rng.random() < ONLINE_SHARE
        return AppointmentEvent(
            appointment_id=row.pk,
            kind=AppointmentEvent.Kind.BOOKED,
            at=row.created_at,
            actor_type=ActorType.GUEST if online else ActorType.STAFF,
        )


def analyze_tables() -> None:
    """Update the statistics of PostgreSQL's query planner now, not when autovacuum runs."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _batches(planned: Iterator[PlannedAppointment]) -> Iterator[list[PlannedAppointment]]:
    while batch := list(islice(planned, BATCH_SIZE)):
        yield batch
