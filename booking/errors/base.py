"""The base class of refusals, and those that any action can raise."""

from django.utils.translation import gettext_lazy as _

from clinic.lib.refusal import Refusal

__all__ = ["NotAllowed", "Refusal"]


class NotAllowed(Refusal):
    """The user lacks the permission for this action."""

    status = 403
    message = _("You may not do this.")


class ChangeInProgress(Refusal):
    """Another transaction holds the locks that this action needs, and did not finish in time."""

    message = _("This is being changed by somebody else right now. Please try again in a moment.")
