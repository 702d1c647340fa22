"""The cells of a line, each checked by itself, so that everything that is wrong can be said."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from booking.engine.hours import wall_to_minutes
from booking.inputs import Contact
from booking.models import ClinicProfile
from clinic.lib.dates.epoch import from_minutes
from clinic.lib.files.csv_reading import Row
from clinic.lib.text.search_text import digits_of

EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
YES = ("yes", "y", "true", "1", "x")
NO = ("", "no", "n", "false", "0")
FEWEST_DIGITS, MOST_DIGITS = 6, 20
LONGEST_NAME, LONGEST_PHONE = 150, 40
T = TypeVar("T")


class Wrong(Exception):  # it is an answer, not a fault
    """Cells that cannot be what they say, and why: a sentence for each."""


def all_of(*reading: Callable[[], Any]) -> list[Any]:
    """What each found. Raises Wrong with the sentences of all that did not."""
    found: list[Any] = []
    sentences: list[str] = []
    for read in reading:
        try:
            found.append(read())
        except Wrong as wrong:
            sentences += wrong.args
    if sentences:
        raise Wrong(*sentences)
    return found


def contact_of(row: Row) -> Contact:
    """Name, and how to reach them: an e-mail address or a phone number at least."""
    name, email, phone = (row.cells.get(part, "") for part in ("name", "email", "phone"))
    all_of(lambda: _check_name(name), lambda: _check_email(email), lambda: _check_phone(phone))
    if not email and not phone:
        raise Wrong(_("Please give an e-mail address or a phone number."))
    return Contact(" ".join(name.split()), email, phone)


def start_of(row: Row, clinic: ClinicProfile) -> datetime:
    """The instant at which the clinic's clock reads so; the first, when it does so twice."""
    day, moment = all_of(lambda: _day(row.cells["date"]), lambda: _time(row.cells["time"]))
    minute = moment.hour * 60 + moment.minute
    real = next(wall_to_minutes(day, (minute, minute + 1), clinic.zone), None)
    if real is None:
        raise Wrong(_("The clocks skip that time on that day."))
    return from_minutes(real[0])


def yes(row: Row, name: str) -> bool:
    """Whether a box would be ticked."""
    said = row.cells.get(name, "").lower()
    if said not in (*YES, *NO):
        raise Wrong(_("%(name)s must be yes or no.") % {"name": name})
    return said in YES


def _day(text: str) -> date:
    sentence = _("date must be like 2026-12-01.")
    day = _read(date.fromisoformat, text, 10, sentence)
    if not EARLIEST <= day <= LATEST:
        raise Wrong(sentence)
    return day


def _time(text: str) -> time:
    return _read(time.fromisoformat, text, 5, _("time must be like 09:30."))


def _read(parse: Callable[[str], T], text: str, length: int, sentence: str) -> T:
    try:
        if len(text) != length:
            raise ValueError
        return parse(text)
    except ValueError:
        raise Wrong(sentence) from None


def _check_name(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise Wrong(_("The name is too long."))


def _check_email(email: str) -> None:
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise Wrong(_("“%(email)s” is not an e-mail address.") % {"email": email[:80]}) from None


def _check_phone(phone: str) -> None:
    enough = FEWEST_DIGITS <= len(digits_of(phone)) <= MOST_DIGITS
    if phone and not (enough and len(phone) <= LONGEST_PHONE):
        raise Wrong(_("“%(phone)s” is not a phone number.") % {"phone": phone[:LONGEST_PHONE]})
