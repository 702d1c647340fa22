"""Parse the cells of a row, each by itself, so that all mistakes can be told at once."""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import partial
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from booking.engine.hours import wall_clock_to_utc
from booking.inputs import ContactDetails
from booking.models import ClinicProfile
from clinic.lib.dates.epoch import from_minutes
from clinic.lib.files.csv_reading import CsvRow
from clinic.lib.form_fields import EmailField, NameField, PhoneField
from clinic.lib.text.phone_numbers import looks_shortened

EARLIEST_DATE, LATEST_DATE = date(2000, 1, 1), date(2199, 12, 31)
YES_WORDS = ("yes", "y", "true", "1", "x")
NO_WORDS = ("", "no", "n", "false", "0")
MAX_SHOWN_LENGTH = 80
MAX_NAME_LENGTH, MAX_EMAIL_LENGTH, MAX_PHONE_LENGTH = 150, 254, 40
T = TypeVar("T")


class CellError(Exception):
    """Cells that cannot be parsed. The arguments are sentences that say why."""


def collect_errors(*readers: Callable[[], Any]) -> list[Any]:
    """Return what each reader returns. Raises one CellError with the sentences of all."""
    values: list[Any] = []
    sentences: list[str] = []
    for read in readers:
        try:
            values.append(read())
        except CellError as error:
            sentences += error.args
    if sentences:
        raise CellError(*sentences)
    return values


def read_contact(row: CsvRow) -> ContactDetails:
    """Return name, e-mail and phone; at least one of the two is needed. Raises CellError."""
    name, email, phone = collect_errors(
        partial(_read_name, row.cells.get("name", "")),
        partial(_read_email, row.cells.get("email", "")),
        partial(_read_phone, row.cells.get("phone", "")),
    )
    if not email and not phone:
        raise CellError(_("Please give an e-mail address or a phone number."))
    return ContactDetails(" ".join(name.split()), email, phone)


def read_start(row: CsvRow, clinic: ClinicProfile) -> datetime:
    """Return the instant of `date` and `time` by the clinic's clock; the first of two.

    Raises CellError, also for a time that the clocks skip.
    """
    day, moment = collect_errors(lambda: _day(row.cells["date"]), lambda: _time(row.cells["time"]))
    minute = moment.hour * 60 + moment.minute
    minutes = next(wall_clock_to_utc(day, (minute, minute + 1), clinic.zone), None)
    if minutes is None:
        raise CellError(_("The clocks skip that time on that day."))
    return from_minutes(minutes[0])


def read_yes_no(row: CsvRow, name: str) -> bool:
    """Return whether a cell says yes; an empty one says no. Raises CellError."""
    word = row.cells.get(name, "").lower()
    if word not in (*YES_WORDS, *NO_WORDS):
        raise CellError(_("%(name)s must be yes or no.") % {"name": name})
    return word in YES_WORDS


def _day(text: str) -> date:
    sentence = _("date must be like 2026-12-01.")
    day = _read(date.fromisoformat, text, 10, sentence)
    if not EARLIEST_DATE <= day <= LATEST_DATE:
        raise CellError(sentence)
    return day


def _time(text: str) -> time:
    return _read(time.fromisoformat, text, 5, _("time must be like 09:30."))


def _read(parse: Callable[[str], T], text: str, length: int, sentence: str) -> T:
    try:
        if len(text) != length:
            raise ValueError
        return parse(text)
    except ValueError:
        raise CellError(sentence) from None


def _read_name(text: str) -> str:
    if len(text) > MAX_NAME_LENGTH:
        raise CellError(_("The name is too long."))
    return _clean(NameField(error_messages={"required": _("name is empty.")}), text)


def _read_email(text: str) -> str:
    try:
        return _clean(EmailField(required=False, max_length=MAX_EMAIL_LENGTH), text)
    except CellError:
        shown = {"email": text[:MAX_SHOWN_LENGTH]}
        raise CellError(_("“%(email)s” is not an e-mail address.") % shown) from None


def _read_phone(text: str) -> str:
    if not looks_shortened(text):
        try:
            return _clean(PhoneField(required=False, max_length=MAX_PHONE_LENGTH), text)
        except CellError:
            shown = {"phone": text[:MAX_PHONE_LENGTH]}
            raise CellError(_("“%(phone)s” is not a phone number.") % shown) from None
    raise CellError(
        _(
            "A spreadsheet has shortened the number to %(phone)s. Please set its column to text, "
            "and enter the number again."
        )
        % {"phone": text}
    )


def _clean(field: forms.CharField, text: str) -> str:
    """Return a cell's text, cleaned by the same form field as on other pages. Raises CellError."""
    try:
        return str(field.clean(text))
    except ValidationError as error:
        raise CellError(*error.messages) from None
