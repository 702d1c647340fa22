"""Counters of rate limits, in the database so that all processes share them."""

from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

COUNTER_KEPT_FOR = timedelta(days=2)


class RateLimitCounterManager(models.Manager["RateLimitCounter"]):
    def add(self, key: str, window: datetime) -> int:
        """Add one atomically and return the count. `window` is when the window begins."""
        with transaction.atomic():
            row = self.filter(key=key, window=window)
            if not row.update(count=models.F("count") + 1):
                self._first_of_window(key, window)
            return row.values_list("count", flat=True).get()

    def _first_of_window(self, key: str, window: datetime) -> None:
        """Create the counter of a new window, and delete old counters."""
        self.filter(window__lt=window - COUNTER_KEPT_FOR).delete()
        try:
            with transaction.atomic():
                self.create(key=key, window=window, count=1)
        except IntegrityError:  # another process has just created it
            self.filter(key=key, window=window).update(count=models.F("count") + 1)


class RateLimitCounter(models.Model):
    """How often something was done in one window of time.

    `key` is a keyed hash of the limit's name and the address or e-mail, so the table does not
    reveal who was here. Rows are deleted COUNTER_KEPT_FOR after their window.
    """

    key = models.CharField(max_length=64)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    objects = RateLimitCounterManager()

    class Meta:
        db_table = "booking_usecount"
        verbose_name = _("rate limit counter")
        verbose_name_plural = _("rate limit counters")
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
