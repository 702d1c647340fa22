"""The summary rows of a booking, beside forms and on the review page."""

from typing import TypedDict

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from booking.forms.fields import phone_warning
from booking.inputs import PersonalDetails
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile
from booking.queries.availability.rescheduling import AppointmentPlace, find_previous_place
from clinic.lib.dates import date_format
from clinic.lib.text.money import format_money


class SummaryRow(TypedDict, total=False):
    """A row of a summary. With `href` and `change` (its text) it has a link to change it."""

    label: str
    value: str
    note: str
    href: str
    change: str


BOOKING_STEPS = (
    lazy("Time"),
    lazy("Questions"),
    lazy("Details"),
    lazy("Booked"),
)


def booking_rows(appointment: Appointment, clinic: ClinicProfile) -> list[SummaryRow]:
    """Return time, treatment, therapist and price."""
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


def place_rows(appointment: Appointment, clinic: ClinicProfile) -> list[SummaryRow]:
    """Return rows for the place, with directions to the room, and for the price."""
    where = ", ".join(filter(None, [clinic.street, f"{clinic.city} {clinic.postcode}".strip()]))
    place: SummaryRow = {"label": _("Where"), "value": where, "note": appointment.room.directions}
    return [place, booking_rows(appointment, clinic)[-1]]


def short_rows(appointment: Appointment, clinic: ClinicProfile) -> list[SummaryRow]:
    """Return the two rows that identify an appointment."""
    when_row, treatment_row, therapist_row, _price = booking_rows(appointment, clinic)
    treatment_row["note"] = _("%(length)s, with %(name)s") % {
        "length": treatment_row["note"],
        "name": therapist_row["value"],
    }
    return [when_row, treatment_row]


def change_rows(
    appointment: Appointment, place: AppointmentPlace | Appointment, clinic: ClinicProfile
) -> list[SummaryRow]:
    """Return what a move changes and what it keeps."""
    rows: list[SummaryRow] = [
        {
            "label": _("New time"),
            "value": format_time_range(place, clinic),
            "note": date_format.zone_name(place.starts_at, clinic.zone),
        },
        {"label": _("Instead of"), "value": format_time_range(appointment, clinic)},
    ]
    unchanged = place.therapist == appointment.therapist
    therapist_text = _("%(name)s, as before") if unchanged else _("%(name)s instead of %(old)s")
    names = {"name": place.therapist.name, "old": appointment.therapist.name}
    rows.append({"label": _("With"), "value": therapist_text % names})
    if place.price != appointment.price:
        was = _("It was %(price)s.") % {
            "price": format_money(appointment.price, appointment.currency)
        }
        new = format_money(place.price, appointment.currency)
        rows.append({"label": _("Price"), "value": new, "note": was})
    return rows


def proposal_rows(
    appointment: Appointment, hold: Appointment, clinic: ClinicProfile
) -> list[SummaryRow]:
    """Return rows for the proposed time and for the booked one."""
    proposed, booked, *others = change_rows(appointment, hold, clinic)
    proposed["label"], booked["label"] = _("Proposed"), _("Booked")
    if hold.starts_at == appointment.starts_at:
        proposed["note"] = _("The same time as booked")
        return [proposed, *others]
    return [proposed, booked, *others]


def format_time_range(place: Appointment | AppointmentPlace, clinic: ClinicProfile) -> str:
    """Format a place like "Tuesday 1 December 2026, 5:30 pm to 6:30 pm"."""
    return _("%(day)s, %(start)s to %(end)s") % {
        "day": date_format.long_day(clinic.local_date(place.starts_at)),
        "start": date_format.local_time(place.starts_at, clinic.zone),
        "end": date_format.local_time(place.ends_at, clinic.zone),
    }


def status_label(appointment: Appointment) -> str:
    """Return the status for patients, in one or two words."""
    return {
        Status.BOOKED: _("Booked"),
        Status.ARRIVED: _("You are here"),
        Status.COMPLETED: _("Completed"),
        Status.CANCELLED: _("Canceled"),
        Status.NO_SHOW: _("Missed"),
    }[Status(appointment.status)]


def moved_from_label(appointment: Appointment, clinic: ClinicProfile) -> str:
    """Return from which time or therapist it was moved, or ""."""
    before = find_previous_place(appointment)
    if before is None:
        return ""
    if before.starts_at != appointment.starts_at:
        return _("Moved from %(day)s, %(start)s") % {
            "day": date_format.long_day(clinic.local_date(before.starts_at)),
            "start": date_format.local_time(before.starts_at, clinic.zone),
        }
    return _("Moved from %(before)s to %(now)s") % {
        "before": before.therapist.name,
        "now": appointment.therapist.name,
    }


def person_rows(
    details: PersonalDetails, hold: Appointment, clinic: ClinicProfile
) -> list[SummaryRow]:
    """Return the personal details, with links to change them and the health answers."""
    rows: list[SummaryRow] = [
        {"label": _("Name"), "value": details.name},
        {"label": _("E-mail"), "value": details.email},
        {"label": _("Phone"), "value": details.phone},
    ]
    if warning := phone_warning(details.phone, clinic.country):
        rows[-1]["note"] = warning
    if details.note:
        rows.append({"label": _("Your note"), "value": details.note})
    answered: SummaryRow = {"label": _("Questions before a massage"), "value": _("Answered")}
    answered |= {
        "href": reverse("hold-questions", args=[hold.hold_token]),
        "change": _("Change the answers"),
    }
    rows.append(answered)
    rows[0] |= {"href": reverse("hold", args=[hold.hold_token]), "change": _("Change your details")}
    return rows


def format_minutes(minutes: int) -> str:
    """Format minutes like "60 minutes"."""
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}
