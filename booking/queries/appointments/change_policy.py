"""Decide which changes of an appointment are allowed. Used by pages and by actions."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.engine.policy import BookingPolicy
from booking.errors import ChangeNotAllowed, Refusal
from booking.lifecycle import Override, Status
from booking.models import Appointment, AppointmentEvent, ClinicProfile
from booking.queries.availability.slots import booking_policy_for
from clinic.lib.dates.epoch import to_minutes

CANCELLATION_UNDO_PERIOD = timedelta(minutes=10)
HTTP_GONE = 410
CHANGEABLE_STATUSES = (Status.BOOKED, Status.ARRIVED)
TIME_SETTING_EVENTS = (
    AppointmentEvent.Kind.BOOKED, AppointmentEvent.Kind.MOVED, AppointmentEvent.Kind.RESTORED,
)  # fmt: skip
CLINIC_ACTOR_TYPES = (AppointmentEvent.ActorType.STAFF, AppointmentEvent.ActorType.SYSTEM)


@dataclass(frozen=True, slots=True)
class ChangePolicy:
    """For each kind of change the refusal that explains why not, or None if it is allowed.

        booked |------ free to change ------|--- please call ---| begins | over
                                      cancellation_hours before

    Staff are not limited by the deadline, the number of moves or the time to undo. Nor are
    patients whose time was taken away by the clinic, as to deadline and number of moves.
    `answering` is about a question of the clinic, which has a deadline of its own.
    """

    moving: ChangeNotAllowed | None
    cancelling: ChangeNotAllowed | None
    undo_refusal: ChangeNotAllowed | None
    confirming: ChangeNotAllowed | None
    answering: ChangeNotAllowed | None = None
    undo_until: datetime | None = None
    cancelled_by_clinic: bool = False
    needs_confirmation: bool = False

    @classmethod
    def of(
        cls,
        appointment: Appointment,
        clinic: ClinicProfile,
        now: datetime,
        *,
        by_staff: bool = False,
    ) -> "ChangePolicy":
        """Return what is allowed at this moment."""
        state_refusal = _refusal_by_state(appointment, now, by_staff=by_staff)
        is_time_lost = appointment.override == Override.ASKED
        is_free = by_staff or is_time_lost
        late_refusal = (
            state_refusal if is_free else state_refusal or _too_late(appointment, clinic, now)
        )
        move_refusal = None if is_free else _moved_too_often(appointment, clinic)
        if appointment.status == Status.ARRIVED:
            move_refusal = _begun_refusal()
        by_clinic = _cancelled_by_clinic(appointment)
        undo_until = _undo_until(appointment, any_time=by_staff, never=by_clinic)
        return cls(
            moving=late_refusal or move_refusal,
            cancelling=late_refusal,
            undo_refusal=_not_undoable(appointment, clinic, now, undo_until),
            confirming=state_refusal or (_asked_refusal() if is_time_lost else None),
            answering=state_refusal,
            undo_until=undo_until,
            cancelled_by_clinic=by_clinic,
            needs_confirmation=state_refusal is None
            and not is_time_lost
            and _reminded(appointment, clinic, now),
        )

    def for_readers(self) -> "ChangePolicy":
        """Return the policy of a proxy who may only see the appointment: no change, and no reason
        why."""
        nothing = ChangeNotAllowed("")
        return replace(
            self,
            moving=nothing,
            cancelling=nothing,
            undo_refusal=nothing,
            confirming=nothing,
            answering=nothing,
            needs_confirmation=False,
        )

    @property
    def can_move(self) -> bool:
        return self.moving is None

    @property
    def can_cancel(self) -> bool:
        return self.cancelling is None

    @property
    def can_undo(self) -> bool:
        return self.undo_refusal is None

    @property
    def can_confirm(self) -> bool:
        return self.confirming is None

    @property
    def refusal_text(self) -> str:
        """The sentence shown in place of missing buttons; empty if none is missing."""
        refusal = self.moving or self.cancelling
        return "" if refusal is None else str(refusal.message)


def require_allowed(refusal: Refusal | None) -> None:
    """Raise the refusal, if there is one."""
    if refusal is not None:
        raise refusal


def free_change_deadline(start: datetime, clinic: ClinicProfile) -> datetime:
    """Return until when an appointment at that start can be changed online."""
    return start - timedelta(hours=clinic.cancellation_hours)


def _refusal_by_state(
    appointment: Appointment, now: datetime, *, by_staff: bool
) -> ChangeNotAllowed | None:
    """Return why an appointment that is canceled, over or begun cannot be changed, or None."""
    if appointment.status == Status.CANCELLED:
        return ChangeNotAllowed(_("This appointment has been canceled."), status=HTTP_GONE)
    if appointment.status not in CHANGEABLE_STATUSES:
        return ChangeNotAllowed(_("This appointment is over."), status=HTTP_GONE)
    if by_staff:
        return None
    if now >= appointment.ends_at:
        return ChangeNotAllowed(_("This appointment is over."), status=HTTP_GONE)
    if now >= appointment.starts_at or appointment.status == Status.ARRIVED:
        return _begun_refusal()
    return None


def _begun_refusal() -> ChangeNotAllowed:
    return ChangeNotAllowed(_("This appointment has begun already."), status=HTTP_GONE)


def _asked_refusal() -> ChangeNotAllowed:
    return ChangeNotAllowed(
        _(
            "This appointment cannot take place as booked. Please look at its page: you can "
            "choose another time there, or call us."
        )
    )


def _too_late(
    appointment: Appointment, clinic: ClinicProfile, now: datetime
) -> ChangeNotAllowed | None:
    policy: BookingPolicy = booking_policy_for(clinic, appointment.option)
    if policy.may_change(to_minutes(appointment.starts_at), to_minutes(now)):
        return None
    hours = clinic.cancellation_hours
    message = ngettext(
        "It is less than %(hours)d hour until the appointment, too short to change it online. "
        "Please call us at %(phone)s, and we will find a way together.",
        "It is less than %(hours)d hours until the appointment, too short to change it online. "
        "Please call us at %(phone)s, and we will find a way together.",
        hours,
    )
    return ChangeNotAllowed(message % {"hours": hours, "phone": clinic.phone})


def _moved_too_often(appointment: Appointment, clinic: ClinicProfile) -> ChangeNotAllowed | None:
    max_moves = clinic.max_patient_moves
    if appointment.patient_move_count < max_moves:
        return None
    if max_moves == 0:
        message = _("To move this appointment, please call us at %(phone)s.")
    else:
        message = ngettext(
            "You have moved this appointment once already. For another time please call us at "
            "%(phone)s.",
            "You have moved this appointment %(most)d times already. For another time please "
            "call us at %(phone)s.",
            max_moves,
        )
    return ChangeNotAllowed(message % {"most": max_moves, "phone": clinic.phone})


def _cancelled_by_clinic(appointment: Appointment) -> bool:
    """Return whether the clinic canceled it, or the history does not tell."""
    if appointment.status != Status.CANCELLED:
        return False
    cancelled = appointment.events.filter(kind=AppointmentEvent.Kind.CANCELLED).last()
    return cancelled is None or cancelled.actor_type in CLINIC_ACTOR_TYPES


def _undo_until(appointment: Appointment, *, any_time: bool, never: bool) -> datetime | None:
    """Return until when the cancellation can be undone, or None.

    `any_time` is for staff; `never` for patients whose appointment the clinic canceled.
    """
    if appointment.status != Status.CANCELLED or appointment.cancelled_at is None:
        return None
    if any_time:
        return appointment.starts_at
    return (
        None
        if never
        else min(appointment.cancelled_at + CANCELLATION_UNDO_PERIOD, appointment.starts_at)
    )


def _reminded(appointment: Appointment, clinic: ClinicProfile, now: datetime) -> bool:
    """Return whether a reminder was due since the last change and attendance is unconfirmed."""
    if appointment.attendance_confirmed_at is not None:
        return False
    reminder_times = [
        appointment.starts_at - timedelta(hours=hours) for hours in clinic.reminder_hours
    ]
    # Reminders go by the clock on the wall: where the clocks change, one may come an hour early.
    passed = [
        reminder_time
        for reminder_time in reminder_times
        if reminder_time - timedelta(hours=1) <= now
    ]
    if not passed:
        return False
    last_change = appointment.events.filter(kind__in=TIME_SETTING_EVENTS).last()
    return last_change is not None and last_change.at < max(passed)


def _not_undoable(
    appointment: Appointment, clinic: ClinicProfile, now: datetime, until: datetime | None
) -> ChangeNotAllowed | None:
    if appointment.status != Status.CANCELLED:
        return ChangeNotAllowed(_("This appointment is not canceled."))
    if until is not None and now < until:
        return None
    message = _(
        "This cancellation can no longer be undone here. You can book another time, or call us at "
        "%(phone)s."
    )
    return ChangeNotAllowed(message % {"phone": clinic.phone}, status=HTTP_GONE)
