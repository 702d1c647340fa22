"""Refusals. Each carries one sentence that a kind person would say, and an HTTP status."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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


class TooMany(Exception):  # it is an answer, not a fault
    """More requests than anybody needs. `retry_after` is in seconds."""

    def __init__(self, *, retry_after: int) -> None:
        super().__init__(f"Try again in {retry_after} seconds.")
        self.retry_after = retry_after


class NotPossibleNow(Refusal):
    sentence = _("This appointment has changed since. Please look at it again.")


class NotChangeable(Refusal):
    """The policy of changes says no (queries/change_policy.py), in a sentence of the clinic's."""

    def __init__(self, sentence: str, *, status: int = 409) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status


class SameRecord(Refusal):
    status = 422
    sentence = _("That is the same record twice. Please choose two different ones.")


class NotYoursToMerge(Refusal):
    """A therapist may merge only what is about nobody else."""

    status = 403
    sentence = _(
        "One of them also comes to a colleague. Please ask the front desk to merge the records."
    )


class TwoAccounts(Refusal):
    sentence = _("Both have an account of their own to sign in with, so they cannot be merged.")


class MergedMeanwhile(Refusal):
    sentence = _("One of these records has been merged meanwhile. Please search once more.")


class TooLateToUnmerge(Refusal):
    sentence = _("This merge can no longer be taken back.")
