"""The first steps of a new clinic. What exists already is left as it is."""

from collections.abc import Iterable, Sequence
from datetime import time

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from booking.actions.audit.record import Action
from booking.actions.audit.settings import record_setting, setting_name
from booking.actions.schedule.set_therapist_options import set_therapist_options
from booking.actions.staff.accounts import add_staff_roles
from booking.actions.staff.therapist_profiles import free_slug
from booking.inputs import BookingRules, NewClinic, NewTreatment
from booking.models import (
    ClinicProfile,
    Option,
    Role,
    Room,
    RoomKind,
    Therapist,
    Treatment,
    User,
    WeeklyHours,
)


def set_up_clinic(data: NewClinic) -> ClinicProfile:
    """Create the clinic with the default booking rules, or return the one that exists."""
    with transaction.atomic():
        clinic, created = ClinicProfile.objects.get_or_create(pk=1, defaults=data.as_dict())
        _record_created([clinic] if created else [])
    return clinic


def set_booking_rules(rules: BookingRules) -> None:
    """Set the rules for new bookings; booked appointments stay as they are."""
    record_setting("Clinic profile", fields=sorted(rules.as_dict()))
    ClinicProfile.objects.update(**rules.as_dict())


def add_rooms(names: Iterable[str]) -> list[Room]:
    """Create rooms of one kind, for all treatments. Names that exist are skipped."""
    with transaction.atomic():
        existing_names = set(Room.objects.values_list("name", flat=True))
        new_names = [name for name in dict.fromkeys(names) if name not in existing_names]
        kind = RoomKind.objects.first() or RoomKind.objects.create(name=_("Treatment room"))
        created = [Room.objects.create(name=name, kind=kind) for name in new_names]
        _record_created(created)
    return created


def add_treatments(treatments: Sequence[NewTreatment]) -> list[Treatment]:
    """Create treatments with their options, offered by all active therapists."""
    with transaction.atomic():
        existing_slugs = set(Treatment.objects.values_list("slug", flat=True))
        created = [
            _create_treatment(treatment, position)
            for position, treatment in enumerate(treatments)
            if treatment.slug not in existing_slugs
        ]
        for therapist in Therapist.objects.filter(is_active=True):
            offered = Option.objects.filter(offers__therapist=therapist)
            new = Option.objects.filter(treatment__in=created)
            set_therapist_options(therapist, offered.union(new))
        _record_created(created)
    return created


def add_therapists(names: Iterable[str], *, myself: User | None = None) -> list[Therapist]:
    """Create therapists who offer all active options. `myself` becomes one with their account."""
    with transaction.atomic():
        before = set(Therapist.objects.values_list("pk", flat=True))
        if myself is not None:
            add_staff_roles(myself.email, [Role.THERAPIST])
        for name in names:
            Therapist.objects.create(name=name, slug=free_slug(name))
        created = list(Therapist.objects.exclude(pk__in=before))
        options = list(Option.objects.filter(is_active=True))
        for therapist in created:
            set_therapist_options(therapist, options)
        _record_created(created)
    return created


def add_default_weekly_hours(
    therapists: Iterable[Therapist], weekdays: Iterable[int], starts: time, ends: time
) -> int:
    """Give therapists without weekly hours the same hours on these days. Return how many."""
    with transaction.atomic():
        without_hours = [
            therapist for therapist in therapists if not therapist.weekly_hours.exists()
        ]
        WeeklyHours.objects.bulk_create(
            WeeklyHours(therapist=therapist, weekday=weekday, starts=starts, ends=ends)
            for therapist in without_hours
            for weekday in sorted(set(weekdays))
        )
        for therapist in without_hours:
            record_setting(setting_name(therapist), fields=["weekly hours"])
    return len(without_hours)


def _record_created(rows: Iterable[Model]) -> None:
    """Record in the audit trail what a step has created."""
    for row in rows:
        record_setting(setting_name(row), action=Action.CREATED)


def _create_treatment(new: NewTreatment, position: int) -> Treatment:
    treatment = Treatment.objects.create(
        name=new.name,
        slug=new.slug,
        summary=new.summary,
        description=new.description,
        who_for=new.who_for,
        what_to_expect=new.what_to_expect,
        ask_first=new.ask_first,
        pressure=new.pressure,
        color=Treatment.Color.by_position(position),
        position=position,
    )
    for minutes, turnaround, price in new.options:
        Option.objects.create(
            treatment=treatment, minutes=minutes, turnaround_minutes=turnaround, price=price
        )
    return treatment
