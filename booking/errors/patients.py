"""Refusals about patient records."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from booking.errors.base import Refusal


class PossibleDuplicatePatient(Refusal):
    """The new patient resembles `patients`, who are on file already."""

    message = _("Somebody like this is on file already. Please look before you make a new record.")

    def __init__(self, patients: Sequence[Any]) -> None:
        super().__init__()
        self.patients = patients


class MayNotActForPatient(Refusal):
    """The user may not do this for the patient, or not any more. The message gives no reason."""

    status = 403
    message = _("You cannot do this for them now. Please call us if you have a question.")


class ConsentNotYours(Refusal):
    """Only the patient, a parent of a minor or somebody appointed by a court may consent again."""

    status = 403
    message = _(
        "Only the patient can give this consent again, or a parent of a child, or somebody whom a "
        "court has appointed."
    )


class CannotMergeWithItself(Refusal):
    """Both records are the same."""

    status = 422
    message = _("That is the same record twice. Please choose two different ones.")


class MergeNotAllowed(Refusal):
    """A therapist may merge only patients that no colleague treats."""

    status = 403
    message = _(
        "One of them also comes to a colleague. Please ask the front desk to merge the records."
    )


class BothHaveAccounts(Refusal):
    """Each record belongs to a user account."""

    message = _("Both have an account of their own to sign in with, so they cannot be merged.")


class AlreadyMerged(Refusal):
    """Somebody else merged one of the records first."""

    message = _("One of these records has been merged meanwhile. Please search once more.")


class MergeUndoExpired(Refusal):
    """The merge is too old to be undone, or was followed by another."""

    message = _("This merge can no longer be taken back.")


class ClaimNotPossible(Refusal):
    """A record is not, or no longer, a guest's under the proven address."""

    message = _("These bookings cannot be added. Please look at the list once more.")


class SameEmailAddress(Refusal):
    """The new address is the same as the present one."""

    status = 422
    message = _("You have this address already.")


class EmailChangeEnded(Refusal):
    """The change of address cannot be undone any more, or was undone already."""

    status = 404
    message = _("This link has ended. Please call us if your address is not right.")


class OldAddressInUse(Refusal):
    """The old address belongs to another account now."""

    message = _(
        "That address now belongs to another account, so we cannot restore it here. Please call us."
    )


class ErasureAlreadyRequested(Refusal):
    """There is an open request for erasure."""

    message = _("You have asked for this already. We will get back to you.")


class RestrictionAlreadyRequested(Refusal):
    """There is an open request for restriction, or the record is restricted."""

    message = _("You have asked for this already.")


class NotesRestricted(Refusal):
    """The record is restricted, and notes from before are neither shown nor changed."""

    message = _("The record is restricted: notes from before are not changed.")
