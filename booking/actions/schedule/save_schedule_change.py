"""Save a change of working hours. Called by change_schedule, in its transaction and locks."""

from datetime import timedelta
from uuid import uuid4

from django.db.models import Q

from booking.actions.schedule.close_clinic import add_closures
from booking.inputs import (
    ClosureChange,
    DateExceptionChange,
    OptionsWithdrawal,
    ResourceChange,
    RoomKindChange,
    RoomSwitchOff,
    ScheduleChange,
    TherapistSwitchOff,
    TimeOffChange,
    TreatmentRoomKindChange,
    WeeklyHoursChange,
)
from booking.models import (
    DateException,
    DateExceptionSpan,
    Offer,
    Option,
    Room,
    Therapist,
    TimeOff,
    Treatment,
    WeeklyHours,
)

ONE_DAY = timedelta(days=1)


def save_schedule_change(change: ScheduleChange) -> None:
    """Save a change. Saving it a second time changes nothing."""
    match change:
        case WeeklyHoursChange():
            _save_weekly_hours(change)
        case DateExceptionChange():
            _save_date_exception(change)
        case TimeOffChange():
            _save_time_off(change)
        case ClosureChange():
            add_closures(change.closures)
        case _:
            _save_resource_change(change)


def _save_resource_change(change: ResourceChange) -> None:
    match change:
        case TherapistSwitchOff(therapist=therapist):
            Therapist.objects.filter(pk=therapist).update(is_active=False)
        case RoomSwitchOff(room=room):
            Room.objects.filter(pk=room).update(is_active=False)
        case RoomKindChange(room=room, kind=kind):
            Room.objects.filter(pk=room).update(kind=kind)
        case TreatmentRoomKindChange(treatment=treatment, kind=needed):
            Treatment.objects.filter(pk=treatment).update(room_kind=needed)
        case OptionsWithdrawal():
            _withdraw_options(change)


def _withdraw_options(change: OptionsWithdrawal) -> None:
    if change.therapist is not None:
        Offer.objects.filter(therapist=change.therapist, option__in=change.options).delete()
    elif change.treatment is not None:
        Treatment.objects.filter(pk=change.treatment).update(is_active=False)
    else:
        Option.objects.filter(pk__in=change.options).update(is_active=False)


def _save_weekly_hours(change: WeeklyHoursChange) -> None:
    """Replace the rows of the changed dates; keep the pattern before and after them."""
    rows = WeeklyHours.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=change.valid_from), therapist=change.therapist
    )
    if change.valid_until is not None:
        rows = rows.filter(Q(valid_from=None) | Q(valid_from__lte=change.valid_until))
    for row in rows:
        _remove_overlap(row, change)
    WeeklyHours.objects.bulk_create(
        WeeklyHours(
            therapist_id=change.therapist,
            weekday=weekday,
            starts=starts,
            ends=ends,
            valid_from=change.valid_from,
            valid_until=change.valid_until,
        )
        for weekday, starts, ends in change.week
    )


def _remove_overlap(row: WeeklyHours, change: WeeklyHoursChange) -> None:
    """Cut the dates of the change out of a row; keep what lies before and after."""
    valid_until = row.valid_until
    before = row.valid_from is None or row.valid_from < change.valid_from
    after = change.valid_until is not None and (
        valid_until is None or valid_until > change.valid_until
    )
    if before:
        row.valid_until = change.valid_from - ONE_DAY
        row.save(update_fields=["valid_until"])
    else:
        row.delete()
    if after and change.valid_until is not None:
        row.pk = None
        row.valid_from, row.valid_until = change.valid_until + ONE_DAY, valid_until
        row.save(force_insert=True)


def _save_date_exception(change: DateExceptionChange) -> None:
    existing = DateException.objects.filter(therapist=change.therapist, day=change.day)
    if change.spans is None:
        existing.delete()
        return
    exception, _ = DateException.objects.update_or_create(
        therapist_id=change.therapist, day=change.day, defaults={"note": change.note}
    )
    exception.spans.all().delete()
    DateExceptionSpan.objects.bulk_create(
        DateExceptionSpan(exception=exception, starts=starts, ends=ends)
        for starts, ends in change.spans
    )


def _save_time_off(change: TimeOffChange) -> None:
    """Add a row for each span that does not exist yet; several spans form a series."""
    existing = TimeOff.objects.filter(therapist=change.therapist)
    existing_spans = set(existing.values_list("starts_at", "ends_at"))
    series = uuid4() if len(change.spans) > 1 else None
    TimeOff.objects.bulk_create(
        TimeOff(
            therapist_id=change.therapist,
            starts_at=starts_at,
            ends_at=ends_at,
            note=change.note,
            series=series,
        )
        for starts_at, ends_at in change.spans
        if (starts_at, ends_at) not in existing_spans
    )
