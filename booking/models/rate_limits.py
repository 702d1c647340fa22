"""Counters of rate limits, in the database so that all processes share them."""

from datetime import datetime, timedelta

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

COUNTER_KEPT_FOR = timedelta(days=2)


ADD_ONE = """
    INSERT INTO booking_usecount (key, "window", count) VALUES (%s, %s, 1)
    ON CONFLICT (key, "window") DO UPDATE SET count = booking_usecount.count + 1
    RETURNING count
"""


class RateLimitCounterManager(models.Manager["RateLimitCounter"]):
    def add(self, key: str, window: datetime) -> int:
        """Add one atomically and return the count. `window` is when the window begins.

        One statement, because each booking counts two uses.
        """
        with connection.cursor() as cursor:
            cursor.execute(ADD_ONE, [key, connection.ops.adapt_datetimefield_value(window)])
            (count,) = cursor.fetchone()
        return int(count)


class RateLimitCounter(models.Model):
    """How often something was done in one window of time.

    `key` is a keyed hash of the limit's name and the address or e-mail, so the table does not
    reveal who was here. A job deletes rows COUNTER_KEPT_FOR after their window.
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
