"""Hours change, and everybody who loses their time by it is settled, in one step."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from booking.actions.actor import Actor, Kind, record
from booking.actions.appointments.cancel import cancel_appointment
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.holds.release_hold import release_hold
from booking.actions.locks import lock_rooms, lock_therapists, one_at_a_time
from booking.actions.schedule.save_schedule_change import write_hours
from booking.errors import NotSettled, Refusal, SlotNotOffered, TooManyLose
from booking.inputs import Change, Choice, Resolution, WeekChange
from booking.lifecycle import OUTSIDE_HOURS, Override, Status
from booking.models import Appointment, ClinicProfile, Room, Therapist
from booking.queries.schedule.changed_hours import reach_of
from booking.queries.schedule.impact import MOST_LOST, Impact, impact_of
from booking.queries.schedule.weekly_patterns import planned_week
from clinic.lib.dates import clock

Resolutions = Mapping[int, Resolution]
IN_TURN = (Choice.CANCEL, Choice.MOVE, Choice.KEEP)
"""What is given up makes room for what moves."""


def change_schedule(
    change: Change, *, resolutions: Resolutions, by: Actor, words: str = ""
) -> Counter[Choice]:
    """Save the change and do for each appointment (by id) that loses its time what was chosen.

    Everything is looked at again under the locks: if an appointment has no choice, has changed
    since it was seen, or its new time is gone, nothing at all is saved. Times that somebody only
    holds are given back. `words` are told to those whose appointment is cancelled. Returns how
    often each choice was made. Raises NotSettled or TooManyLose.
    """
    clinic = ClinicProfile.objects.get()
    with one_at_a_time():
        _lock(change, clinic, resolutions)
        if isinstance(change, WeekChange):
            change = planned_week(change)
        impact = impact_of(change, clinic, clock.now(), locking=True)
        _check_seen(impact, resolutions)
        write_hours(change)
        for hold in impact.holds:
            release_hold(hold, by=by)
        _settle(impact.lost, resolutions, by=by, words=words)
    return Counter(one.choice for one in resolutions.values())


def _lock(change: Change, clinic: ClinicProfile, resolutions: Resolutions) -> None:
    """The therapist concerned; everybody, and all rooms, if somebody moves or the clinic closes."""
    whose = reach_of(change, clinic.zone).therapist
    moving = any(one.choice == Choice.MOVE for one in resolutions.values())
    if whose is None or moving:
        lock_therapists(Therapist.objects.values_list("pk", flat=True))
    else:
        lock_therapists([whose])
    if moving:
        lock_rooms(Room.objects.values_list("pk", flat=True))


def _check_seen(impact: Impact, resolutions: Resolutions) -> None:
    """Each appointment has a choice, made for what it is now; no choice is left over, unless it
    has been carried out already: by a double click, or by the patient."""
    if impact.is_too_much:
        raise TooManyLose(len(impact.lost), MOST_LOST)
    lost = {row.pk: row for row in impact.lost}
    problems = {}
    for pk, row in lost.items():
        if pk not in resolutions:
            problems[pk] = _("This appointment is new here. Please choose what happens to it.")
        elif resolutions[pk].sequence != row.sequence:
            problems[pk] = _("This appointment has changed since you looked. Please choose again.")
    others = Appointment.objects.with_everything().in_bulk(resolutions.keys() - lost.keys())
    for pk, row in others.items():
        if not _is_done(row, resolutions[pk]):
            sentence = _("%(name)s needs nothing any more: the appointment was changed meanwhile.")
            problems[pk] = sentence % {"name": row.patient}
    if problems:
        raise NotSettled(problems)


def _is_done(row: Appointment, resolution: Resolution) -> bool:
    if resolution.choice == Choice.CANCEL:
        return row.status == Status.CANCELLED
    if resolution.choice == Choice.MOVE:
        there = (resolution.start, resolution.therapist)
        return (row.starts_at, row.therapist.slug) == there
    return row.override in OUTSIDE_HOURS


def _settle(
    lost: Sequence[Appointment], resolutions: Resolutions, *, by: Actor, words: str
) -> None:
    """Every refusal is collected, so that all can be shown at once."""
    problems: dict[int, str] = {}
    for row in sorted(lost, key=lambda row: IN_TURN.index(resolutions[row.pk].choice)):
        try:
            _do(row, resolutions[row.pk], by=by, words=words)
        except Refusal as refusal:
            problems[row.pk] = str(refusal)
    if problems:
        raise NotSettled(problems)


def _do(row: Appointment, resolution: Resolution, *, by: Actor, words: str) -> None:
    match resolution:
        case Resolution(choice=Choice.CANCEL):
            cancel_appointment(row, by=by, reason=words)
        case Resolution(choice=Choice.MOVE, start=datetime() as start):
            reschedule_appointment(row, start=start, therapist=resolution.therapist, by=by)
        case Resolution(choice=Choice.KEEP):
            _keep(row, by=by)
        case _:
            raise SlotNotOffered()


def _keep(row: Appointment, *, by: Actor) -> None:
    """Once kept, it stays marked until it moves."""
    if row.override == Override.KEPT:
        return
    row.override = Override.KEPT
    row.save(update_fields=["override"])
    record(row, Kind.KEPT, by=by)
