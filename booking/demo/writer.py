"""Planned appointments become rows, batch by batch, with every constraint on."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import make_msgid
from itertools import islice
from random import Random

from django.db import connection

from booking.demo import content
from booking.demo.names import full_name, phone
from booking.demo.planner import Planned
from booking.lifecycle import Status
from booking.models import Appointment, AppointmentEvent, Message, Patient
from clinic.lib.dates.epoch import from_minutes

BATCH = 1_000
NOTE_SHARE = 0.04
ANY_SHARE = 0.35
ONLINE_SHARE = 0.8
LONGEST_LEAD_DAYS = 28
DAY_MINUTES = 1440
Door = AppointmentEvent.Door


def make_patients(wanted: int, now: datetime, rng: Random) -> list[int]:
    """Invented people; their ids."""
    ids: list[int] = []
    for first in range(0, wanted, BATCH):
        batch = []
        for number in range(first, min(first + BATCH, wanted)):
            name = full_name(rng)
            batch.append(
                Patient(
                    name=name,
                    email=f"{name.lower().replace(' ', '.')}.{number + 1}@mail.example",
                    phone=phone(rng),
                    created_at=now - timedelta(days=rng.randrange(100, 400)),
                )
            )
        ids += [patient.pk for patient in Patient.objects.bulk_create(batch)]
    return ids


@dataclass
class Writer:
    """Writes appointments of these patients, as seen `now`."""

    patients: Sequence[int]
    currency: str
    now: datetime
    rng: Random
    _last_day: dict[int, int] = field(default_factory=dict)

    def write(self, planned: Iterable[Planned]) -> Counter[Status]:
        """Appointments, their history and what was told, a batch at a time; counts by status."""
        counts: Counter[Status] = Counter()
        for batch in _batches(iter(planned)):
            rows = Appointment.objects.bulk_create([self._row(one) for one in batch])
            events = AppointmentEvent.objects.bulk_create([self._history(row) for row in rows])
            ahead = [(r, e) for r, e in zip(rows, events, strict=True) if r.starts_at > self.now]
            self._tell(ahead)
            counts.update(one.status for one in batch)
        return counts

    def _row(self, one: Planned) -> Appointment:
        rng = self.rng
        starts_at = from_minutes(one.start)
        # Two draws: most people book some days ahead, few of them weeks.
        lead = timedelta(days=LONGEST_LEAD_DAYS * rng.random() * rng.random(), hours=3)
        just_now = self.now - timedelta(hours=1 + 71 * rng.random())
        booked_at = min(starts_at - lead, just_now).replace(microsecond=0)
        return Appointment(
            option_id=one.choice.option,
            therapist_id=one.therapist,
            room_id=one.room,
            patient_id=self._patient(one.start // DAY_MINUTES),
            any_therapist=rng.random() < ANY_SHARE,
            starts_at=starts_at,
            ends_at=from_minutes(one.end),
            frees_at=from_minutes(one.frees),
            status=one.status,
            price=one.choice.price,
            currency=self.currency,
            note=rng.choice(content.NOTES) if rng.random() < NOTE_SHARE else "",
            agreed_at=booked_at,
            booked_at=booked_at,
            created_at=booked_at,
        )

    def _tell(self, booked: Sequence[tuple[Appointment, AppointmentEvent]]) -> None:
        """The mails that told of what is still to come, as they look when they have been sent."""
        people = Patient.objects.in_bulk([row.patient_id for row, _event in booked])
        Message.objects.bulk_create(
            Message(
                key=f"{event.kind}:{event.pk}",
                kind=event.kind,
                to_email=people[row.patient_id or 0].email,
                to_name=people[row.patient_id or 0].name,
                appointment=row,
                status=Message.Status.SENT,
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

    def _patient(self, day: int) -> int:
        """Somebody who has no appointment yet that day, if there is one; regulars more often."""
        place = 0
        for _ in range(8):
            place = int(len(self.patients) * self.rng.random() ** 1.5)
            if self._last_day.get(place) != day:
                break
        self._last_day[place] = day
        return self.patients[place]

    def _history(self, row: Appointment) -> AppointmentEvent:
        online = self.rng.random() < ONLINE_SHARE
        return AppointmentEvent(
            appointment_id=row.pk,
            kind=AppointmentEvent.Kind.BOOKED,
            at=row.created_at,
            door=Door.GUEST if online else Door.STAFF,
        )


def refresh_statistics() -> None:
    """Tell the planner how much there is now, which it would else learn minutes later."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _batches(planned: Iterator[Planned]) -> Iterator[list[Planned]]:
    while batch := list(islice(planned, BATCH)):
        yield batch
