"""What patients have agreed to or declined, their favorites, and requests to erase their data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.constraints import AppendOnly
from booking.models.appointment_events import AppointmentEvent
from booking.models.catalogue import Option
from booking.models.people import Patient, User
from booking.models.therapists import Therapist
from clinic.lib.dates import clock

ActorType = AppointmentEvent.ActorType


class PatientChoice(models.Model):
    """An entry of the history of a patient's choices. Only a merge of records changes a row.

    The current choice is stored in Patient. `version` names the texts that were shown. Consent to
    the health questions is stored with the answers (Screening); here is when it was withdrawn, and
    given again without answering.
    """

    class Subject(models.TextChoices):
        """What the choice is about."""

        REMINDERS = "reminders", _("reminders of appointments")
        OPTIONAL_MAIL = "optional_mail", _("mails that no appointment needs")
        HEALTH_ANSWERS = "health_answers", _("that we keep and use your health answers")

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="choices")
    subject = models.CharField(_("subject"), max_length=20, choices=Subject.choices)
    is_wanted = models.BooleanField(_("wanted"))
    version = models.CharField(_("version of the words"), max_length=20)
    chosen_at = models.DateTimeField(_("when"), default=clock.now)
    actor_type = models.CharField(_("by"), max_length=10, choices=ActorType.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = _("patient's choice")
        verbose_name_plural = _("patients' choices")
        ordering = ("-chosen_at", "-pk")
        constraints = (
            AppendOnly(
                name="patient_choice_is_append_only",
                for_ever=True,
                but=("patient",),
                but_for_erasure=True,
                violation_error_message=_(
                    "A choice of a patient is never changed. A new choice is a new entry."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(subject__in=["reminders", "optional_mail", "health_answers"]),
                name="patient_choice_subject_known",
                violation_error_message=_("There is nothing of that kind to choose."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject}: {self.is_wanted}"


class ErasureRequest(models.Model):
    """A patient's request to erase their data. It is open until staff have carried it out.

    The clinic keeps what the law requires. The patient can withdraw an open request.
    """

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="erasure_requests")
    requested_at = models.DateTimeField(_("asked for"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    done_at = models.DateTimeField(_("dealt with"), null=True, blank=True)
    done_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = _("request for erasure")
        verbose_name_plural = _("requests for erasure")
        ordering = ("requested_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True) | models.Q(done_at__isnull=True),
                name="erasure_withdrawn_or_done",
                violation_error_message=_("A request is either withdrawn or dealt with."),
            ),
        )

    def __str__(self) -> str:
        return f"request for erasure, {self.requested_at:%Y-%m-%d}"


class Favorite(models.Model):
    """A treatment, length and therapist that a patient has starred, to find it first when booking.

    A merge of two records can leave the same one twice, which is shown once.
    """

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="favorites")
    option = models.ForeignKey(Option, on_delete=models.CASCADE, related_name="+")
    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="+")
    starred_at = models.DateTimeField(_("since"), default=clock.now)

    class Meta:
        verbose_name = _("favorite")
        verbose_name_plural = _("favorites")
        ordering = ("-starred_at", "-pk")

    def __str__(self) -> str:
        return f"{self.option_id} with {self.therapist_id}"
