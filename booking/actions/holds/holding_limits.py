"""Limits on how much of the calendar visitors can take, however many requests they send.

The one place for these rules: every action that holds, extends, books or restores a time calls it
inside the transaction that takes the time. Minutes are those that a therapist is blocked,
turnaround included. A visitor is either unproven or has proven an e-mail address (see
`proof_of_email`).

- The unproven of one address (IPv6: one /64) take at most ADDRESS_SHARE of the openings of the next
  two weeks, those of one network (IPv4 /24, IPv6 /48) at most NETWORK_SHARE: their active holds and
  their upcoming bookings together. A hold that was extended counts once more each time.
- All unproven bookings together take at most ALL_BOOKINGS_SHARE, all holds of the unproven
  ALL_HOLDS_SHARE.
- One proven mailbox has at most MAX_HOLDS_PER_MAILBOX active holds, and all proven ones of one
  network take at most PROVEN_NETWORK_SHARE.
- The active holds of one network take at most DAY_SHARE of a therapist's day, without
  those of proven mailboxes whose visitors have given their details.

Each share has a floor in minutes, so that a small clinic can be booked too. The shares are those of
`booking.queries.availability.openings`, which are only counted above the floors.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from booking.actions.actor import Actor, ActorType
from booking.errors import (
    DayLimitReached,
    EmailNotVerified,
    NetworkLimitReached,
    ProofOfEmailNeeded,
    TooManyHolds,
)
from booking.lifecycle import Status
from booking.models import Appointment, BookingOrigin, ClinicProfile, Screening
from booking.queries.availability.openings import (
    opening_minutes,
    unproven_bookings,
    working_minutes,
)
from clinic.lib.compiled_queries import compiled_query
from clinic.lib.crypto.keyed_hash import keyed_hash
from clinic.lib.database_locks import lock_name
from clinic.lib.dates.epoch import EpochMinutes
from clinic.lib.http.proxies import network_of

ADDRESS_SHARE, NETWORK_SHARE, UNPROVEN_FLOOR = 0.015, 0.02, 150
ALL_HOLDS_SHARE, ALL_BOOKINGS_SHARE, ALL_FLOOR = 0.20, 0.40, 900
PROVEN_NETWORK_SHARE, PROVEN_FLOOR = 0.30, 300
DAY_SHARE, DAY_FLOOR = 0.50, 150
MAX_HOLDS_PER_MAILBOX = 2


@dataclass(frozen=True, slots=True)
class _Visitor:
    """The hashes of where an actor comes from. `mailbox` is "" unless it is proven."""

    address: str
    network: str
    mailbox: str


@dataclass(frozen=True, slots=True)
class _Taken:
    """A hold or booking of a network, with the minutes that count against its limits."""

    origin: BookingOrigin
    appointment: Appointment
    has_answers: bool

    @property
    def has_begun_the_form(self) -> bool:
        """Whether the visitor has answered the health questions or given their details."""
        return bool(self.appointment.draft) or self.has_answers

    @property
    def minutes(self) -> int:
        return _minutes(self.appointment)

    @property
    def weight(self) -> int:
        """The minutes, counted once more for each extension of a hold."""
        is_hold = self.appointment.status == Status.HOLD
        return self.minutes * (1 + self.appointment.extension_count * is_hold)


def lock_holding_limits(by: Actor) -> None:
    """Let transactions of the actor's network take times one after another, until this one ends.

    Call it after `lock_resources` and before rows are locked, so that all lock in the same order.
    """
    visitor = _visitor(by)
    if visitor is not None:
        lock_name(f"holding limits of {visitor.network}")


def require_may_hold(hold: Appointment, *, by: Actor, clinic: ClinicProfile, now: datetime) -> None:
    """Raise a refusal if a limit does not allow the hold.

    `hold` may be unsaved, or about to become longer. Staff are not limited. Raises
    ProofOfEmailNeeded, TooManyHolds, NetworkLimitReached or DayLimitReached.
    """
    visitor = _visitor(by)
    if visitor is None:
        return
    taken = [row for row in _taken_by_network(visitor, now) if row.appointment.pk != hold.pk]
    if visitor.mailbox:
        _check_proven(taken, hold, visitor, clinic, now)
    else:
        _check_unproven(taken, hold, visitor, clinic, now)
        _check_all_holds(hold, clinic, now)
    _check_day(taken, hold, clinic)


def require_may_book(
    appointment: Appointment, *, by: Actor, clinic: ClinicProfile, now: datetime
) -> None:
    """Raise EmailNotVerified unless the actor may book this time without a proven address."""
    visitor = _visitor(by)
    if visitor is None:
        return
    lock_name("unproven bookings")
    booked = _unproven_minutes(now, appointment.pk)
    of_all = _minutes(appointment) + sum(minutes for _network, minutes in booked)
    of_network = _minutes(appointment) + sum(
        minutes for network, minutes in booked if network == visitor.network
    )
    if _is_over(of_network, NETWORK_SHARE, UNPROVEN_FLOOR, clinic, now):
        raise EmailNotVerified()
    if _is_over(of_all, ALL_BOOKINGS_SHARE, ALL_FLOOR, clinic, now):
        raise EmailNotVerified()


def require_may_restore(
    appointment: Appointment, *, by: Actor, clinic: ClinicProfile, now: datetime
) -> None:
    """Raise NetworkLimitReached if a limit does not allow restoring an unproven booking.

    Without it, times could be booked and canceled one after another, and then restored together.
    """
    if not BookingOrigin.objects.filter(appointment=appointment, is_proven=False).exists():
        return
    try:
        require_may_book(appointment, by=by, clinic=clinic, now=now)
    except EmailNotVerified:
        raise NetworkLimitReached() from None


def record_origin(appointment: Appointment, *, by: Actor) -> None:
    """Save the hashes of where a hold comes from. Nothing is saved for staff."""
    visitor = _visitor(by)
    if visitor is not None:
        BookingOrigin.objects.create(
            appointment=appointment,
            address=visitor.address,
            network=visitor.network,
            mailbox=visitor.mailbox,
            is_proven=bool(visitor.mailbox),
        )


def record_proven_address(appointment: Appointment) -> None:
    """Record that the visitor who books the appointment has proven their e-mail address."""
    BookingOrigin.objects.filter(appointment=appointment).update(is_proven=True)


def record_unproven_address(appointment: Appointment) -> None:
    """Record that it is booked under an address that is not proven.

    Its visitor may have proven another one before they held the time.
    """
    BookingOrigin.objects.filter(appointment=appointment).update(is_proven=False)


MINUTES_FIELDS = ("starts_at", "blocked_until", "status")


def _check_unproven(
    taken: Iterable[_Taken],
    hold: Appointment,
    visitor: _Visitor,
    clinic: ClinicProfile,
    now: datetime,
) -> None:
    unproven = [row for row in taken if not row.origin.is_proven]
    of_address = [row for row in unproven if row.origin.address == visitor.address]
    for rows, share in ((of_address, ADDRESS_SHARE), (unproven, NETWORK_SHARE)):
        minutes = sum(row.weight for row in rows) + _minutes(hold)
        if rows and _is_over(minutes, share, UNPROVEN_FLOOR, clinic, now):
            raise ProofOfEmailNeeded()


def _check_proven(
    taken: Iterable[_Taken],
    hold: Appointment,
    visitor: _Visitor,
    clinic: ClinicProfile,
    now: datetime,
) -> None:
    holds = Appointment.objects.active_holds(now).exclude(pk=hold.pk)
    if holds.filter(origin__mailbox=visitor.mailbox).count() >= MAX_HOLDS_PER_MAILBOX:
        raise TooManyHolds()
    minutes = _sum(taken, is_proven=True) + _minutes(hold)
    if _is_over(minutes, PROVEN_NETWORK_SHARE, PROVEN_FLOOR, clinic, now):
        raise NetworkLimitReached()


def _check_all_holds(hold: Appointment, clinic: ClinicProfile, now: datetime) -> None:
    """Raise ProofOfEmailNeeded if the unproven holds of all networks together exceed their
    share."""
    others = Appointment.objects.active_holds(now).filter(origin__is_proven=False)
    minutes = sum(_minutes(row) for row in others.exclude(pk=hold.pk).only(*MINUTES_FIELDS))
    if _is_over(minutes + _minutes(hold), ALL_HOLDS_SHARE, ALL_FLOOR, clinic, now):
        raise ProofOfEmailNeeded()


def _check_day(taken: Iterable[_Taken], hold: Appointment, clinic: ClinicProfile) -> None:
    """Raise DayLimitReached if a network's holds exceed its share of a therapist's day.

    Holds of proven visitors who have answered the questions or given their details do not count, so
    that colleagues who book from one network do not block each other.
    """
    day = clinic.local_date(hold.starts_at)
    minutes = _minutes(hold) + sum(
        row.minutes
        for row in taken
        if row.appointment.status == Status.HOLD
        and not (row.origin.mailbox and row.has_begun_the_form)
        and row.appointment.therapist_id == hold.therapist_id
        and clinic.local_date(row.appointment.starts_at) == day
    )
    if minutes <= max(DAY_FLOOR, _minutes(hold)):
        return
    if minutes > DAY_SHARE * working_minutes(clinic, hold.therapist_id, day):
        raise DayLimitReached()


def _is_over(minutes: int, share: float, floor: int, clinic: ClinicProfile, now: datetime) -> bool:
    return minutes > floor and minutes > share * opening_minutes(clinic, now)


def _taken_by_network(visitor: _Visitor, now: datetime) -> list[_Taken]:
    """Return the active holds and the unproven upcoming bookings of a network."""
    active_hold = Q(appointment__status=Status.HOLD, appointment__hold_expires_at__gt=now)
    unproven = Q(appointment__status=Status.BOOKED, appointment__starts_at__gt=now, is_proven=False)
    rows = BookingOrigin.objects.filter(active_hold | unproven, network=visitor.network)
    answers = Screening.objects.filter(appointment=OuterRef("appointment"))
    rows = rows.select_related("appointment").annotate(has_answers=Exists(answers))
    return [_Taken(row, row.appointment, row.has_answers) for row in rows]


@compiled_query
def _unproven_minutes(now: datetime, other_than: int) -> "QuerySet[Appointment, tuple[str, int]]":
    """Return network and minutes of each unproven booking."""
    minutes = EpochMinutes("blocked_until") - EpochMinutes("starts_at")
    rows = unproven_bookings(now).exclude(pk=other_than).order_by()
    return rows.values_list("origin__network", minutes)


def _sum(rows: Iterable[_Taken], *, is_proven: bool) -> int:
    return sum(row.weight for row in rows if row.origin.is_proven == is_proven)


def _minutes(appointment: Appointment) -> int:
    length = appointment.blocked_until - appointment.starts_at
    return int(length.total_seconds() // 60)


def _visitor(by: Actor) -> _Visitor | None:
    """Return where a visitor comes from, or None if the actor is not limited."""
    is_visitor = by.actor_type in (ActorType.GUEST, ActorType.PATIENT)
    if not settings.ABUSE_LIMITS or not is_visitor or not by.ip_address:
        return None
    return _Visitor(
        keyed_hash("address", by.ip_address),
        keyed_hash("network", network_of(by.ip_address)),
        by.proven_mailbox,
    )
