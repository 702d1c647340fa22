"""Opening hours of the clinic; weekly hours, date exceptions and time off of therapists.

All hours are wall-clock times in the clinic's zone; an end of 00:00 is midnight at the end
of the day. Time off is a span between two instants.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.therapists import Therapist


class Weekday(models.IntegerChoices):
    """Weekdays, numbered as by datetime.date.weekday()."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


def end_after_start_constraint(name: str) -> models.CheckConstraint:
    """Return the constraint of a wall-clock span, with that name."""
    return models.CheckConstraint(
        condition=models.Q(ends__gt=models.F("starts")) | models.Q(ends="00:00"),
        name=name,
        violation_error_message=_("The end must be after the start."),
    )


class OpeningHours(models.Model):
    """One span of a weekday in which the clinic can be reached. It does not limit bookings."""

    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ("weekday", "starts")
        constraints = (
            end_after_start_constraint("opening_hours_in_order"),
            models.CheckConstraint(
                condition=models.Q(weekday__range=(0, 6)),
                name="opening_hours_weekday",
                violation_error_message=_("A week has seven days."),
            ),
            models.UniqueConstraint(
                fields=["weekday", "starts"],
                name="opening_hours_once",
                violation_error_message=_("These hours are in the list already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"


class WeeklyHours(models.Model):
    """One span of work on one weekday, for a range of dates."""

    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("weekly hours")
        verbose_name_plural = _("weekly hours")
        ordering = ("therapist", "weekday", "starts")
        constraints = (
            end_after_start_constraint("weekly_hours_in_order"),
            models.CheckConstraint(
                condition=models.Q(weekday__range=(0, 6)),
                name="weekly_hours_weekday",
                violation_error_message=_("A week has seven days."),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="weekly_hours_dates_in_order",
                violation_error_message=_("The last date must not be before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"


class DateException(models.Model):
    """A date whose spans replace the weekly hours; without spans it is a day off."""

    therapist = models.ForeignKey(
        Therapist, on_delete=models.CASCADE, related_name="date_exceptions"
    )
    day = models.DateField(_("date"))
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("date exception")
        verbose_name_plural = _("date exceptions")
        ordering = ("day",)
        constraints = (
            models.UniqueConstraint(
                fields=["therapist", "day"],
                name="date_exception_once",
                violation_error_message=_("This date has an exception already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.therapist}: {self.day}"


class DateExceptionSpan(models.Model):
    """One span of work on an exceptional date."""

    exception = models.ForeignKey(DateException, on_delete=models.CASCADE, related_name="spans")
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("span")
        verbose_name_plural = _("spans")
        ordering = ("starts",)
        constraints = (end_after_start_constraint("date_exception_in_order"),)

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}-{self.ends:%H:%M}"


class TimeOff(models.Model):
    """A span in which a therapist does not work, regardless of the hours.

    Repeated time off is stored as one row per occurrence (at most 53) with the same `series`.
    Reading needs no recurrence rule, each row is correct across changes of the clocks, and one
    occurrence can be canceled alone.
    """

    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="time_off")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    note = models.CharField(_("note for the team"), max_length=120, blank=True)
    series = models.UUIDField(null=True, blank=True, editable=False, db_index=True)

    class Meta:
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        ordering = ("starts_at",)
        indexes = (models.Index(fields=["therapist", "starts_at"], name="time_off_by_start"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="time_off_in_order",
                violation_error_message=_("Time off must end after it starts."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.therapist}: {self.starts_at:%Y-%m-%d} - {self.ends_at:%Y-%m-%d}"
