"""Refusals about mails."""

from django.utils.translation import gettext_lazy as _

from booking.errors.base import Refusal


class CannotSendAgain(Refusal):
    """The mail would make no sense now."""

    message = _("A mail of this kind is sent only once.")


class NoEmailAddress(CannotSendAgain):
    """The patient's record has no e-mail address."""

    message = _("We have no e-mail address of theirs.")
