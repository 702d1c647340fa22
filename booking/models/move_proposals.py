"""Proposals of another time, which patients are asked to accept."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.appointments import Appointment
from clinic.lib.dates import clock


class MoveProposalQuerySet(models.QuerySet["MoveProposal"]):
    """Filters of proposals."""

    def open(self) -> Self:
        """Return those that are not settled: neither answered, nor withdrawn, nor overtaken."""
        return self.filter(closed_at=None)


class MoveProposal(models.Model):
    """Another time that a patient is asked about, held until they answer or it expires.

    `hold` is the held time. The appointment stays as it is until the patient accepts it.
    """

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="move_proposals"
    )
    hold = models.OneToOneField(Appointment, on_delete=models.CASCADE, related_name="proposal_of")
    is_time_lost = models.BooleanField(
        _("cannot take place as booked"),
        default=False,
        help_text=_("The therapist or the room of the booked time has been taken away."),
    )
    wants_other_time = models.BooleanField(_("looks for another time"), default=False)
    asked_at = models.DateTimeField(_("asked"), default=clock.now, editable=False)
    closed_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = MoveProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal of another time")
        verbose_name_plural = _("proposals of other times")
        ordering = ("asked_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["appointment"],
                condition=models.Q(closed_at=None),
                name="one_open_move_proposal",
                violation_error_message=_("The patient is asked about another time already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(appointment=models.F("hold")),
                name="move_proposal_holds_another_row",
                violation_error_message=_("An appointment cannot be its own proposal."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.appointment}: {self.hold}"

    def is_waiting(self, now: datetime) -> bool:
        """Return whether the patient can still accept the held time."""
        return self.closed_at is None and self.hold.is_active_hold(now)
