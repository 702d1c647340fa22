"""Refusals of imports."""

from django.utils.translation import gettext_lazy as _

from booking.errors import Refusal


class AlreadyImported(Refusal):
    """The file has been imported, by an earlier click or by a colleague."""

    message = _("This file has been imported already.")
