"""Describe the events of an appointment in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from booking.lifecycle import Override, Status
from booking.models import Appointment, AppointmentEvent, ClinicProfile, Option, Room, Therapist
from clinic.lib.dates import date_format
from clinic.lib.text.money import format_money

EventKind = AppointmentEvent.Kind
PAYMENT_KINDS = (
    EventKind.PAYMENT_RECORDED,
    EventKind.PAYMENT_REVERSED,
    EventKind.PAYMENT_REFUNDED,
)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An event in words."""

    occurred_at: datetime
    action: str
    author: str
    details: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NameLookup:
    """The objects whose keys the events hold."""

    clinic: ClinicProfile
    therapists: Mapping[int, Therapist]
    rooms: Mapping[int, Room]
    options: Mapping[int, Option]


def appointment_history(appointment: Appointment, clinic: ClinicProfile) -> list[HistoryEntry]:
    """Return the history of an appointment, newest first. At most four queries."""
    events = list(appointment.events.select_related("user").order_by("-pk"))
    return describe_events(events, clinic)


def describe_events(
    events: Sequence[AppointmentEvent], clinic: ClinicProfile
) -> list[HistoryEntry]:
    """Return events in words, in the same order."""
    names = _load_names(events, clinic)
    return [
        HistoryEntry(
            event.at, event.get_kind_display(), _author(event), _event_details(event, names)
        )
        for event in events
    ]


def _author(event: AppointmentEvent) -> str:
    author = str(event.user) if event.user is not None else event.get_actor_type_display()
    return _("%(name)s, for the patient") % {"name": author} if _is_by_proxy(event) else author


def _is_by_proxy(event: AppointmentEvent) -> bool:
    return "for_patient" in event.details


def _event_details(event: AppointmentEvent, names: NameLookup) -> list[str]:
    details: Mapping[str, Any] = event.details
    lines = _changed_values(details, names) if event.kind == EventKind.MOVED else []
    if event.kind in PAYMENT_KINDS:
        amount = format_money(Decimal(details["amount"]), names.clinic.currency)
        lines.append(
            _("%(amount)s, receipt %(number)s") % {"amount": amount, "number": details["number"]}
        )
    if event.kind == EventKind.CHARGE_CHANGED:
        lines.append(format_money(Decimal(details["amount"]), names.clinic.currency))
    if event.kind == EventKind.STATUS_REVERTED:
        lines.append(_("it was: %(status)s") % {"status": Status(details["from"]).label})
    if details.get("patient_notified", details.get("told")) is False:  # "told": older events
        lines.append(_("the patient was not written to"))
    lines += [str(Override(reason).label) for reason in details.get("override", ())]
    return lines


def _changed_values(details: Mapping[str, Any], names: NameLookup) -> list[str]:
    """Return a sentence for each value that a move has changed."""
    before, after = details.get("from") or {}, details.get("to") or {}
    described = (
        (_("time"), "starts_at", lambda value: _format_time(value, names.clinic)),
        (_("treatment"), "option", lambda value: names.options.get(value, "?")),
        (_("therapist"), "therapist", lambda value: names.therapists.get(value, "?")),
        (_("room"), "room", lambda value: names.rooms.get(value, "?")),
        (_("price"), "price", lambda value: format_money(Decimal(value), names.clinic.currency)),
    )
    return [
        _("%(what)s: %(before)s, now %(after)s")
        % {"what": label, "before": say(before[key]), "after": say(after[key])}
        for label, key, say in described
        if before.get(key) is not None and after.get(key) not in (None, before[key])
    ]


def _format_time(written: str, clinic: ClinicProfile) -> str:
    start = datetime.fromisoformat(written)
    day = date_format.short_day(clinic.local_date(start))
    return f"{day}, {date_format.local_time(start, clinic.zone)}"


def _load_names(events: Sequence[AppointmentEvent], clinic: ClinicProfile) -> NameLookup:
    places = [
        place
        for event in events
        if event.kind == EventKind.MOVED
        for place in (event.details.get("from") or {}, event.details.get("to") or {})
    ]

    def numbers(key: str) -> set[int]:
        return {place[key] for place in places if place.get(key) is not None}

    return NameLookup(
        clinic,
        Therapist.objects.in_bulk(numbers("therapist")),
        Room.objects.in_bulk(numbers("room")),
        Option.objects.select_related("treatment").in_bulk(numbers("option")),
    )
