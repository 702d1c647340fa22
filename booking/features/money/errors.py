"""Refusals about money."""

from django.utils.translation import gettext_lazy as _

from booking.errors import Refusal

UNPROCESSABLE = 422


class MoreThanDue(Refusal):
    """A discount or a write-off is higher than what is still to pay."""

    status = UNPROCESSABLE
    message = _("That is more than is still to pay for this visit.")


class MoreThanReceived(Refusal):
    """A refund is higher than what is left of the receipt."""

    status = UNPROCESSABLE
    message = _("That is more than what is left of this receipt.")


class NotCharged(Refusal):
    """A visit that is not charged yet cannot be written off."""

    status = UNPROCESSABLE
    message = _("This visit is not charged yet, so there is nothing to write off.")


class AlreadyTakenBack(Refusal):
    """An entry was taken back already, or cannot be."""

    message = _("This cannot be taken back any more.")


class NothingOwed(Refusal):
    """A reminder of a visit that is paid."""

    message = _("This visit is paid, so there is nothing to remind of.")


class RemindedRecently(Refusal):
    """A second reminder of the same visit within a week."""

    message = _("They were reminded of this visit less than a week ago.")
