"""Change hours, rooms or who takes appointments, and resolve the affected appointments."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.ask_patient import ask_patient
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.close_proposal import close_proposal
from booking.actions.appointments.record_event import record_event
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.holds.release_hold import withdraw_hold
from booking.actions.locks import (
    lock_all_resources,
    lock_resources,
    write_action,
    write_transaction,
)
from booking.actions.schedule.save_schedule_change import save_schedule_change
from booking.errors import (
    Refusal,
    SlotNotOffered,
    SlotTaken,
    TooManyConflicts,
    UnresolvedConflicts,
)
from booking.inputs import (
    MoveTerms,
    OptionsWithdrawal,
    Resolution,
    ResolutionAction,
    ResourceChange,
    RoomChange,
    RoomKindChange,
    RoomSwitchOff,
    ScheduleChange,
    TreatmentRoomKindChange,
    WeeklyHoursChange,
)
from booking.lifecycle import OUTSIDE_HOURS_OVERRIDES, Override, Status
from booking.models import Appointment, ClinicProfile, Option, Room, Therapist, Treatment
from booking.queries.schedule.changed_hours import affected_range
from booking.queries.schedule.impact import MAX_AFFECTED, find_impact, unsettled
from booking.queries.schedule.weekly_patterns import with_planned_end
from clinic.lib.dates import clock

Resolutions = Mapping[int, Resolution]
RESOLUTION_ORDER = (
    ResolutionAction.CANCEL, ResolutionAction.MOVE, ResolutionAction.ASK, ResolutionAction.KEEP,
)  # fmt: skip
"""Cancellations come first: they make room for the appointments that move."""
PLACE_NEEDED = (ResolutionAction.MOVE, ResolutionAction.ASK)


@dataclass(frozen=True, slots=True)
class _Placed:
    """An appointment with the place that it was moved to, or that is held for its patient."""

    appointment: Appointment
    place: Appointment


@write_action
def change_schedule(
    change: ScheduleChange,
    *,
    resolutions: Resolutions,
    by: Actor,
    message_to_patients: str = "",
    in_parts: bool = False,
) -> Counter[ResolutionAction]:
    """Save the change and apply to each affected appointment, by primary key, its resolution.

    Everything is checked again under the locks: if an appointment has no resolution, has changed
    since it was shown, or its new time is taken, nothing is saved. Affected holds are released.
    `message_to_patients` is mailed to patients whose appointment is canceled, and to those who are
    asked about another time. With `in_parts` the others were settled by `settle_part` before.
    Returns how often each resolution was chosen. Raises UnresolvedConflicts or TooManyConflicts.
    """
    clinic = ClinicProfile.objects.get()
    with write_transaction():
        _lock_affected(change, clinic, resolutions)
        if isinstance(change, WeeklyHoursChange):
            change = with_planned_end(change)
        impact = find_impact(change, clinic, clock.now(), lock_rows=True)
        affected = unsettled(impact.affected, change) if in_parts else impact.affected
        if len(affected) > MAX_AFFECTED:
            raise TooManyConflicts(len(affected), MAX_AFFECTED)
        _check_resolutions(affected, resolutions)
        _save(change, clinic, impact.holds, by=by)
        _apply_resolutions(
            affected, resolutions, change=change, by=by, message_to_patients=message_to_patients
        )
    return Counter(resolution.action for resolution in resolutions.values())


@write_action
def settle_part(
    change: ScheduleChange, *, resolutions: Resolutions, by: Actor, message_to_patients: str = ""
) -> Counter[ResolutionAction]:
    """Apply resolutions to some of the appointments that a change affects; the others follow later.

    A change of therapists or rooms is saved with the first part, so that nothing new is booked
    there. A change of hours is saved by `change_schedule` with `in_parts`, after the last part.
    Returns and raises the same as `change_schedule`.
    """
    if len(resolutions) > MAX_AFFECTED:
        raise TooManyConflicts(len(resolutions), MAX_AFFECTED)
    clinic = ClinicProfile.objects.get()
    with write_transaction():
        _lock_affected(change, clinic, resolutions)
        if isinstance(change, WeeklyHoursChange):
            change = with_planned_end(change)
        locked = Appointment.objects.filter(pk__in=resolutions).order_by("pk")
        list(locked.select_for_update(no_key=True).values_list("pk", flat=True))
        impact = find_impact(change, clinic, clock.now())
        part = [row for row in unsettled(impact.affected, change) if row.pk in resolutions]
        _check_resolutions(part, resolutions)
        if isinstance(change, ResourceChange):
            _save(change, clinic, impact.holds, by=by)
        placed = _apply_resolutions(
            part, resolutions, change=change, by=by, message_to_patients=message_to_patients
        )
        _require_unaffected(placed, change, clinic)
    return Counter(resolution.action for resolution in resolutions.values())


def _save(
    change: ScheduleChange, clinic: ClinicProfile, holds: Iterable[Appointment], *, by: Actor
) -> None:
    """Save the change, record it, and release the holds that it affects."""
    save_schedule_change(change)
    record_audit(Action.CHANGED, _schedule_object(change, clinic), by=by)
    for hold in holds:
        withdraw_hold(hold, by=by)


def _schedule_object(change: ScheduleChange, clinic: ClinicProfile) -> AuditObject:
    """Return the object of the audit entry: whose hours or which room changes, and how."""
    pk = affected_range(change, clinic.zone).therapist
    therapist = Therapist.objects.select_related("user").get(pk=pk) if pk else None
    details = {
        "kind": type(change).__name__.removesuffix("Change"),
        "therapist": therapist.name if therapist else "",
    }
    if isinstance(change, RoomSwitchOff | RoomKindChange):
        details["room"] = Room.objects.values_list("name", flat=True).get(pk=change.room)
    if isinstance(change, TreatmentRoomKindChange):
        names = Treatment.objects.values_list("name", flat=True)
        details["treatment"] = names.get(pk=change.treatment)
    if isinstance(change, OptionsWithdrawal):
        options = Option.objects.select_related("treatment").filter(pk__in=change.options)
        details["options"] = ", ".join(str(option) for option in options)
    owner = therapist.user if therapist else None
    return AuditObject(ObjectType.SCHEDULE, affected_user=owner, details=details)


def _lock_affected(change: ScheduleChange, clinic: ClinicProfile, resolutions: Resolutions) -> None:
    """Lock the therapists and rooms that the change and the moves can use.

    That is one therapist or room, all therapists, or everything if an appointment moves.
    """
    therapist = affected_range(change, clinic.zone).therapist
    if any(item.action in PLACE_NEEDED for item in resolutions.values()):
        lock_all_resources()
    elif isinstance(change, RoomSwitchOff | RoomKindChange):
        lock_resources(therapists=[], rooms=[change.room])
    elif isinstance(change, TreatmentRoomKindChange):  # who books it locks some of the rooms
        lock_resources(therapists=[], rooms=Room.objects.values_list("pk", flat=True))
    elif therapist is None:
        lock_resources(therapists=Therapist.objects.values_list("pk", flat=True))
    else:
        lock_resources(therapists=[therapist])


def _check_resolutions(rows: Iterable[Appointment], resolutions: Resolutions) -> None:
    """Require a resolution for each affected appointment, made for its present version.

    Further resolutions must be applied already: by a double click, or by the patient.
    """
    affected = {row.pk: row for row in rows}
    problems = {}
    for pk, row in affected.items():
        if pk not in resolutions:
            problems[pk] = _("This appointment is new here. Please choose what happens to it.")
        elif resolutions[pk].sequence != row.sequence:
            problems[pk] = _("This appointment has changed since you looked. Please choose again.")
    unaffected = Appointment.objects.with_related().in_bulk(resolutions.keys() - affected.keys())
    for pk, row in unaffected.items():
        if not _is_already_applied(row, resolutions[pk]):
            sentence = _("%(name)s needs nothing any more: the appointment was changed meanwhile.")
            problems[pk] = sentence % {"name": row.patient}
    if problems:
        raise UnresolvedConflicts(problems)


def _is_already_applied(row: Appointment, resolution: Resolution) -> bool:
    if resolution.action == ResolutionAction.CANCEL:
        return row.status == Status.CANCELLED
    if resolution.action == ResolutionAction.MOVE:
        return (row.starts_at, row.therapist.slug) == (resolution.start, resolution.therapist)
    if resolution.action == ResolutionAction.ASK:
        return row.override == Override.ASKED
    return row.override in OUTSIDE_HOURS_OVERRIDES


def _apply_resolutions(
    affected: Sequence[Appointment],
    resolutions: Resolutions,
    *,
    change: ScheduleChange,
    by: Actor,
    message_to_patients: str,
) -> list[_Placed]:
    """Apply all resolutions and return the new places.

    Raises UnresolvedConflicts with every refusal.
    """
    problems: dict[int, str] = {}
    is_resource = isinstance(change, ResourceChange)
    keep_as = Override.SWITCHED_OFF if is_resource else Override.HOURS_CHANGED
    placed: list[_Placed] = []
    for row in sorted(affected, key=lambda row: RESOLUTION_ORDER.index(resolutions[row.pk].action)):
        try:
            applied = _apply_resolution(
                row,
                resolutions[row.pk],
                by=by,
                message_to_patients=message_to_patients,
                keep_as=keep_as,
                therapist_away=not isinstance(change, RoomChange | OptionsWithdrawal),
            )
        except SlotTaken as refusal:
            problems |= _collisions(row, resolutions[row.pk], placed) or {row.pk: str(refusal)}
        except Refusal as refusal:
            problems[row.pk] = str(refusal)
        else:
            needs_place = resolutions[row.pk].action in PLACE_NEEDED
            placed += [_Placed(row, applied)] if needs_place else []
    if problems:
        raise UnresolvedConflicts(problems)
    return placed


def _require_unaffected(
    placed: Iterable[_Placed], change: ScheduleChange, clinic: ClinicProfile
) -> None:
    """Raise UnresolvedConflicts if the change affects the new place of an appointment.

    Its hours may not be saved yet, so that the move itself does not notice.
    """
    impact = find_impact(change, clinic, clock.now())
    lost = {row.pk for row in (*impact.affected, *impact.holds)}
    sentence = _("That time is taken away too. Please choose another.")
    problems = {given.appointment.pk: sentence for given in placed if given.place.pk in lost}
    if problems:
        raise UnresolvedConflicts(problems)


def _collisions(
    row: Appointment, resolution: Resolution, placed: Sequence[_Placed]
) -> dict[int, str]:
    """Return messages, by primary key, for the appointments on the page that take the same time.

    Empty if it is an appointment elsewhere that has taken the time. Two appointments with different
    therapists can collide over the last free room.
    """
    start = resolution.start or row.starts_at
    end = start + (row.blocked_until - row.starts_at)
    overlapping = [
        other
        for other in placed
        if other.place.starts_at < end and start < other.place.blocked_until
    ]
    same_therapist = [
        other for other in overlapping if other.place.therapist.slug == resolution.therapist
    ]
    sentence = _(
        "You have given %(name)s and %(other)s the same time with %(therapist)s. Please choose "
        "another time for one of them."
    )
    if not same_therapist:
        sentence = _(
            "You have given %(name)s and %(other)s times at which only one room is left. Please "
            "choose another time for one of them."
        )
    other = next(iter(same_therapist or overlapping), None)
    if other is None:
        return {}
    second = other.appointment.patient
    names = {"name": row.patient, "other": second, "therapist": other.place.therapist.name}
    swapped = names | {"name": second, "other": row.patient}
    return {row.pk: sentence % names, other.appointment.pk: sentence % swapped}


def _apply_resolution(
    row: Appointment,
    resolution: Resolution,
    *,
    by: Actor,
    message_to_patients: str,
    keep_as: Override,
    therapist_away: bool,
) -> Appointment:
    """Apply one resolution. Return the appointment, or the hold of the time about which it is
    asked."""
    match resolution:
        case Resolution(action=ResolutionAction.CANCEL):
            return cancel_appointment(row, by=by, reason=message_to_patients)
        case Resolution(action=ResolutionAction.MOVE, start=datetime() as start):
            return reschedule_appointment(
                row,
                start=start,
                therapist=resolution.therapist,
                therapist_away=therapist_away,
                by=by,
            )
        case Resolution(action=ResolutionAction.ASK, start=datetime() as start):
            return ask_patient(
                row,
                start=start,
                therapist=resolution.therapist,
                terms=MoveTerms(message_to_patient=message_to_patients),
                is_time_lost=True,
                by=by,
            ).hold
        case Resolution(action=ResolutionAction.KEEP):
            return _keep(row, keep_as, by=by)
        case _:
            raise SlotNotOffered()


def _keep(row: Appointment, keep_as: Override, *, by: Actor) -> Appointment:
    """Mark the appointment as kept outside working hours, until it moves.

    One that was kept when its therapist or room was switched off keeps that mark.
    """
    close_proposal(row, by=by)
    if row.override not in (keep_as, Override.SWITCHED_OFF):
        row.override = keep_as
        row.save(update_fields=["override"])
        record_event(row, EventKind.KEPT_OUTSIDE_HOURS, by=by)
    return row
