"""The appointments that the patient's account shows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from booking.access.acting import Acting
from booking.access.appointment_pages import appointments_of_account
from booking.lifecycle import ACTIVE_BOOKING_STATUSES, Status
from booking.models import Appointment, ClinicProfile, Favorite, Option, Patient, Therapist
from booking.models.appointments import AppointmentQuerySet
from booking.queries.appointments.change_policy import CANCELLATION_UNDO_PERIOD
from booking.queries.patients.claimable import claimable_records

MAX_ROWS_READ = 60
"""More than a patient has upcoming ones. Favorites are counted among these, too."""
MAX_LATEST = 5
MAX_OFTEN_BOOKED, MIN_TIMES = 3, 2
EXPECTED = (Status.BOOKED, Status.ARRIVED)


@dataclass(frozen=True, slots=True)
class BookAgainChoice:
    """A treatment, length and therapist to book again: starred, or booked before.

    `times` is how often it was booked; `starred_at` is None without a star.
    """

    option: Option
    therapist: Therapist
    times: int
    starred_at: datetime | None = None

    @property
    def is_offered(self) -> bool:
        """Whether it can still be booked."""
        is_open = self.option.is_active and self.option.treatment.is_active
        return is_open and self.therapist.is_active


@dataclass(frozen=True, slots=True)
class OwnAppointments:
    """What the first page of the account shows.

    Attributes:
        upcoming: Upcoming appointments, the next first.
        cancelled: Appointments that were canceled minutes ago, which can be undone.
        latest: Past appointments, newest first.
        has_more: Whether there are more past ones.
        favorites: What the patient starred, the newest star first. Only what is among the
            appointments that the reader may see, so that a star tells a proxy nothing new.
        often_booked: What was booked most and has no star.
        again: The appointment to offer again: of the newest star, else the last one.
        again_is_starred: Whether it is one with a star.
        may_claim: Whether there are bookings as a guest that can be added.
    """

    upcoming: Sequence[Appointment]
    cancelled: Sequence[Appointment]
    latest: Sequence[Appointment]
    has_more: bool
    favorites: Sequence[BookAgainChoice]
    often_booked: Sequence[BookAgainChoice]
    again: Appointment | None
    again_is_starred: bool
    may_claim: bool

    def last_day(self, clinic: ClinicProfile, now: datetime) -> date:
        """Return the day of the last upcoming appointment, or today."""
        days = [clinic.local_date(row.starts_at) for row in self.upcoming]
        return max([clinic.today(now), *days])


def favorite_choices(patient: Patient, acting: Acting | None) -> list[BookAgainChoice]:
    """Return what the patient has starred and can book, the newest star first. One query.

    For a proxy (`acting`) only what is among the appointments that they may see.
    """
    rows = _favorites(patient, acting).select_related("option__treatment", "therapist")
    choices = [BookAgainChoice(row.option, row.therapist, 0, row.starred_at) for row in rows]
    return [choice for choice in choices if choice.is_offered]


def is_favorite(appointment: Appointment, patient: Patient, acting: Acting | None) -> bool:
    """Return whether what an appointment or a hold is for has a star that the reader may see."""
    return is_favorite_choice(appointment.option_id, appointment.therapist_id, patient, acting)


def is_favorite_choice(
    option_id: int, therapist_id: int, patient: Patient, acting: Acting | None
) -> bool:
    """Return whether an option with a therapist has a star that the reader may see."""
    same = {"option": option_id, "therapist": therapist_id}
    return _favorites(patient, acting).filter(**same).exists()


def _favorites(patient: Patient, acting: Acting | None) -> QuerySet[Favorite]:
    rows = Favorite.objects.filter(patient=patient)
    if acting is None:
        return rows
    shown = appointments_of_account(patient, acting).filter(status__in=ACTIVE_BOOKING_STATUSES)
    same = shown.filter(option=OuterRef("option"), therapist=OuterRef("therapist"))
    return rows.filter(Exists(same.order_by()))


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
    latest_first = latest_first.annotate(starred_at=_starred_at())
    if proven_email:
        latest_first = latest_first.annotate(may_claim=Exists(claimable.order_by()))
    rows = list(latest_first[:MAX_ROWS_READ])
    upcoming = [row for row in rows if row.is_upcoming(now)]
    past = [row for row in rows if not row.is_upcoming(now)]
    kept = [row for row in rows if row.status in ACTIVE_BOOKING_STATUSES]
    choices = _book_again_choices(kept)
    favorites = sorted(
        (row for row in choices if row.starred_at is not None),
        key=lambda row: (row.starred_at, row.option.pk, row.therapist.pk),
        reverse=True,
    )
    again = _again(kept, favorites, now)
    return OwnAppointments(
        upcoming=upcoming[::-1],
        cancelled=[row for row in past if _was_just_cancelled(row, now)],
        latest=past[:MAX_LATEST],
        has_more=len(past) > MAX_LATEST,
        favorites=favorites,
        often_booked=_often_booked(choices),
        again=again,
        again_is_starred=getattr(again, "starred_at", None) is not None,
        may_claim=getattr(rows[0], "may_claim", False) if rows else claimable.exists(),
    )


def _was_just_cancelled(row: Appointment, now: datetime) -> bool:
    if row.status != Status.CANCELLED or row.cancelled_at is None or row.starts_at <= now:
        return False
    return row.cancelled_at > now - CANCELLATION_UNDO_PERIOD


def _starred_at() -> Subquery:
    """Return when the treatment, length and therapist of an appointment got their star."""
    same = Favorite.objects.filter(
        patient=OuterRef("patient"), option=OuterRef("option"), therapist=OuterRef("therapist")
    )
    return Subquery(same.order_by("-starred_at").values("starred_at")[:1])


def _book_again_choices(rows: Sequence[Appointment]) -> list[BookAgainChoice]:
    """Return what was booked, the most frequent first."""
    counted = Counter((row.option_id, row.therapist_id) for row in rows)
    newest = {(row.option_id, row.therapist_id): row for row in reversed(rows)}
    return [
        BookAgainChoice(row.option, row.therapist, times, getattr(row, "starred_at", None))
        for key, times in counted.most_common()
        if (row := newest[key])
    ]


def _often_booked(choices: Sequence[BookAgainChoice]) -> list[BookAgainChoice]:
    often = [row for row in choices if row.times >= MIN_TIMES]
    return [row for row in often[:MAX_OFTEN_BOOKED] if row.starred_at is None]


def _again(
    kept: Sequence[Appointment], favorites: Sequence[BookAgainChoice], now: datetime
) -> Appointment | None:
    """Return the appointment to offer again: of the newest star that is offered, else the last."""
    wanted = next((row for row in favorites if row.is_offered), None)
    if wanted is not None:
        kept = [
            row
            for row in kept
            if (row.option_id, row.therapist_id) == (wanted.option.pk, wanted.therapist.pk)
        ]
    return next((row for row in kept if row.starts_at <= now), kept[0] if kept else None)
