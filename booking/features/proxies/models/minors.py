"""The consent of guardians, and the ages that count for children who are booked for."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.constraints import AppendOnly
from booking.features.proxies.models.grants import GRANTS_MIN_KEPT_FOR
from booking.models import Patient, User
from clinic.lib.dates import clock

DEFAULT_FIRST_AGE, DEFAULT_SECOND_AGE, DEFAULT_NOTICE_DAYS = 11, 16, 30
OLDEST_AGE = 21
ADULT_AGE = 18
CONSENT_TEXT_VERSION = "2026-12"
"""The version of the texts in `CONSENT_TEXTS`: whoever changes a text gives it a new one."""


class AdultPresence(models.TextChoices):
    """Where the clinic wants an adult to be while a child is treated."""

    ROOM = "room", _("stays in the room")
    CLINIC = "clinic", _("waits at the clinic")
    NOBODY = "nobody", _("need not stay")


CONSENT_TEXTS = {
    AdultPresence.ROOM: _(
        "I am the parent or legal guardian, and I agree to this massage. An adult stays in the "
        "room the whole time. The child can stop at any time."
    ),
    AdultPresence.CLINIC: _(
        "I am the parent or legal guardian, and I agree to this massage. An adult waits at the "
        "clinic the whole time. The child can stop at any time."
    ),
    AdultPresence.NOBODY: _(
        "I am the parent or legal guardian, and I agree to this massage. The child can stop at "
        "any time."
    ),
}
THERAPIST_NOTES = {
    AdultPresence.ROOM: _(
        "Under 18. The parent or guardian has agreed. An adult stays in the room. Before you "
        "begin, ask the child too."
    ),
    AdultPresence.CLINIC: _(
        "Under 18. The parent or guardian has agreed. An adult waits at the clinic. Before you "
        "begin, ask the child too."
    ),
    AdultPresence.NOBODY: _(
        "Under 18. The parent or guardian has agreed. Before you begin, ask the child too."
    ),
}


class GuardianConsent(models.Model):
    """A guardian agreed that a child is treated. Only a merge changes a row: it moves `patient`.

    `version` and `attendance` say which text it was, and `text` is what was read.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("agreed"), default=clock.now)
    version = models.CharField(_("version"), max_length=20)
    attendance = models.CharField(_("an adult"), max_length=10, choices=AdultPresence.choices)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("consent of a guardian")
        verbose_name_plural = _("consents of guardians")
        ordering = ("pk",)
        constraints = (
            AppendOnly(
                name="guardian_consent_is_append_only",
                kept_for=GRANTS_MIN_KEPT_FOR,
                dated_by="given_at",
                but=("patient",),
                but_for_erasure=True,
                violation_error_message=_("A consent is never changed."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.version} {self.given_by_id} for {self.patient_id}"


class ProxySettings(models.Model):
    """The ages at which staff review grants, and from which parents book online for a child.

    One row, or none for the defaults. Online booking for children is closed by default: the health
    questions that a clinician signs say that it is, so a clinician decides about `online_age`.
    """

    first_age = models.PositiveSmallIntegerField(
        _("first review at the age of"), default=DEFAULT_FIRST_AGE
    )
    second_age = models.PositiveSmallIntegerField(
        _("second review at the age of"), default=DEFAULT_SECOND_AGE
    )
    notice_days = models.PositiveSmallIntegerField(
        _("days of notice before a review"), default=DEFAULT_NOTICE_DAYS
    )
    online_age = models.PositiveSmallIntegerField(
        _("a parent can book online for a child from the age of"), default=ADULT_AGE
    )
    attendance = models.CharField(
        _("an adult"), max_length=10, choices=AdultPresence.choices, default=AdultPresence.ROOM
    )
    only_row = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("ages of review")
        verbose_name_plural = _("ages of review")
        constraints = (
            models.CheckConstraint(
                condition=Q(first_age__gte=1)
                & Q(second_age__gt=F("first_age"))
                & Q(second_age__lte=OLDEST_AGE),
                name="proxy_ages_in_order",
                violation_error_message=_(
                    "The second age must be higher than the first, and at most 21."
                ),
            ),
            models.CheckConstraint(
                condition=Q(only_row=True),
                name="proxy_settings_once",
                violation_error_message=_("There is one set of ages."),
            ),
            models.CheckConstraint(
                condition=Q(notice_days__lte=90),
                name="proxy_notice_not_too_long",
                violation_error_message=_("The notice is at most 90 days."),
            ),
            models.CheckConstraint(
                condition=Q(online_age__lte=ADULT_AGE),
                name="proxy_online_age_at_most_18",
                violation_error_message=_("From 18 on, everybody books for themselves."),
            ),
            models.CheckConstraint(
                condition=Q(attendance__in=AdultPresence.values),
                name="proxy_attendance_known",
                violation_error_message=_("Please choose where an adult is during the visit."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_age}, {self.second_age}"

    @classmethod
    def current(cls) -> Self:
        """Return the clinic's ages, or the defaults if nothing was chosen."""
        return cls.objects.first() or cls()
