"""One process of tests.soak.contention: `python -m tests.soak.contention_worker NUMBER ATTEMPTS`.

All processes try the same starts in the same order. A process that gets a start checks with a plain
query whether another appointment has the therapist or the room at that time. It releases the start
a few attempts later, so that it can be taken again. Prints a line of JSON: outcomes and how often
each occurred.
"""

import json
import sys
from collections import Counter, deque
from datetime import datetime, timedelta
from random import Random

import django

django.setup()

from django.db import DatabaseError, connection  # noqa: E402  # needs the settings
from django.db.models import Q  # noqa: E402

from booking.actions.actor import Actor, ActorType  # noqa: E402
from booking.actions.appointments.book_by_phone import book_by_phone  # noqa: E402
from booking.actions.appointments.cancel import cancel_appointment  # noqa: E402
from booking.actions.holds.hold_slot import hold_slot  # noqa: E402
from booking.actions.holds.release_hold import release_hold  # noqa: E402
from booking.errors import Refusal  # noqa: E402
from booking.inputs import PersonalDetails, SlotRequest, StaffSlotRequest  # noqa: E402
from booking.lifecycle import OCCUPYING_STATUSES, Override, Status  # noqa: E402
from booking.models import Appointment, ClinicProfile, Option, Role, Therapist, User  # noqa: E402
from clinic.lib.dates import clock  # noqa: E402

SEED = 20261129
DAYS, STARTS_PER_DAY = 3, 32
"""The starts of three days, every 15 minutes from 9:00 to 17:00."""
MAX_KEPT = 3
BOOKED_BY_PHONE = 0.2
OVERLAP = "OVERLAP"
ALL_OVERRIDES = frozenset(override.value for override in Override)


class ContentionWorker:
    """Holds and books starts, and releases those it got some attempts before."""

    def __init__(self, number: int) -> None:
        self.name = f"worker {number}"
        self.shared_random, self.own_random = Random(SEED), Random(self.name)
        self.got: deque[Appointment] = deque()
        self.outcomes: Counter[str] = Counter()
        self.zone = ClinicProfile.objects.get().zone
        self.first = clock.now().astimezone(self.zone).date() + timedelta(days=2)
        self.therapists = [*Therapist.objects.filter(is_active=True)]
        self.options = [*Option.objects.filter(treatment__slug="swedish-massage", is_active=True)]
        owner = User.objects.filter(staff_roles__role=Role.OWNER).first()
        self.guest, self.staff = Actor.guest(), Actor(ActorType.STAFF, owner)
        self.attempts = 0

    def attempt(self) -> None:
        """Try to get the next start, and count the outcome."""
        self.attempts += 1
        start = self._next_start()
        by_phone = self.own_random.random() < BOOKED_BY_PHONE
        try:
            row = self._book(start) if by_phone else self._hold(start)
        except (Refusal, DatabaseError) as refusal:
            self.outcomes[type(refusal).__name__] += 1
            return
        self.outcomes[OVERLAP if self._overlaps(row) else "booked" if by_phone else "held"] += 1
        self.got.append(row)
        if len(self.got) > MAX_KEPT:
            self._release(self.got.popleft())

    def _next_start(self) -> datetime:
        day = self.first + timedelta(days=self.shared_random.randrange(DAYS))
        quarter = self.shared_random.randrange(STARTS_PER_DAY)
        nine = datetime(day.year, day.month, day.day, 9, tzinfo=self.zone)
        return nine + timedelta(minutes=15 * quarter)

    def _hold(self, start: datetime) -> Appointment:
        therapist = self.own_random.choice([None, *self.therapists])
        request = SlotRequest(
            self.own_random.choice(self.options).pk, start, therapist.slug if therapist else None
        )
        browser_key = f"{self.name}, {self.attempts}"
        return hold_slot(request, by=self.guest, browser_key=browser_key)

    def _book(self, start: datetime) -> Appointment:
        request = StaffSlotRequest(
            self.own_random.choice(self.options).pk,
            start,
            self.own_random.choice(self.therapists).slug,
        )
        who = PersonalDetails(f"{self.name}, {self.attempts}", "", "")
        return book_by_phone(
            request, who, by=self.staff, accepted_overrides=ALL_OVERRIDES, is_new_patient=True
        )

    def _overlaps(self, row: Appointment) -> bool:
        """Whether another appointment has the therapist or the room at the same time."""
        others = Appointment.objects.filter(
            Q(therapist=row.therapist_id) | Q(room=row.room_id),
            status__in=OCCUPYING_STATUSES,
            starts_at__lt=row.blocked_until,
            blocked_until__gt=row.starts_at,
        )
        return others.exclude(pk=row.pk).exists()

    def _release(self, row: Appointment) -> None:
        try:
            if row.status == Status.HOLD:
                release_hold(row, by=self.guest)
            else:
                cancel_appointment(row, by=self.staff, notify_patient=False)
        except (Refusal, DatabaseError) as refusal:
            self.outcomes[f"not released: {type(refusal).__name__}"] += 1


def main(number: int, attempts: int) -> None:
    worker = ContentionWorker(number)
    for _ in range(attempts):
        worker.attempt()
    connection.close()
    print(json.dumps(worker.outcomes))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
