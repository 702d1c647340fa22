"""A booking in short, for the cards beside forms and on the review page."""

from typing import TypedDict

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from booking.inputs import PersonalDetails
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile
from booking.queries.availability.rescheduling import Place, place_before
from clinic.lib.dates import date_format
from clinic.lib.text.money import money


class Row(TypedDict, total=False):
    """One line of a summary; `href` and `change` make it a line with a link to change it."""

    label: str
    value: str
    note: str
    href: str
    change: str


STEPS = (
    lazy("Time"),
    lazy("About you"),
    lazy("Questions"),
    lazy("Review"),
    lazy("Booked"),
)


def booking_rows(appointment: Appointment, clinic: ClinicProfile) -> list[Row]:
    """When, what, with whom, how much."""
    return [
        {
            "label": _("When"),
            "value": span_in_words(appointment, clinic),
            "note": date_format.zone_name(appointment.starts_at, clinic.zone),
        },
        {
            "label": _("What"),
            "value": appointment.option.treatment.name,
            "note": minutes_long(appointment.minutes),
        },
        {"label": _("With"), "value": appointment.therapist.name},
        {
            "label": _("Price"),
            "value": money(appointment.price, appointment.currency),
            "note": _("You pay at the clinic."),
        },
    ]


def appointment_rows(appointment: Appointment, clinic: ClinicProfile) -> list[Row]:
    """A booked appointment: all of it, with the way to the room."""
    rows = booking_rows(appointment, clinic)
    where = ", ".join(filter(None, [clinic.street, f"{clinic.city} {clinic.postcode}".strip()]))
    rows.insert(2, {"label": _("Where"), "value": where, "note": appointment.room.directions})
    return rows


def short_rows(appointment: Appointment, clinic: ClinicProfile) -> list[Row]:
    """Which appointment it is about, where something else matters more."""
    when_row, what, who, _price = booking_rows(appointment, clinic)
    what["note"] = _("%(length)s, with %(name)s") % {"length": what["note"], "name": who["value"]}
    return [when_row, what]


def change_rows(appointment: Appointment, place: Place, clinic: ClinicProfile) -> list[Row]:
    """What stays, and what becomes different when an appointment moves."""
    rows: list[Row] = [
        {
            "label": _("New time"),
            "value": span_in_words(place, clinic),
            "note": date_format.zone_name(place.starts_at, clinic.zone),
        },
        {"label": _("Instead of"), "value": span_in_words(appointment, clinic)},
    ]
    same = place.therapist == appointment.therapist
    who = _("%(name)s, as before") if same else _("%(name)s instead of %(old)s")
    names = {"name": place.therapist.name, "old": appointment.therapist.name}
    rows.append({"label": _("With"), "value": who % names})
    if place.price != appointment.price:
        was = _("It was %(price)s.") % {"price": money(appointment.price, appointment.currency)}
        new = money(place.price, appointment.currency)
        rows.append({"label": _("Price"), "value": new, "note": was})
    return rows


def span_in_words(what: Appointment | Place, clinic: ClinicProfile) -> str:
    """Tuesday 1 December 2026, 5:30 pm to 6:30 pm"""
    return _("%(day)s, %(start)s to %(end)s") % {
        "day": date_format.long_day(what.starts_at.astimezone(clinic.zone).date()),
        "start": date_format.clock_time(what.starts_at, clinic.zone),
        "end": date_format.clock_time(what.ends_at, clinic.zone),
    }


def state_in_words(appointment: Appointment) -> str:
    """One or two words for the top of the page."""
    return {
        Status.BOOKED: _("Booked"),
        Status.ARRIVED: _("You are here"),
        Status.COMPLETED: _("Completed"),
        Status.CANCELLED: _("Cancelled"),
        Status.NO_SHOW: _("Missed"),
    }[Status(appointment.status)]


def before_in_words(appointment: Appointment, clinic: ClinicProfile) -> str:
    """From when, or from whom, it has moved; empty if it has not."""
    before = place_before(appointment)
    if before is None:
        return ""
    if before.starts_at != appointment.starts_at:
        return _("Moved from %(day)s, %(start)s") % {
            "day": date_format.long_day(before.starts_at.astimezone(clinic.zone).date()),
            "start": date_format.clock_time(before.starts_at, clinic.zone),
        }
    return _("Moved from %(name)s") % {"name": before.therapist.name}


def person_rows(details: PersonalDetails, hold: Appointment) -> list[Row]:
    """What a patient has told us, each with a way back to change it."""
    rows: list[Row] = [
        {"label": _("Name"), "value": details.name},
        {"label": _("E-mail"), "value": details.email},
        {"label": _("Phone"), "value": details.phone},
    ]
    if details.note:
        rows.append({"label": _("Your note"), "value": details.note})
    answered: Row = {"label": _("Questions before a massage"), "value": _("Answered")}
    answered |= {
        "href": reverse("hold-questions", args=[hold.hold_token]),
        "change": _("Change your answers"),
    }
    rows.append(answered)
    rows[0] |= {"href": reverse("hold", args=[hold.hold_token]), "change": _("Change your details")}
    return rows


def minutes_long(minutes: int) -> str:
    """60 minutes"""
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}
