"""The buttons of the times of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import ClinicProfile
from booking.queries.availability.bookable_times import BookableTime, group_by_part_of_day
from clinic.lib.dates import date_format
from clinic.lib.text.money import format_money


@dataclass(frozen=True, slots=True)
class SlotButton:
    """A time as the page shows it: what the form sends, the clock time, and words below it."""

    value: str
    label: str
    note: str = ""
    is_held: bool = False
    is_named: bool = False


def slot_buttons(
    times: Sequence[BookableTime],
    clinic: ClinicProfile,
    *,
    held: datetime | None,
    named: datetime | None,
    with_prices: bool,
) -> list[tuple[str, list[SlotButton]]]:
    """Return the non-empty parts of a day, each with its buttons.

    `held` is the start that this browser holds, `named` one to mark.
    """

    def button(time: BookableTime) -> SlotButton:
        is_held = time.starts_at == held
        note = format_money(time.price, clinic.currency) if with_prices else ""
        return SlotButton(
            time.value,
            date_format.local_time(time.starts_at, clinic.zone),
            note=_("yours") if is_held else note,
            is_held=is_held,
            is_named=not is_held and time.starts_at == named,
        )

    return [(part, [button(time) for time in group]) for part, group in group_by_part_of_day(times)]
