"""Merges of two records of one person, and what is needed to undo them."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.people import Patient, User
from clinic.lib.dates import clock

MERGE_UNDO_PERIOD = timedelta(days=1)


class PatientMerge(models.Model):
    """The merge of the record `duplicate` into the record `remaining`.

    `undo` holds what was changed, until the merge is finalised.
    """

    remaining = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="+")
    duplicate = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(_("when"), default=clock.now, editable=False)
    by = models.ForeignKey(
        User, verbose_name=_("user"), on_delete=models.PROTECT, related_name="+", null=True
    )
    undo = models.JSONField(default=dict, editable=False)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge of patient records")
        verbose_name_plural = _("merges of patient records")
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["duplicate"],
                condition=models.Q(undone_at__isnull=True),
                name="patient_merged_once",
                violation_error_message=_("This record was merged already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(remaining=models.F("duplicate")),
                name="merge_of_two",
                violation_error_message=_("A record cannot be merged with itself."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.duplicate} -> {self.remaining}"

    def can_be_undone(self, now: datetime) -> bool:
        """Return whether the merge is recent enough and not undone yet."""
        return self.undone_at is None and now < self.at + MERGE_UNDO_PERIOD and bool(self.undo)
