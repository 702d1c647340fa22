"""The restriction of what is done with a patient's data (GDPR, article 18), and requests for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.constraints import FilledOnce
from booking.models.people import Patient, User
from clinic.lib.dates import clock


class Restriction(models.Model):
    """A restriction of one patient's data, from the request to its end.

    Rows are completed, and but for an erasure never deleted; a merge of records moves them. Until a
    request is answered, its reason can change: staff may restrict the record for another one.

    Whether the record is restricted now is in Patient.restricted_since. `requested_at` is empty if
    staff have restricted it without a request in the account.
    """

    class Ground(models.TextChoices):
        """Why data is restricted: the four cases of article 18(1)."""

        ACCURACY = "accuracy", _("something is said to be wrong, and is being checked")
        UNLAWFUL = "unlawful", _("the use is unlawful, and the person wants no erasure")
        CLAIMS = "claims", _("the person needs the data for a legal claim")
        OBJECTION = "objection", _("the person has objected, and that is being decided")

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="restrictions")
    ground = models.CharField(_("reason"), max_length=10, choices=Ground.choices)
    requested_at = models.DateTimeField(_("asked for"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)
    declined_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    started_at = models.DateTimeField(_("restricted"), null=True, blank=True)
    started_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restrictions")
        ordering = ("created_at", "pk")
        constraints = (
            FilledOnce(
                name="restriction_is_filled_once",
                for_ever=True,
                but=("patient",),
                until_closed=("ground",),
                closed_by=("withdrawn_at", "declined_at", "started_at"),
                but_for_erasure=True,
                violation_error_message=_(
                    "What is written about a restriction is never changed or deleted."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(ground__in=["accuracy", "unlawful", "claims", "objection"]),
                name="restriction_ground_known",
                violation_error_message=_("There is no such reason to restrict a record."),
            ),
            models.CheckConstraint(
                condition=models.Q(requested_at__isnull=False) | models.Q(started_at__isnull=False),
                name="restriction_asked_or_started",
                violation_error_message=_("A restriction is asked for, or begins."),
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, declined_at__isnull=True)
                | models.Q(started_at__isnull=True),
                name="restriction_refused_or_started",
                violation_error_message=_("A request that was withdrawn or declined never begins."),
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True) | models.Q(started_at__isnull=False),
                name="restriction_lifted_after_start",
                violation_error_message=_("Only a restriction that has begun can be lifted."),
            ),
        )

    def __str__(self) -> str:
        return f"restriction, {self.created_at:%Y-%m-%d}"
