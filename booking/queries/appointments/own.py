"""The appointments that the patient's account shows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists

from booking.access.acting import Acting
from booking.access.appointment_pages import appointments_of_account
from booking.lifecycle import ACTIVE_BOOKING_STATUSES, Status
from booking.models import Appointment, ClinicProfile, Option, Patient, Therapist
from booking.models.appointments import AppointmentQuerySet
from booking.queries.appointments.change_policy import CANCELLATION_UNDO_PERIOD
from booking.queries.patients.claimable import claimable_records

MAX_ROWS_READ = 60
"""More than a patient has upcoming ones. Favorites are counted among these, too."""
MAX_LATEST = 5
MAX_FAVOURITES, MIN_TIMES = 3, 2
EXPECTED = (Status.BOOKED, Status.ARRIVED)


@dataclass(frozen=True, slots=True)
class Favorite:
    """A treatment, length and therapist that a patient has booked several times."""

    option: Option
    therapist: Therapist
    times: int


@dataclass(frozen=True, slots=True)
class OwnAppointments:
    """What the first page of the account shows.

    Attributes:
        upcoming: Upcoming appointments, the next first.
        cancelled: Appointments that were canceled minutes ago, which can be undone.
        latest: Past appointments, newest first.
        has_more: Whether there are more past ones.
        again: The appointment to offer again.
        may_claim: Whether there are bookings as a guest that can be added.
    """

    upcoming: Sequence[Appointment]
    cancelled: Sequence[Appointment]
    latest: Sequence[Appointment]
    has_more: bool
    favorites: Sequence[Favorite]
    again: Appointment | None
    may_claim: bool

    def last_day(self, clinic: ClinicProfile, now: datetime) -> date:
        """Return the day of the last upcoming appointment, or today."""
        days = [clinic.local_date(row.starts_at) for row in self.upcoming]
        return max([clinic.today(now), *days])


def upcoming_appointments(
    patient: Patient, now: datetime, acting: Acting | None
) -> list[Appointment]:
    """Return the booked appointments that are not over, the next first."""
    expected = appointments_of_account(patient, acting).filter(status__in=EXPECTED, ends_at__gt=now)
    return list(expected.order_by("starts_at", "pk"))


def past_appointments(
    patient: Patient, now: datetime, acting: Acting | None
) -> AppointmentQuerySet:
    """Return the appointments that are over, canceled or missed, latest first."""
    rows = appointments_of_account(patient, acting).order_by("-starts_at", "-pk")
    return rows.exclude(status__in=EXPECTED, ends_at__gt=now)


def load_own_appointments(
    patient: Patient, now: datetime, acting: Acting | None, *, proven_email: str = ""
) -> OwnAppointments:
    """Return what the first page of the account shows. One query for any number of appointments.

    `acting` is the proxy, or None for the patient; `proven_email` is as in `claimable_records`.
    """
    claimable = claimable_records(proven_email)
    latest_first = appointments_of_account(patient, acting).order_by("-starts_at", "-pk")
    if proven_email:
        latest_first = latest_first.annotate(may_claim=Exists(claimable.order_by()))
    rows = list(latest_first[:MAX_ROWS_READ])
    upcoming = [row for row in rows if row.is_upcoming(now)]
    past = [row for row in rows if not row.is_upcoming(now)]
    kept = [row for row in rows if row.status in ACTIVE_BOOKING_STATUSES]
    return OwnAppointments(
        upcoming=upcoming[::-1],
        cancelled=[row for row in past if _was_just_cancelled(row, now)],
        latest=past[:MAX_LATEST],
        has_more=len(past) > MAX_LATEST,
        favorites=_favorites(kept),
        again=next((row for row in kept if row.starts_at <= now), kept[0] if kept else None),
        may_claim=getattr(rows[0], "may_claim", False) if rows else claimable.exists(),
    )


def _was_just_cancelled(row: Appointment, now: datetime) -> bool:
    if row.status != Status.CANCELLED or row.cancelled_at is None or row.starts_at <= now:
        return False
    return row.cancelled_at > now - CANCELLATION_UNDO_PERIOD


def _favorites(rows: Sequence[Appointment]) -> list[Favorite]:
    counted = Counter((row.option_id, row.therapist_id) for row in rows)
    newest = {(row.option_id, row.therapist_id): row for row in reversed(rows)}
    return [
        Favorite(newest[key].option, newest[key].therapist, times)
        for key, times in counted.most_common(MAX_FAVOURITES)
        if times >= MIN_TIMES
    ]
