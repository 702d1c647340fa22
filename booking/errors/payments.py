"""Refusals about payments."""

from django.utils.translation import gettext_lazy as _

from booking.errors.base import Refusal


class NothingToPay(Refusal):
    """The appointment was never booked."""

    message = _("This was never booked, so there is nothing to pay.")
