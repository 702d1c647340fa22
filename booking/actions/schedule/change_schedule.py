"""Change working hours and resolve the affected appointments, in one transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.record_event import record_event
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.holds.release_hold import release_hold
from booking.actions.locks import (
    reserve,
    reserve_everything,
    write_action,
    write_transaction,
)
from booking.actions.schedule.save_schedule_change import save_schedule_change
from booking.errors import Refusal, SlotNotOffered, TooManyConflicts, UnresolvedConflicts
from booking.inputs import Resolution, ResolutionAction, ScheduleChange, WeeklyHoursChange
from booking.lifecycle import OUTSIDE_HOURS_OVERRIDES, Override, Status
from booking.models import Appointment, ClinicProfile, Therapist
from booking.queries.schedule.changed_hours import affected_range
from booking.queries.schedule.impact import MAX_AFFECTED, ScheduleImpact, find_impact
from booking.queries.schedule.weekly_patterns import with_planned_end
from clinic.lib.dates import clock

Resolutions = Mapping[int, Resolution]
RESOLUTION_ORDER = (ResolutionAction.CANCEL, ResolutionAction.MOVE, ResolutionAction.KEEP)
"""Cancellations come first: they make room for the appointments that move."""


@write_action
def change_schedule(
    change: ScheduleChange, *, resolutions: Resolutions, by: Actor, message_to_patients: str = ""
) -> Counter[ResolutionAction]:
    """Save the change and apply to each affected appointment, by primary key, its resolution.

    Everything is checked again under the locks: if an appointment has no resolution, has changed
    since it was shown, or its new time is taken, nothing is saved. Affected holds are released.
    `message_to_patients` is mailed to patients whose appointment is cancelled. Returns how often
    each resolution was chosen. Raises UnresolvedConflicts or TooManyConflicts.
    """
    clinic = ClinicProfile.objects.get()
    with write_transaction():
        _reserve_affected(change, clinic, resolutions)
        if isinstance(change, WeeklyHoursChange):
            change = with_planned_end(change)
        impact = find_impact(change, clinic, clock.now(), lock_rows=True)
        _check_resolutions(impact, resolutions)
        save_schedule_change(change)
        record_audit(Action.CHANGED, _schedule_object(change, clinic), by=by)
        for hold in impact.holds:
            release_hold(hold, by=by)
        _apply_resolutions(
            impact.affected, resolutions, by=by, message_to_patients=message_to_patients
        )
    return Counter(resolution.action for resolution in resolutions.values())


def _schedule_object(change: ScheduleChange, clinic: ClinicProfile) -> AuditObject:
    """Return what changes as the object of an audit entry: whose hours, and the kind of change."""
    pk = affected_range(change, clinic.zone).therapist
    therapist = Therapist.objects.select_related("user").get(pk=pk) if pk else None
    details = {
        "kind": type(change).__name__.removesuffix("Change"),
        "therapist": therapist.name if therapist else "",
    }
    owner = therapist.user if therapist else None
    return AuditObject(ObjectType.SCHEDULE, affected_user=owner, details=details)


def _reserve_affected(
    change: ScheduleChange, clinic: ClinicProfile, resolutions: Resolutions
) -> None:
    """Reserve one therapist, all if the clinic closes, or everything if somebody moves."""
    therapist = affected_range(change, clinic.zone).therapist
    if any(item.action == ResolutionAction.MOVE for item in resolutions.values()):
        reserve_everything()
    elif therapist is None:
        reserve(therapists=Therapist.objects.values_list("pk", flat=True))
    else:
        reserve(therapists=[therapist])


def _check_resolutions(impact: ScheduleImpact, resolutions: Resolutions) -> None:
    """Require a resolution for each affected appointment, made for its present version.

    Further resolutions must be applied already: by a double click, or by the patient.
    """
    if impact.exceeds_limit:
        raise TooManyConflicts(len(impact.affected), MAX_AFFECTED)
    affected = {row.pk: row for row in impact.affected}
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
    return row.override in OUTSIDE_HOURS_OVERRIDES


def _apply_resolutions(
    affected: Sequence[Appointment],
    resolutions: Resolutions,
    *,
    by: Actor,
    message_to_patients: str,
) -> None:
    """Apply all resolutions; raise UnresolvedConflicts with every refusal."""
    problems: dict[int, str] = {}
    for row in sorted(affected, key=lambda row: RESOLUTION_ORDER.index(resolutions[row.pk].action)):
        try:
            _apply_resolution(
                row, resolutions[row.pk], by=by, message_to_patients=message_to_patients
            )
        except Refusal as refusal:
            problems[row.pk] = str(refusal)
    if problems:
        raise UnresolvedConflicts(problems)


def _apply_resolution(
    row: Appointment, resolution: Resolution, *, by: Actor, message_to_patients: str
) -> None:
    match resolution:
        case Resolution(action=ResolutionAction.CANCEL):
            cancel_appointment(row, by=by, reason=message_to_patients)
        case Resolution(action=ResolutionAction.MOVE, start=datetime() as start):
            reschedule_appointment(row, start=start, therapist=resolution.therapist, by=by)
        case Resolution(action=ResolutionAction.KEEP):
            _keep_outside_hours(row, by=by)
        case _:
            raise SlotNotOffered()


def _keep_outside_hours(row: Appointment, *, by: Actor) -> None:
    """Mark the appointment as kept outside working hours, until it moves."""
    if row.override == Override.HOURS_CHANGED:
        return
    row.override = Override.HOURS_CHANGED
    row.save(update_fields=["override"])
    record_event(row, EventKind.KEPT_OUTSIDE_HOURS, by=by)
