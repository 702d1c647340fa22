"""The base class of refusals: an action that was not done, and a sentence that says why."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):  # an expected answer, not an error of the program
    """An action was not done. `message` is shown to the user, `status` is the HTTP status.

    Subclasses set `message`, or pass one that depends on the case.
    """

    status = 409
    message: str | Promise = _("Sorry, this cannot be done now.")

    def __init__(self, message: str | Promise | None = None) -> None:
        super().__init__()
        if message is not None:
            self.message = message

    def __str__(self) -> str:
        return str(self.message)
