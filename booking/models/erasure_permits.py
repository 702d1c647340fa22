"""The permission to erase from tables whose rows otherwise never change."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.constraints import ERASURE_PERMIT_TABLE


class ErasurePermit(models.Model):
    """While this row is there, the triggers of `AppendOnly(but_for_erasure=True)` let rows pass.

    It lasts for one transaction: the foreign key is checked at the commit and points at a row that
    cannot exist, so a transaction that leaves the row behind fails. Other transactions never see
    it. Use booking.actions.patients.erasure_permit.
    """

    number = models.PositiveSmallIntegerField(primary_key=True, default=1)
    impossible = models.ForeignKey("self", on_delete=models.DO_NOTHING, related_name="+")

    class Meta:
        db_table = ERASURE_PERMIT_TABLE
        verbose_name = _("permission to erase")
        verbose_name_plural = _("permissions to erase")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(number=1, impossible=2),
                name="erasure_permit_ends",
                violation_error_message=_("A permission to erase ends with its transaction."),
            ),
        )

    def __str__(self) -> str:
        return "permission to erase"
