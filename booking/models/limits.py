"""Counters of fair use, in the database so that they hold over several processes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UseCount(models.Model):
    """How often something was done in one window of time.

    `key` is a keyed hash of what was done and by whom (an address, an e-mail): the table tells
    nobody who was here. Rows are of no use after their window and are deleted soon after.
    """

    key = models.CharField(max_length=64)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("use count")
        verbose_name_plural = _("use counts")
        indexes = (models.Index(fields=["window"], name="use_count_by_window"),)
        constraints = (
            models.UniqueConstraint(
                fields=["key", "window"],
                name="use_counted_once",
                violation_error_message=_("This is counted already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.count} since {self.window:%H:%M}"
