"""Refusals about slots, holds and appointments."""

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.errors.base import Refusal


class SlotTaken(Refusal):
    """Somebody else has taken the therapist's time."""

    message = _("Sorry, someone was faster: that time has just been taken.")


class SlotWithdrawn(Refusal):
    """The clinic cannot offer the time of a hold any more, such as after time off was recorded."""

    status = 410
    message = _("Sorry, we cannot offer that time any more. Nothing was booked.")


class RoomTaken(SlotTaken):
    """Somebody else has taken the last suitable room."""

    message = _("Sorry, the last free room at that time has just been taken.")


class SlotNotOffered(Refusal):
    """The start was never bookable: past, too soon, too far ahead, closed, or off the grid."""

    status = 422
    message = _("Sorry, that time cannot be booked. Please choose one of the times shown.")


class SlotInPast(SlotNotOffered):
    """Staff asked for a time that has passed."""

    message = _("That time has passed. Please choose a later one.")


class SlotTooFarAhead(SlotNotOffered):
    """Staff asked for a time more than a year ahead."""

    message = _("That is more than a year away. Please choose an earlier day.")


class OptionNotOffered(Refusal):
    """Nobody offers this option, or it is not one of the treatment's."""

    status = 422
    message = _("Sorry, that treatment is not offered like this. Please choose again.")


class OptionNotOfferedByTherapist(OptionNotOffered):
    """The chosen therapist does not offer the option."""

    message = _("This therapist does not give that treatment. Please choose another.")


class HoldExpired(Refusal):
    """The hold has run out."""

    status = 410
    message = _("The time we kept for you has run out.")


class ExtensionLimitReached(Refusal):
    """The hold has been extended as often as it may be."""

    message = _("We cannot keep this time any longer. Please finish your booking soon.")


class EmailNotVerified(Refusal):
    """Too many open bookings for this e-mail, or too many guests at once.

    The guest must verify the e-mail address first.
    """

    message = _(
        "We cannot take this booking online at the moment without knowing that the e-mail address "
        "is yours. Please confirm it with a link that we mail to you, or call us: we will gladly "
        "book it for you."
    )


class TooManyUpcoming(Refusal):
    """A patient with an account has as many upcoming appointments as can be booked online."""

    message = _(
        "You have booked many appointments already. Please call us, and we will gladly book more "
        "for you."
    )


class ProofOfEmailNeeded(Refusal):
    """Visitors of one network, or all unproven visitors, have reached a limit of holds.

    The visitor can continue after proving an e-mail address.
    """

    status = 429
    message = _(
        "Many times are being kept for others at the moment. We gladly keep this one for you too: "
        "please tell us your e-mail address, and we mail you a code."
    )


class WrongEmailCode(Refusal):
    """The code is not the one that was mailed, or it is too old."""

    status = 422
    message = _("That code is not right, or it is too old. Please look at the newest mail again.")


class TooManyHolds(Refusal):
    """The visitor's proven address has reached its limit of holds."""

    message = _(
        "We are keeping two times for you already. Please finish or release one of them first."
    )


class NetworkLimitReached(Refusal):
    """Visitors of one network, proven or not, have reached a limit of held and booked minutes."""

    status = 429
    message = _(
        "Very many times are being kept for your network at the moment. Please try again in ten "
        "minutes, or call us: we will gladly book it for you."
    )


class DayLimitReached(Refusal):
    """Visitors of one network have reached the limit of a therapist's day."""

    message = _(
        "Others in your network are choosing times on this day with the same therapist. Please "
        "choose another day or another therapist, try again in ten minutes, or call us."
    )


class NotReachedByMail(Refusal):
    """Staff cannot ask the patient by mail: they have no address, or mails to it do not arrive."""

    message = _("No mail reaches this patient. Please call, then move or cancel the appointment.")


class TooLateToAsk(Refusal):
    """The booked or the proposed time is too soon to ask by mail."""

    message = _("There is not enough time left to ask by mail. Please call the patient.")


class NothingToAsk(Refusal):
    """Time and therapist stay the same, so there is no proposal that a patient could accept."""

    message = _(
        "Patients can be asked about another time or another therapist. Here both stay the same."
    )


class ProposalExpired(Refusal):
    """The proposed time is not held any more."""

    status = 410
    message = _("The time we proposed is no longer kept for you. The appointment has not changed.")


class InvalidState(Refusal):
    """The appointment's status does not allow this action."""

    message = _("This appointment has changed since. Please look at it again.")


class ConcurrentChange(InvalidState):
    """Somebody else changed the appointment first.

    `events` are the AppointmentEvents that were recorded since the user loaded the page.
    """

    message = _("This appointment has changed while you were looking at it.")

    def __init__(self, events: Sequence[Any] = ()) -> None:
        super().__init__()
        self.events = events


class ChangeNotAllowed(Refusal):
    """The clinic's change policy forbids it; `message` gives the reason.

    See booking.queries.appointments.change_policy.
    """

    def __init__(self, message: str, *, status: int = 409) -> None:
        super().__init__(message)
        self.message, self.status = message, status


class NotEnoughTime(Refusal):
    """The appointment cannot be made longer: the time after it is taken."""

    message = _(
        "There is not enough time after this start for a longer appointment. Please leave out "
        "what makes it longer, or choose another time."
    )


class TherapistBusy(SlotTaken):
    """Staff chose a time that `conflicting_appointment` occupies."""

    message = _("The therapist has another appointment at that time. Nothing was changed.")

    def __init__(self, conflicting_appointment: Any) -> None:
        super().__init__()
        self.conflicting_appointment = conflicting_appointment


class VisitTooLongAgo(Refusal):
    """Staff entered a visit of more than a week ago."""

    status = 422
    message = _("That is more than a week ago. Visits can be entered for the last seven days.")


class NoRoomFree(RoomTaken):
    """Staff chose a time at which every suitable room is occupied."""

    message = _("No room that would do is free at that time. Nothing was changed.")


class RoomNotSuitable(Refusal):
    """The chosen room is not of the kind that the treatment needs."""

    status = 422
    message = _("That room does not suit this treatment. Please choose another room.")


class OverrideRequired(Refusal):
    """Possible only if staff accept these overrides (values of lifecycle.Override)."""

    message = _("That is outside working hours, or has passed. Do it anyway?")

    def __init__(self, overrides: Collection[str]) -> None:
        super().__init__()
        self.overrides = overrides


class NotToday(Refusal):
    """Only an appointment of today can be marked as arrived."""

    message = _("This appointment is not today, so nobody can arrive for it yet.")


class NotStarted(Refusal):
    """Only an appointment that has started can be marked as missed."""

    message = _("This appointment has not begun yet, so nobody has missed it.")


class MoveUndoExpired(InvalidState):
    """A move can be undone for a minute only, by who made it, and if nothing has followed it."""

    message = _("This move can no longer be undone. Move the appointment instead.")
