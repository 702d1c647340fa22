"""The history of appointments. Events are never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.constraints import AppendOnly
from booking.models.appointments import Appointment
from booking.models.people import User
from clinic.lib.dates import clock


class AppointmentEvent(models.Model):
    """One event in the history of an appointment: who did what, and when."""

    class Kind(models.TextChoices):
        """What happened."""

        HELD = "held", _("time held")
        EXTENDED = "extended", _("hold extended")
        EXPIRED = "expired", _("hold expired")
        RELEASED = "released", _("hold released")
        BOOKED = "booked", _("booked")
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("canceled")
        RESTORED = "restored", _("cancellation undone")
        CONFIRMED = "confirmed", _("attendance confirmed")
        ARRIVED = "arrived", _("arrived")
        COMPLETED = "completed", _("completed")
        NO_SHOW = "missed", _("missed")
        STATUS_REVERTED = "stepped_back", _("status change undone")
        PAYMENT_RECORDED = "paid", _("payment recorded")
        PAYMENT_REVERSED = "paid_back", _("payment reversed")
        PAYMENT_REFUNDED = "refunded", _("refund recorded")
        CHARGE_CHANGED = "charged", _("charge or discount recorded")
        TEAM_NOTE_CHANGED = "noted", _("note for the team changed")
        MAIL_SENT_AGAIN = "mailed_again", _("mail sent again")
        ASKED = "asked", _("asked about another time")
        WANTS_OTHER_TIME = "asked_other", _("looks for another time than the one proposed")
        PROPOSAL_WITHDRAWN = "asked_end", _("question about another time withdrawn")
        KEPT_OUTSIDE_HOURS = "kept", _("kept when hours, therapist or room changed")

    class ActorType(models.TextChoices):
        """Who did it."""

        GUEST = "guest", _("online, as a guest")
        PATIENT = "patient", _("online, signed in")
        STAFF = "staff", _("the desk")
        SYSTEM = "system", _("the system")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("event"), max_length=20, choices=Kind.choices)
    at = models.DateTimeField(_("when"), default=clock.now)
    actor_type = models.CharField(_("by"), max_length=10, choices=ActorType.choices)
    user = models.ForeignKey(
        User, verbose_name=_("user"), on_delete=models.PROTECT, null=True, blank=True
    )
    details = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("history")
        ordering = ("at", "pk")
        constraints = (
            AppendOnly(
                name="history_is_append_only",
                violation_error_message=_("History is written once and never changed."),
            ),
            models.CheckConstraint(
                condition=models.Q(actor_type__in=["guest", "patient", "staff", "system"]),
                name="event_actor_type_known",
                violation_error_message=_("An event is done by a guest, patient, staff or system."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_actor_type_display()})"
