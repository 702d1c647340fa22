"""Save the demo clinic: profile, rooms, catalog, therapists, hours and exceptions."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle, islice
from random import Random

from django.utils.text import slugify

from booking.actions.schedule.close_clinic import close_for_holidays
from booking.demo import content
from booking.demo.content import TherapistData, WeekPattern, parse_week
from booking.demo.names import unique_names
from booking.models import (
    Accommodation,
    AccommodationRule,
    ClinicProfile,
    Closure,
    DateException,
    DateExceptionSpan,
    Offer,
    OpeningHours,
    Option,
    Room,
    RoomKind,
    Therapist,
    TimeOff,
    Treatment,
    WeeklyHours,
)
from booking.queries.schedule.holidays import public_holidays

HOURS_CHANGE_AFTER_DAYS = 28

ADDITIONAL_WEEKS = (
    parse_week("0,1,2,3 9:00-13:00 14:00-18:00"),
    parse_week("1,2,3,4 12:00-16:00 16:30-20:30"),
    parse_week("0,2,4 8:00-12:00 13:00-17:00; 5 9:00-14:00"),
    parse_week("0,1,3,4 10:00-14:30 15:30-19:00"),
    parse_week("2,3,4 13:00-17:00 17:30-21:00; 5 10:00-16:00"),
)
"""Weekly hours of further therapists, in turn."""


def create_clinic(*, therapists: int, rooms: int, today: date, rng: Random) -> ClinicProfile:
    """Save everything that appointments need, in an empty database. Returns the profile."""
    # Its key is given: a load that was rolled back has used up PostgreSQL's number 1.
    clinic = ClinicProfile.objects.create(pk=1, **content.PROFILE)
    OpeningHours.objects.bulk_create(
        OpeningHours(weekday=weekday, starts=_time_of_day(start), ends=_time_of_day(end))
        for weekday, start, end in parse_week(content.OPENING_HOURS)
    )
    AccommodationRule.objects.create(accommodation=Accommodation.BREAKS, extra_minutes=10)
    kinds = _create_rooms(rooms)
    options = _create_catalogue(kinds)
    team = _create_therapists(_therapist_data(therapists, rng), options, today)
    _create_exceptions(team, today, clinic)
    return clinic


def _create_rooms(count: int) -> dict[str, RoomKind]:
    kinds = {
        name: RoomKind.objects.create(name=name)
        for name in (content.QUIET_ROOM, content.STUDIO_ROOM)
    }
    texts = [
        *content.ROOMS,
        *(
            (f"Room {number}", kind, content.ADDITIONAL_ROOM_DIRECTIONS)
            for number, kind in zip(
                range(len(content.ROOMS) + 1, count + 1), cycle(kinds), strict=False
            )
        ),
    ]
    Room.objects.bulk_create(
        Room(name=name, kind=kinds[kind], directions=directions)
        for name, kind, directions in texts[:count]
    )
    return kinds


def _create_catalogue(kinds: dict[str, RoomKind]) -> list[Option]:
    options = []
    for position, text in enumerate(content.TREATMENTS):
        treatment = Treatment.objects.create(
            name=text.name,
            slug=text.slug,
            summary=text.summary,
            description=text.description,
            who_for=text.who_for,
            what_to_expect=text.what_to_expect,
            ask_first=text.ask_first,
            room_kind=kinds[text.room_kind] if text.room_kind else None,
            notice_minutes=text.notice_minutes,
            pressure=text.pressure,
            color=Treatment.Color.by_position(position),
            position=position,
        )
        options += [
            Option(
                treatment=treatment,
                minutes=minutes,
                turnaround_minutes=turnaround,
                price=Decimal(price),
            )
            for minutes, turnaround, price in text.options
        ]
    return Option.objects.bulk_create(options)


def _therapist_data(count: int, rng: Random) -> list[TherapistData]:
    """Return the data of the therapists: those of `content`, then further ones.

    Each of the further ones leaves out one treatment.
    """
    used = {text.name for text in content.THERAPISTS}
    names = unique_names(rng, used, max(0, count - len(content.THERAPISTS)))
    more = [
        TherapistData(
            name,
            "English",
            "Listens first, then works.",
            hours,
            excluded_treatments=(rng.choice(content.TREATMENTS[1:]).slug,),
        )
        for name, hours in zip(names, cycle(ADDITIONAL_WEEKS), strict=False)
    ]
    return list(islice((*content.THERAPISTS, *more), count))


def _create_therapists(
    texts: Sequence[TherapistData], options: Sequence[Option], today: date
) -> list[Therapist]:
    team = Therapist.objects.bulk_create(
        Therapist(
            name=text.name,
            slug=slugify(text.name),
            credentials=content.CREDENTIALS,
            languages=text.languages,
            bio=text.bio,
            position=position,
        )
        for position, text in enumerate(texts)
    )
    Offer.objects.bulk_create(
        Offer(
            therapist=therapist,
            option=option,
            own_price=text.own_prices.get((option.treatment.slug, option.minutes)),
        )
        for therapist, text in zip(team, texts, strict=True)
        for option in options
        if option.treatment.slug not in text.excluded_treatments
    )
    WeeklyHours.objects.bulk_create(
        row
        for therapist, text in zip(team, texts, strict=True)
        for row in _weekly_hours(therapist, text, today)
    )
    return team


def _weekly_hours(therapist: Therapist, text: TherapistData, today: date) -> list[WeeklyHours]:
    if text.later is None:
        return _weekly_hours_of_pattern(therapist, text.hours)
    change = today + timedelta(days=HOURS_CHANGE_AFTER_DAYS)
    return [
        *_weekly_hours_of_pattern(therapist, text.hours, valid_until=change - timedelta(days=1)),
        *_weekly_hours_of_pattern(therapist, text.later, valid_from=change),
    ]


def _weekly_hours_of_pattern(
    therapist: Therapist,
    pattern: WeekPattern,
    *,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> list[WeeklyHours]:
    return [
        WeeklyHours(
            therapist=therapist,
            weekday=weekday,
            starts=_time_of_day(start),
            ends=_time_of_day(end),
            valid_from=valid_from,
            valid_until=valid_until,
        )
        for weekday, start, end in pattern
    ]


def _create_exceptions(team: Sequence[Therapist], today: date, clinic: ClinicProfile) -> None:
    """Add holidays, a meeting, and for the first therapist a changed day, a day off, time off."""
    first_year = (today - timedelta(days=70)).year
    for year in range(first_year, today.year + 2):
        close_for_holidays(public_holidays(clinic, year))
    meeting = _next_weekday(today + timedelta(days=14), weekday=1)
    Closure.objects.create(
        name="Team meeting", first_day=meeting, last_day=meeting, starts=time(12), ends=time(13)
    )
    by_name = {therapist.name: therapist for therapist in team}
    if rosa := by_name.get("Rosa Delgado"):
        changed = DateException.objects.create(
            therapist=rosa,
            day=_next_weekday(today + timedelta(days=7), weekday=2),
            note="Late start",
        )
        DateExceptionSpan.objects.create(exception=changed, starts=time(12), ends=time(18))
    if daniel := by_name.get("Daniel Okafor"):
        DateException.objects.create(
            therapist=daniel,
            day=_next_weekday(today + timedelta(days=10), weekday=4),
            note="Moving house",
        )
    for name, begins_in, days in (
        ("Priya Nair", 37, 7),
        ("Maya Lindqvist", -30, 5),
        ("Tom Becker", 12, 2),
    ):
        if therapist := by_name.get(name):
            begins = _local_midnight(today + timedelta(days=begins_in), clinic)
            ends = _local_midnight(today + timedelta(days=begins_in + days), clinic)
            TimeOff.objects.create(
                therapist=therapist, starts_at=begins, ends_at=ends, note="Vacation"
            )


def _local_midnight(day: date, clinic: ClinicProfile) -> datetime:
    return datetime.combine(day, time(), clinic.zone).astimezone(UTC)


def _next_weekday(day: date, *, weekday: int) -> date:
    """Return the first date from `day` on with this weekday, Monday 0."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _time_of_day(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
