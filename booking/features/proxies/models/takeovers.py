"""Requests of grown children to take over the record that somebody else has looked after."""

from datetime import timedelta
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.features.proxies.models.grants import Permissions
from booking.models import User
from clinic.lib.crypto.encrypted_field import EncryptedTextField
from clinic.lib.dates import clock

TAKEOVER_OPEN_FOR = timedelta(days=90)
"""Long enough for the next visit, at which staff see who it is."""


class RecordTakeover(Permissions):
    """Somebody who was booked for as a child asks for that record, with an account of their own.

    Staff decide. `permissions` is what those who booked as parents may do afterwards, as the grown
    child chose; often nothing. `reason` is how staff made sure who it is, or why they declined.
    """

    class Decision(models.TextChoices):
        """What became of the request."""

        DONE = "done", _("handed over")
        DECLINED = "declined", _("not handed over")
        WITHDRAWN = "withdrawn", _("withdrawn")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    born_on = models.DateField(_("date of birth"))
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    closes_at = models.DateTimeField(_("open until"))
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    reason = EncryptedTextField(bound_to="public_id", default="", blank=True)

    class Meta:
        verbose_name = _("request to take over a record")
        verbose_name_plural = _("requests to take over a record")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(decision=""),
                name="takeover_open_once",
                violation_error_message=_("There is an open request already."),
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None)
                | Q(decision="withdrawn", decided_at__isnull=False)
                | (
                    Q(decision__in=["done", "declined"])
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(reason="")
                ),
                name="takeover_decided_with_reason",
                violation_error_message=_("A decision has a time, a person and a reason."),
            ),
        )

    def __str__(self) -> str:
        return f"takeover {self.pk}"
