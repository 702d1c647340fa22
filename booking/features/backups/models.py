"""What is remembered of backups and drills."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class BackupRun(models.Model):
    """One backup that was made, or one drill: a backup that was restored in a scratch place.

    `faults`, `overlaps` and `opened` (encrypted rows that could be read) are of drills.
    """

    class Kind(models.TextChoices):
        BACKUP = "backup", _("backup")
        DRILL = "drill", _("drill")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    started_at = models.DateTimeField(_("started"))
    duration = models.DurationField(_("how long it took"))
    rows = models.PositiveBigIntegerField(_("rows"))
    size = models.PositiveBigIntegerField(_("bytes"))
    overlaps = models.PositiveIntegerField(_("appointments that overlap"), null=True)
    faults = models.PositiveIntegerField(_("faults"), null=True)
    opened = models.PositiveIntegerField(_("encrypted rows opened"), null=True)

    objects = models.Manager["BackupRun"]()

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        ordering = ("-started_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=["backup", "drill"]),
                name="backup_kind_known",
                violation_error_message=_("It is a backup or a drill."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d %H:%M}"

    @classmethod
    def latest(cls, kind: str, now: datetime) -> "BackupRun | None":
        """Return the newest of a kind, or None. One in the future is from a wrong clock."""
        return cls.objects.filter(kind=kind, started_at__lte=now).first()
