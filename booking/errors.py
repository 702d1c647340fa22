"""Refusals. Each carries one sentence that a kind person would say, and an HTTP status."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.lib import fair_use


class Refusal(Exception):  # it is an answer, not a fault
    """An action that was not done, and why."""

    status = 409
    sentence: str | Promise = _("Sorry, this cannot be done now.")

    def __str__(self) -> str:
        return str(self.sentence)


class SlotTaken(Refusal):
    sentence = _("Sorry, someone was faster: that time has just been taken.")


class RoomTaken(SlotTaken):
    sentence = _("Sorry, the last free room at that time has just been taken.")


class SlotNotOffered(Refusal):
    """The start was never bookable: past, too soon, too far, closed, or off the grid."""

    status = 422
    sentence = _("Sorry, that time cannot be booked. Please choose one of the times shown.")


class OptionNotOffered(Refusal):
    status = 422
    sentence = _("Sorry, that treatment is not offered like this. Please choose again.")


class HoldExpired(Refusal):
    status = 410
    sentence = _("The time we kept for you has run out.")


class KeptLongEnough(Refusal):
    sentence = _("We cannot keep this time any longer. Please finish your booking soon.")


class EmailNotProven(Refusal):
    """Too many open bookings, or too many guests at once: the e-mail must be proven first."""

    sentence = _(
        "We cannot take this booking online at the moment without knowing that the e-mail address "
        "is yours. Please confirm it with a link that we mail to you, or call us: we will gladly "
        "book it for you."
    )


TooMany = fair_use.TooMany
"""More requests than anybody needs."""


class NotPossibleNow(Refusal):
    sentence = _("This appointment has changed since. Please look at it again.")


class NotChangeable(Refusal):
    """The policy of changes says no (queries/change_policy.py), in a sentence of the clinic's."""

    def __init__(self, sentence: str, *, status: int = 409) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status


class NotSettled(Refusal):
    """A change of hours was not made, since not every appointment could be settled as chosen.

    `problems` has a sentence for each appointment (by id) that stood in the way.
    """

    sentence = _("Something has changed since you looked, so nothing has been saved yet.")

    def __init__(self, problems: Mapping[int, str]) -> None:
        super().__init__(str(self.sentence))
        self.problems = problems


class TooManyLose(Refusal):
    """A change of hours would take the time of more patients than one form can settle."""

    status = 422

    def __init__(self, number: int, most: int) -> None:
        sentence = _(
            "This would take the time of %(number)d patients. At most %(most)d can be settled at "
            "once: please change fewer days at a time."
        )
        super().__init__()
        self.sentence = sentence % {"number": number, "most": most}
