"""Changes of the e-mail address that people sign in with."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.people import User
from clinic.lib.dates import clock

CODE_VALID_FOR = timedelta(minutes=15)
UNDO_PERIOD = timedelta(days=14)
"""How long a change can be undone by the link in the mail to the old address."""


class EmailChange(models.Model):
    """A change that somebody asked for, and that a code mailed to the new address completes.

    The old address gets a mail with a link that restores it, within UNDO_PERIOD. Code and link
    are computed from `public_id` (see booking.queries.patients.email_changes), and stored nowhere.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="email_changes")
    old_email = models.EmailField(_("old address"), max_length=254)
    new_email = models.EmailField(_("new address"), max_length=254)
    requested_at = models.DateTimeField(_("asked for"), default=clock.now)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of an e-mail address")
        verbose_name_plural = _("changes of e-mail addresses")
        ordering = ("-requested_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True) | models.Q(completed_at__isnull=False),
                name="email_change_undone_after_completed",
                violation_error_message=_("Only a completed change can be undone."),
            ),
        )

    def __str__(self) -> str:
        return f"change of address, {self.requested_at:%Y-%m-%d}"

    def awaits_code(self, now: datetime) -> bool:
        """Return whether the code can still be entered."""
        return self.completed_at is None and now < self.requested_at + CODE_VALID_FOR

    def can_be_undone(self, now: datetime) -> bool:
        """Return whether the link in the mail to the old address can still undo the change."""
        completed = self.completed_at
        return completed is not None and self.undone_at is None and now < completed + UNDO_PERIOD
