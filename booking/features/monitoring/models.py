"""Errors of the program without their texts, and what the owner is alerted to."""

import re
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.registries.error_reports import ErrorSource

BREAK_AFTER = re.compile(r"(?<=[.:_])")


class ProgramErrorQuerySet(models.QuerySet["ProgramError"]):
    def unsettled(self) -> Self:
        """Return those that nobody has dealt with, or that happened again since."""
        return self.filter(
            models.Q(settled_at=None) | models.Q(last_seen_at__gt=models.F("settled_at"))
        )


class ProgramError(models.Model):
    """An error of the program: its type, location and version, and how often it happened.

    It holds nothing of the error's text, of the request or of any row: these can be personal data.
    The location is the innermost line of the program's own code. `source` is what was running when
    it last happened.
    """

    error_type = models.CharField(_("type"), max_length=200)
    module = models.CharField(_("module"), max_length=200)
    function = models.CharField(_("function"), max_length=200)
    line = models.PositiveIntegerField(_("line"))
    release = models.CharField(_("version"), max_length=40)
    source = models.CharField(_("during"), max_length=8, choices=ErrorSource.choices)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))
    count = models.PositiveIntegerField(_("how often"), default=1)
    settled_at = models.DateTimeField(_("dealt with"), null=True, blank=True)

    objects = ProgramErrorQuerySet.as_manager()

    class Meta:
        verbose_name = _("error of the program")
        verbose_name_plural = _("errors of the program")
        ordering = ("-last_seen_at", "-pk")
        indexes = (models.Index(fields=["last_seen_at"], name="program_error_by_time"),)
        constraints = (
            models.UniqueConstraint(
                fields=["error_type", "module", "function", "line", "release"],
                name="program_error_once",
                violation_error_message=_("This error is on file already."),
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=ErrorSource.values),
                name="program_error_source_known",
                violation_error_message=_("An error happens in a page, job, worker or command."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.error_type} at {self.location}"

    @property
    def location(self) -> str:
        """The module, function and line."""
        return f"{self.module}:{self.function}:{self.line}"

    @property
    def type_parts(self) -> list[str]:
        """The type in parts between which a line may break."""
        return BREAK_AFTER.split(self.error_type)

    @property
    def location_parts(self) -> list[str]:
        """The location in parts between which a line may break."""
        return BREAK_AFTER.split(self.location)

    @property
    def has_come_back(self) -> bool:
        """Whether it happened again after somebody had dealt with it."""
        return self.settled_at is not None and self.last_seen_at > self.settled_at


class Alert(models.Model):
    """What a check of `doctor` found when it was last run for the owner.

    `name` is the check's; `sentences` are its problems, empty if all is well. `mailed_at` is when
    the owner was last mailed about it, `mailed_words` what about, without numbers.
    """

    name = models.CharField(_("check"), max_length=60, unique=True)
    sentences = models.JSONField(_("problems"), default=list)
    since = models.DateTimeField(_("since"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last checked"))
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)
    mailed_words = models.TextField(blank=True, default="", editable=False)

    objects = models.Manager["Alert"]()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class BookingVerification(models.Model):
    """One nightly run of the checks of `verify_bookings`, and how many faults it found."""

    verified_at = models.DateTimeField(_("when"))
    faults = models.PositiveIntegerField(_("faults"))

    objects = models.Manager["BookingVerification"]()

    class Meta:
        verbose_name = _("check of the bookings")
        verbose_name_plural = _("checks of the bookings")
        db_table = "booking_monitoring_verification"  # from before it had this name
        ordering = ("-verified_at", "-pk")

    def __str__(self) -> str:
        return f"{self.faults} faults, {self.verified_at:%Y-%m-%d %H:%M}"
