"""A booking in short, for the cards beside forms and on the review page."""

from typing import TypedDict

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from booking.inputs import PersonalDetails
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile
from booking.queries.availability.rescheduling import AppointmentPlace, find_previous_place
from clinic.lib.dates import date_format
from clinic.lib.text.money import format_money


class SummaryRow(TypedDict, total=False):
    """One line of a summary; `href` and `change` make it a line with a link to change it."""

    label: str
    value: str
    note: str
    href: str
    change: str


BOOKING_STEPS = (
    lazy("Time"),
    lazy("About you"),
    lazy("Questions"),
    lazy("Review"),
    lazy("Booked"),
)


def booking_rows(appointment: Appointment, clinic: ClinicProfile) -> list[SummaryRow]:
    """When, what, with whom, how much."""
    return [
        {
            "label": _("When"),
            "value": format_time_range(appointment, clinic),
            "note": date_format.zone_name(appointment.starts_at, clinic.zone),
        },
        {
            "label": _("What"),
            "value": appointment.option.treatment.name,
            "note": format_minutes(appointment.minutes),
        },
        {"label": _("With"), "value": appointment.therapist.name},
        {
            "label": _("Price"),
            "value": format_money(appointment.price, appointment.currency),
            "note": _("You pay at the clinic."),
        },
    ]


def appointment_rows(appointment: Appointment, clinic: ClinicProfile) -> list[SummaryRow]:
    """A booked appointment: all of it, with the way to the room."""
    rows = booking_rows(appointment, clinic)
    where = ", ".join(filter(None, [clinic.street, f"{clinic.city} {clinic.postcode}".strip()]))
    rows.insert(2, {"label": _("Where"), "value": where, "note": appointment.room.directions})
    return rows


def short_rows(appointment: Appointment, clinic: ClinicProfile) -> list[SummaryRow]:
    """Which appointment it is about, where something else matters more."""
    when_row, what, who, _price = booking_rows(appointment, clinic)
    what["note"] = _("%(length)s, with %(name)s") % {"length": what["note"], "name": who["value"]}
    return [when_row, what]


def change_rows(
    appointment: Appointment, place: AppointmentPlace, clinic: ClinicProfile
) -> list[SummaryRow]:
    """What stays, and what becomes different when an appointment moves."""
    rows: list[SummaryRow] = [
        {
            "label": _("New time"),
            "value": format_time_range(place, clinic),
            "note": date_format.zone_name(place.starts_at, clinic.zone),
        },
        {"label": _("Instead of"), "value": format_time_range(appointment, clinic)},
    ]
    same = place.therapist == appointment.therapist
    who = _("%(name)s, as before") if same else _("%(name)s instead of %(old)s")
    names = {"name": place.therapist.name, "old": appointment.therapist.name}
    rows.append({"label": _("With"), "value": who % names})
    if place.price != appointment.price:
        was = _("It was %(price)s.") % {
            "price": format_money(appointment.price, appointment.currency)
        }
        new = format_money(place.price, appointment.currency)
        rows.append({"label": _("Price"), "value": new, "note": was})
    return rows


def format_time_range(what: Appointment | AppointmentPlace, clinic: ClinicProfile) -> str:
    """Tuesday 1 December 2026, 5:30 pm to 6:30 pm"""
    return _("%(day)s, %(start)s to %(end)s") % {
        "day": date_format.long_day(clinic.local_date(what.starts_at)),
        "start": date_format.local_time(what.starts_at, clinic.zone),
        "end": date_format.local_time(what.ends_at, clinic.zone),
    }


def status_label(appointment: Appointment) -> str:
    """One or two words for the top of the page."""
    return {
        Status.BOOKED: _("Booked"),
        Status.ARRIVED: _("You are here"),
        Status.COMPLETED: _("Completed"),
        Status.CANCELLED: _("Cancelled"),
        Status.NO_SHOW: _("Missed"),
    }[Status(appointment.status)]


def moved_from_label(appointment: Appointment, clinic: ClinicProfile) -> str:
    """From when, or from whom, it has moved; empty if it has not."""
    before = find_previous_place(appointment)
    if before is None:
        return ""
    if before.starts_at != appointment.starts_at:
        return _("Moved from %(day)s, %(start)s") % {
            "day": date_format.long_day(clinic.local_date(before.starts_at)),
            "start": date_format.local_time(before.starts_at, clinic.zone),
        }
    return _("Moved from %(name)s") % {"name": before.therapist.name}


def person_rows(details: PersonalDetails, hold: Appointment) -> list[SummaryRow]:
    """What a patient has told us, each with a way back to change it."""
    rows: list[SummaryRow] = [
        {"label": _("Name"), "value": details.name},
        {"label": _("E-mail"), "value": details.email},
        {"label": _("Phone"), "value": details.phone},
    ]
    if details.note:
        rows.append({"label": _("Your note"), "value": details.note})
    answered: SummaryRow = {"label": _("Questions before a massage"), "value": _("Answered")}
    answered |= {
        "href": reverse("hold-questions", args=[hold.hold_token]),
        "change": _("Change your answers"),
    }
    rows.append(answered)
    rows[0] |= {"href": reverse("hold", args=[hold.hold_token]), "change": _("Change your details")}
    return rows


def format_minutes(minutes: int) -> str:
    """60 minutes"""
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}
