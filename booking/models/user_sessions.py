"""The sessions of users, so that people can see and end their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.people import User
from clinic.lib.dates import clock


class UserSession(models.Model):
    """A session in which somebody is signed in, on one device.

    `row_key` is the primary key of the session's row, itself a hash of the session key (see
    booking.access.session_engine). `device` names the browser and its system, as the browser says.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="user_sessions")
    row_key = models.CharField(max_length=40, unique=True, editable=False)
    device = models.CharField(_("device"), max_length=80, blank=True)
    started_at = models.DateTimeField(_("signed in"), default=clock.now)
    last_seen_at = models.DateTimeField(_("last used"), default=clock.now)

    class Meta:
        verbose_name = _("signed-in device")
        verbose_name_plural = _("signed-in devices")
        ordering = ("-last_seen_at", "-pk")

    def __str__(self) -> str:
        return self.device or str(_("unknown device"))
