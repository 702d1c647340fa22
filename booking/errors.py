"""Refusals. Each carries one sentence that a kind person would say, and an HTTP status."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.lib import rate_limit


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


class ExtensionLimitReached(Refusal):
    sentence = _("We cannot keep this time any longer. Please finish your booking soon.")


class EmailNotVerified(Refusal):
    """Too many open bookings, or too many guests at once: the e-mail must be proven first."""

    sentence = _(
        "We cannot take this booking online at the moment without knowing that the e-mail address "
        "is yours. Please confirm it with a link that we mail to you, or call us: we will gladly "
        "book it for you."
    )


RateLimitExceeded = rate_limit.RateLimitExceeded
"""More requests than anybody needs."""


class InvalidState(Refusal):
    sentence = _("This appointment has changed since. Please look at it again.")


class ChangeNotAllowed(Refusal):
    """The policy of changes says no (queries/change_policy.py), in a sentence of the clinic's."""

    def __init__(self, sentence: str, *, status: int = 409) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status


class OnlineBookingClosed(Refusal):
    """No clinician has signed the health questions."""

    status = 503

    def __init__(self, phone: str = "") -> None:
        sentence = _(
            "You cannot book online at the moment, because a clinician must first approve the "
            "questions we ask before a massage. Please call us on %(phone)s: we will gladly book "
            "it for you."
        )
        self.sentence = sentence % {"phone": phone}
        super().__init__(self.sentence)


class ScreeningBlocked(Refusal):
    """What the questions before a massage have to say against a booking."""


class NoSignedQuestionnaire(Refusal):
    sentence = _("No clinician has signed the questions yet, so they cannot be asked here.")


class QuestionsNotAnswered(ScreeningBlocked):
    status = 422
    sentence = _("Before we can book this, please answer the questions on this page.")


class QuestionsChanged(ScreeningBlocked):
    sentence = _(
        "The questions have changed since you opened them. Please look through them once more."
    )


class InvalidAnswers(Refusal):
    """A form that this site never made."""

    status = 422
    sentence = _("Something in this form was not ours. Please answer the questions once more.")


class ScreeningStop(ScreeningBlocked):
    """STOP."""

    sentence = _(
        "By the answers to our questions a massage would not be safe now. Nothing has been booked."
    )


class NeedsMedicalAdvice(ScreeningBlocked):
    """DOCTOR."""

    sentence = _(
        "By the answers to our questions somebody must be asked before a massage is booked: a "
        "doctor, or one of us. Nothing has been booked."
    )


class TreatmentNotSuitable(ScreeningBlocked):
    """ADAPT, with firm work closed."""

    sentence = _(
        "By the answers to our questions this treatment is too firm at the moment. Please choose "
        "a gentler one."
    )


class NotEnoughTime(Refusal):
    sentence = _(
        "There is not enough time after this start for a longer appointment. Please leave out "
        "what makes it longer, or choose another time."
    )


class CrisisReported(Refusal):
    """Somebody says at the desk, or on the phone, that they cannot go on."""

    sentence = _(
        "Nothing was written down. Please stay with them, say that you are glad they told you, and "
        "call for help together:"
    )


class ClearanceNotNeeded(Refusal):
    sentence = _("There is nothing here that a doctor's word could change.")


class NotAllowed(Refusal):
    status = 403
    sentence = _("You may not do this.")


class CannotMergeWithItself(Refusal):
    status = 422
    sentence = _("That is the same record twice. Please choose two different ones.")


class MergeNotAllowed(Refusal):
    """A therapist may merge only what is about nobody else."""

    status = 403
    sentence = _(
        "One of them also comes to a colleague. Please ask the front desk to merge the records."
    )


class BothHaveAccounts(Refusal):
    sentence = _("Both have an account of their own to sign in with, so they cannot be merged.")


class AlreadyMerged(Refusal):
    sentence = _("One of these records has been merged meanwhile. Please search once more.")


class AlreadyImported(Refusal):
    sentence = _("This file has been imported already.")


class MergeUndoExpired(Refusal):
    sentence = _("This merge can no longer be taken back.")


class SlotInPast(SlotNotOffered):
    sentence = _("That time has passed. Please choose a later one.")


class SlotTooFarAhead(SlotNotOffered):
    sentence = _("That is more than a year away. Please choose an earlier day.")


class OptionNotOfferedByTherapist(OptionNotOffered):
    sentence = _("This therapist does not give that treatment. Please choose another.")


class TherapistBusy(SlotTaken):
    """Staff wanted a time that is taken. `other` is the appointment in the way."""

    sentence = _("The therapist has another appointment at that time. Nothing was changed.")

    def __init__(self, other: Any) -> None:
        super().__init__()
        self.other = other


class NoRoomFree(RoomTaken):
    sentence = _("No room that would do is free at that time. Nothing was changed.")


class RoomNotSuitable(Refusal):
    status = 422
    sentence = _("That room does not suit this treatment. Please choose another room.")


class OverrideRequired(Refusal):
    """Possible, but only knowingly: it is against these rules."""

    sentence = _("That is outside working hours or sooner than usual. Do it anyway?")

    def __init__(self, overrides: Collection[str]) -> None:
        super().__init__()
        self.overrides = overrides


class ConcurrentChange(InvalidState):
    """A colleague or the patient was faster. `events` are what has happened since."""

    sentence = _("This appointment has changed while you were looking at it.")

    def __init__(self, events: Sequence[Any] = ()) -> None:
        super().__init__()
        self.events = events


class PossibleDuplicatePatient(Refusal):
    """Somebody on file looks like the person about to be written down once more."""

    sentence = _("Somebody like this is on file already. Please look before you make a new record.")

    def __init__(self, patients: Sequence[Any]) -> None:
        super().__init__()
        self.patients = patients


class NotToday(Refusal):
    sentence = _("This appointment is not today, so nobody can arrive for it yet.")


class NotStarted(Refusal):
    sentence = _("This appointment has not begun yet, so nobody has missed it.")


class NothingToPay(Refusal):
    sentence = _("This was never booked, so there is nothing to pay.")


class UnresolvedConflicts(Refusal):
    """A change of hours was not made, since not every appointment could be settled as chosen.

    `problems` has a sentence for each appointment (by id) that stood in the way.
    """

    sentence = _("Something has changed since you looked, so nothing has been saved yet.")

    def __init__(self, problems: Mapping[int, str]) -> None:
        super().__init__(str(self.sentence))
        self.problems = problems


class TooManyConflicts(Refusal):
    """A change of hours would take the time of more patients than one form can settle."""

    status = 422

    def __init__(self, number: int, most: int) -> None:
        sentence = _(
            "This would take the time of %(number)d patients. At most %(most)d can be settled at "
            "once: please change fewer days at a time."
        )
        super().__init__()
        self.sentence = sentence % {"number": number, "most": most}
