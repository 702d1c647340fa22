"""Refusals about working hours, time off and closures."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from booking.errors.base import Refusal


class UnresolvedConflicts(Refusal):
    """Not every affected appointment could be resolved as chosen, so nothing was saved.

    `problems` maps the primary key of an appointment to a sentence for the user.
    """

    message = _("Something has changed since you looked, so nothing has been saved yet.")

    def __init__(self, problems: Mapping[int, str]) -> None:
        super().__init__(str(self.message))
        self.problems = problems


class TooManyConflicts(Refusal):
    """The change affects more appointments than can be resolved in one step."""

    status = 422

    def __init__(self, number: int, most: int) -> None:
        message = _(
            "%(number)d appointments are booked. At most %(most)d are settled in one step: please "
            "settle them in parts."
        )
        super().__init__()
        self.message = message % {"number": number, "most": most}


class TimeZoneInUse(Refusal):
    """Booked appointments would get another local time, and nobody has chosen what stays."""

    message = _(
        "Booked appointments would read another time on the clock. Please follow the link beside "
        "this field and choose what stays the same."
    )


class TimeZoneConflict(Refusal):
    """An appointment cannot be moved to the same local time in the new time zone."""

    message = _(
        "At least one appointment would lie in the past or on top of another one, so nothing has "
        "been saved. Please keep the moments, or move those of the next day first."
    )
