"""Refusals of this feature."""

from django.utils.translation import gettext_lazy as _

from booking.errors.base import Refusal


class NobodyToErase(Refusal):
    """Nothing is held about the person, or it is erased already."""

    status = 404
    message = _("There is nothing to erase.")


class HasAppointments(Refusal):
    """The person has appointments that have not taken place."""

    message = _("They still have appointments. Please cancel these first, then erase the data.")


class RecordRestricted(Refusal):
    """The record is restricted, so that it is stored and not erased."""

    message = _("The record is restricted. Please lift the restriction first, then erase the data.")


class NotRestricted(Refusal):
    """The record is not restricted, and can be read where it always is."""

    status = 404
    message = _("This record is not restricted.")


class NotTheOwner(Refusal):
    """Only the owner may do this."""

    status = 403
    message = _("Only the owner can do this.")
