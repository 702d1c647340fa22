"""How long the law makes the clinic keep what, and what is kept sealed after an erasure."""

from datetime import timedelta
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.models import Patient, User
from clinic.lib.crypto.encrypted_field import EncryptedTextField
from clinic.lib.dates import clock

MAX_YEARS = 100
USUAL_MAJORITY_AGE, MIN_MAJORITY_AGE, MAX_MAJORITY_AGE = 18, 14, 25
NOTICE = timedelta(days=7)
"""How long a dry run is shown before what it lists is erased."""
SEALED_PADDED_TO = 4096


class RetainedKind(models.TextChoices):
    """What a rule is about."""

    TREATMENT = "treatment", _("records of treatment")
    RECEIPTS = "receipts", _("receipts")


class RetentionRule(models.Model):
    """How many years something must be kept. It counts once the owner has approved it.

    Of several approved rules about one kind, the one that keeps it longest counts.
    """

    class CountedFrom(models.TextChoices):
        """From when the years are counted."""

        LAST_VISIT = "last_visit", _("the last visit")
        MAJORITY = "majority", _("majority")

    jurisdiction = models.CharField(_("jurisdiction"), max_length=80)
    kind = models.CharField(_("of what"), max_length=12, choices=RetainedKind.choices)
    years = models.PositiveSmallIntegerField(
        _("years"), validators=[MinValueValidator(1), MaxValueValidator(MAX_YEARS)]
    )
    counted_from = models.CharField(_("counted from"), max_length=12, choices=CountedFrom.choices)
    majority_age = models.PositiveSmallIntegerField(
        _("age of majority"),
        default=USUAL_MAJORITY_AGE,
        db_default=USUAL_MAJORITY_AGE,
        validators=[MinValueValidator(MIN_MAJORITY_AGE), MaxValueValidator(MAX_MAJORITY_AGE)],
        help_text=_("Counts only if the years are counted from majority."),
    )
    source = models.CharField(
        _("source"), max_length=300, help_text=_("The law or the page that says so.")
    )
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    checked_on = models.DateField(
        _("checked on"),
        null=True,
        blank=True,
        help_text=_("When you or your counsel last compared it with the law."),
    )
    is_second_hand = models.BooleanField(
        _("second-hand, ask your counsel"), default=False, editable=False
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ("jurisdiction", "kind", "counted_from", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(years__gte=1, years__lte=MAX_YEARS),
                name="retention_years_sane",
                violation_error_message=_("Something is kept for 1 to 100 years."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    majority_age__gte=MIN_MAJORITY_AGE, majority_age__lte=MAX_MAJORITY_AGE
                ),
                name="retention_majority_sane",
                violation_error_message=_("People come of age between 14 and 25."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=RetainedKind.values),
                name="retention_kind_known",
                violation_error_message=_("There is nothing of that kind to keep."),
            ),
            models.CheckConstraint(
                condition=~models.Q(source=""),
                name="retention_has_source",
                violation_error_message=_("Please name the law or the page that says so."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.jurisdiction}: {self.get_kind_display()}, {self.years}"

    @property
    def counted_from_text(self) -> str:
        """From when the years are counted, in words."""
        if self.counted_from != self.CountedFrom.MAJORITY:
            return self.get_counted_from_display()
        return gettext("the birthday on which they turn %(age)d") % {"age": self.majority_age}


class SealedRecord(models.Model):
    """What the law makes the clinic keep of somebody who was erased, encrypted, until a day.

    It is in no list, search or copy. The owner opens it for a stated reason, which is recorded.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="sealed_records")
    kind = models.CharField(_("of what"), max_length=12, choices=RetainedKind.choices)
    content = EncryptedTextField(bound_to="public_id", padded_to=SEALED_PADDED_TO)
    because = models.JSONField(
        _("because of"), default=list, help_text=_("The rules, as they were.")
    )
    sealed_at = models.DateTimeField(_("sealed"), default=clock.now)
    keep_until = models.DateField(_("kept until"))

    class Meta:
        verbose_name = _("sealed record")
        verbose_name_plural = _("sealed records")
        ordering = ("keep_until", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["patient", "kind"],
                name="sealed_once",
                violation_error_message=_("This is sealed already."),
            ),
        )

    def __str__(self) -> str:
        return f"sealed record {self.pk}"


class RetentionRun(models.Model):
    """One run of the retention rules: first a dry run, which the owner sees; days later the run.

    `records` are the public ids of the records that it will erase, and no others.
    """

    planned_at = models.DateTimeField(_("planned"), default=clock.now)
    runs_at = models.DateTimeField(_("runs"))
    records = models.JSONField(_("records"), default=list)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    erased = models.PositiveIntegerField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("run of the retention rules")
        verbose_name_plural = _("runs of the retention rules")
        ordering = ("-planned_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["runs_at"],
                condition=models.Q(done_at=None, stopped_at=None),
                name="retention_run_once",
                violation_error_message=_("This run is planned already."),
            ),
        )

    def __str__(self) -> str:
        return f"{len(self.records)} records, {self.runs_at:%Y-%m-%d}"
