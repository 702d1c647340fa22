"""The state of the scheduled jobs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScheduledJob(models.Model):
    """When a job ran, how it went, and when it runs next. `name` is its name in the registry.

    Whoever runs the job holds an expiring lease, so that several workers run it once, and a killed
    worker's job is taken over.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    next_run_at = models.DateTimeField(_("next run"))
    lease = models.CharField(max_length=40, blank=True, default="", editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("last start"), null=True, blank=True)
    succeeded_at = models.DateTimeField(
        _("start of the last run that ended well"), null=True, blank=True
    )
    duration = models.DurationField(_("how long it took"), null=True, blank=True)
    count = models.PositiveIntegerField(_("how much was done"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    problem = models.CharField(_("last problem"), max_length=300, blank=True, default="")
    problem_at = models.DateTimeField(_("when that was"), null=True, blank=True)

    class Meta:
        verbose_name = _("scheduled job")
        verbose_name_plural = _("scheduled jobs")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
