"""Health answers, medical clearances and the signatures of questions.

All health data, including the outcome, is encrypted and bound to its row.
"""

from uuid import uuid4

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.constraints import AppendOnly
from booking.models.appointment_events import AppointmentEvent
from booking.models.appointments import Appointment
from booking.models.people import Patient, User
from clinic.lib.crypto.encrypted_field import EncryptedTextField
from clinic.lib.dates import clock

ActorType = AppointmentEvent.ActorType
MAX_EXTRA_MINUTES = 30
SCREENING_PADDED_TO, CLEARANCE_PADDED_TO = 2048, 1024
"""Compressed records are padded to so many bytes, so that their size reveals nothing. More than
twenty answers with findings and texts take fewer bytes."""


class ScreeningSignature(models.Model):
    """A clinician's signature under the exact text (by digest) of one version of the questions."""

    version = models.CharField(_("version"), max_length=20)
    digest = models.CharField(_("digest of its text"), max_length=64, editable=False)
    clinician = models.CharField(_("clinician's name"), max_length=150)
    registration = models.CharField(_("registration"), max_length=80)
    signed_on = models.DateField(_("signed on"))
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("signature under the health questions")
        verbose_name_plural = _("signatures under the health questions")
        ordering = ("-recorded_at", "-pk")
        constraints = (
            AppendOnly(
                name="signature_is_append_only",
                violation_error_message=_("A signature is given once and never changed."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.version}, {self.clinician}"


class Screening(models.Model):
    """One person's answers, for one appointment.

    `record_json` holds the answers, the result and the patient's preferences as JSON, encrypted
    (see booking.screening.records.ScreeningRecord). `long_answered_at` is when the long set was
    last answered; it is None for a phone booking until then.
    """

    class QuestionSet(models.TextChoices):
        """Which questions were asked."""

        FULL = "full", _("all questions")
        SHORT = "short", _("the short set")
        ARRIVAL = "arrival", _("on arrival")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="screenings"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.CASCADE, related_name="screenings", null=True
    )
    question_set = models.CharField(_("question set"), max_length=8, choices=QuestionSet.choices)
    version = models.CharField(_("version of the questions"), max_length=20)
    record_json = EncryptedTextField(
        bound_to="public_id", padded_to=SCREENING_PADDED_TO, db_column="sealed"
    )
    long_answered_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(default=clock.now)
    keep_until = models.DateTimeField(
        _("deleted after"), null=True, help_text=_("Only for people who have not booked.")
    )
    actor_type = models.CharField(_("by"), max_length=10, choices=ActorType.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    claimed_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
        help_text=_("The account that has added a guest's answers, under the guest's address."),
    )

    class Meta:
        verbose_name = _("health screening")
        verbose_name_plural = _("health screenings")
        ordering = ("answered_at", "pk")
        indexes = (
            models.Index(
                fields=["keep_until"],
                condition=models.Q(keep_until__isnull=False),
                name="screening_by_end",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(question_set__in=["full", "short", "arrival"]),
                name="screening_asked_known",
                violation_error_message=_("Questions are asked in full, in short or on arrival."),
            ),
            models.CheckConstraint(
                condition=models.Q(patient__isnull=False) | models.Q(keep_until__isnull=False),
                name="screening_of_nobody_ends",
                violation_error_message=_("Answers of somebody who has not booked must end."),
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_by__isnull=True) | models.Q(actor_type="guest"),
                name="screening_claimed_of_guest",
                violation_error_message=_("Only answers that a guest has given can be claimed."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.public_id}"


class MedicalClearance(models.Model):
    """A doctor's agreement to a massage, which turns the outcome DOCTOR into ADAPT."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, related_name="clearances")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    given_on = models.DateField(_("the doctor agreed on"))
    details_json = EncryptedTextField(
        bound_to="public_id", padded_to=CLEARANCE_PADDED_TO, db_column="sealed"
    )

    class Meta:
        db_table = "booking_outcomelift"
        verbose_name = _("medical clearance")
        verbose_name_plural = _("medical clearances")
        ordering = ("at", "pk")
        constraints = (
            AppendOnly(
                name="lift_is_append_only",
                but_for_erasure=True,
                violation_error_message=_(
                    "A medical clearance is recorded once and never changed."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.public_id}"


class CallbackRequest(models.Model):
    """A request for a call by somebody who could not book online."""

    screening = models.OneToOneField(
        Screening, on_delete=models.CASCADE, related_name="callback_request"
    )
    requested_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        db_table = "booking_callback"
        verbose_name = _("callback request")
        verbose_name_plural = _("callback requests")
        ordering = ("requested_at", "pk")

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d %H:%M} UTC"


class Accommodation(models.TextChoices):
    """An accommodation for restless legs that patients can choose when booking."""

    BREAKS = "breaks", _("Breaks to move")
    LEGS_FIRST = "legs-first", _("Legs first")
    ON_THE_SIDE = "on-the-side", _("Lying on my side")
    SEATED = "seated", _("Sitting instead of lying")
    OUTSIDE = "outside", _("I wait outside and walk. Text me when you are ready")
    QUIET = "quiet", _("Little talk, no music")
    WARM = "warm", _("Extra warm")


class AccommodationRule(models.Model):
    """Whether an accommodation is offered, and how many extra minutes it takes."""

    accommodation = models.CharField(
        _("accommodation"), max_length=12, choices=Accommodation.choices, unique=True
    )
    is_offered = models.BooleanField(_("offered"), default=True)
    extra_minutes = models.PositiveSmallIntegerField(
        _("lengthens the appointment by ... minutes"),
        default=0,
        validators=[MaxValueValidator(MAX_EXTRA_MINUTES)],
    )

    class Meta:
        db_table = "booking_comfortrule"
        verbose_name = _("accommodation for restless legs")
        verbose_name_plural = _("accommodations for restless legs")
        ordering = ("accommodation",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(extra_minutes__lte=MAX_EXTRA_MINUTES),
                name="comfort_extra_sane",
                violation_error_message=_(
                    "An accommodation lengthens an appointment by 30 minutes at most."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.get_accommodation_display()
