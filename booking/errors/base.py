"""The base class of refusals."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """An action was not carried out. `sentence` tells the user why; `status` is the HTTP status."""

    status = 409
    sentence: str | Promise = _("Sorry, this cannot be done now.")

    def __str__(self) -> str:
        return str(self.sentence)


class NotAllowed(Refusal):
    """The user lacks the permission for this action."""

    status = 403
    sentence = _("You may not do this.")


class ChangeInProgress(Refusal):
    """Another transaction holds the locks that this action needs, and did not finish in time."""

    sentence = _("This is being changed by somebody else right now. Please try again in a moment.")
