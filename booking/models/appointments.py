"""The Appointment model: one row from the hold to the end."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid4

from django.db import models
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from booking.constraints import NoOverlap
from booking.lifecycle import OCCUPYING_STATUSES, Override, Status
from booking.models.catalogue import (
    MAX_SESSION_MINUTES,
    MAX_TURNAROUND_MINUTES,
    Option,
    Room,
)
from booking.models.clinic import MAX_HOLD_MINUTES
from booking.models.people import Patient
from booking.models.therapists import Therapist
from clinic.lib.crypto import signed_links
from clinic.lib.crypto.encrypted_field import UNREADABLE, EncryptedTextField
from clinic.lib.dates import clock
from clinic.lib.dates.epoch import EpochMinutes, IsWholeMinute

MAX_APPOINTMENT_LENGTH = timedelta(minutes=MAX_SESSION_MINUTES + MAX_TURNAROUND_MINUTES)
"""The longest time that an appointment may occupy, turnaround included."""

MAX_HOLD_EXTENSIONS = 10
"""How often a hold can be extended (WCAG 2.2.1 asks for ten)."""

PATIENT_REQUIRED_STATUSES = (Status.BOOKED, Status.ARRIVED, Status.COMPLETED, Status.NO_SHOW)
UNBOOKED_STATUSES = (Status.HOLD, Status.EXPIRED, Status.CANCELLED)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Filters by status and time. `now` is usually clock.now()."""

    def occupying(self, now: datetime) -> Self:
        """Return those that occupy their time; a hold does so only until it expires."""
        return self.filter(status__in=OCCUPYING_STATUSES).exclude(
            status=Status.HOLD, hold_expires_at__lte=now
        )

    def overlapping(self, starts_at: datetime, blocked_until: datetime) -> Self:
        """Return those that overlap [starts_at, blocked_until).

        The start is bounded from below too, so that an index can be used.
        """
        return self.filter(
            starts_at__lt=blocked_until,
            starts_at__gte=starts_at - MAX_APPOINTMENT_LENGTH,
            blocked_until__gt=starts_at,
        )

    def without_places_of(self, pk: int, public_id: UUID) -> Self:
        """Leave out an appointment, and the times that are held because its patient is asked."""
        return self.exclude(models.Q(pk=pk) | models.Q(proposed_for=public_id))

    def lapsed_holds(self, now: datetime) -> Self:
        """Return holds that have run out but are not marked as expired yet."""
        return self.filter(status=Status.HOLD, hold_expires_at__lte=now).order_by()

    def overlong_holds(self, now: datetime) -> Self:
        """Return holds that end later than any that begins at `now`: a clock was ahead."""
        latest = now + timedelta(minutes=MAX_HOLD_MINUTES)
        return self.filter(status=Status.HOLD, hold_expires_at__gt=latest).order_by()

    def active_holds(self, now: datetime) -> Self:
        """Return holds that have not run out."""
        return self.filter(status=Status.HOLD, hold_expires_at__gt=now)

    def with_related(self) -> Self:
        """Select the related rows that a page about one appointment shows."""
        return self.select_related("option__treatment", "therapist", "room", "patient")


class Appointment(models.Model):
    """A therapist, a room and a patient, from `starts_at` to `ends_at`.

        starts_at          ends_at     blocked_until
            |-- treatment -----|-- turnaround --|
            |-- therapist and room are taken ---|

    The server determines everything but option, therapist and start.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)
    option = models.ForeignKey(Option, on_delete=models.PROTECT, related_name="appointments")
    therapist = models.ForeignKey(
        Therapist, on_delete=models.PROTECT, related_name="appointments", db_index=False
    )
    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="appointments", db_index=False
    )
    patient = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        related_name="appointments",
        null=True,
        blank=True,
        db_index=False,
    )
    any_therapist = models.BooleanField(
        _("any therapist"),
        default=False,
        help_text=_("The patient had no preference for a therapist."),
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    blocked_until = models.DateTimeField(_("therapist and room blocked until"))
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.HOLD
    )
    price = models.DecimalField(_("price"), max_digits=9, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)

    hold_expires_at = models.DateTimeField(_("held until"), null=True, blank=True)
    extension_count = models.PositiveSmallIntegerField(
        _("times extended"), default=0, editable=False
    )
    browser_key = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("Identifies the browser of the hold."),
    )
    draft = EncryptedTextField(
        bound_to="public_id",
        blank=True,
        default="",
        editable=False,
        if_unreadable="",
        help_text=_("What was typed so far, until the hold becomes a booking."),
    )
    patient_note = EncryptedTextField(
        _("patient's note"),
        bound_to="public_id",
        if_unreadable=UNREADABLE,
        db_column="note",
        blank=True,
        default="",
    )
    terms_accepted_at = models.DateTimeField(_("agreed to the terms"), null=True, blank=True)
    sequence = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Of the calendar file; increases with every change.")
    )
    patient_move_count = models.PositiveSmallIntegerField(
        _("times moved by the patient"), default=0, editable=False
    )
    attendance_confirmed_at = models.DateTimeField(_("attendance confirmed"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("canceled"), null=True, blank=True)
    cancel_reason = EncryptedTextField(
        _("why canceled"),
        bound_to="public_id",
        if_unreadable=UNREADABLE,
        blank=True,
        default="",
    )
    team_note = EncryptedTextField(
        _("note for the team"),
        bound_to="public_id",
        if_unreadable=UNREADABLE,
        blank=True,
        default="",
    )
    override = models.CharField(
        _("overridden rule"),
        max_length=20,
        choices=Override.choices,
        blank=True,
        default="",
        editable=False,
    )
    entered_afterwards = models.BooleanField(
        _("entered afterwards"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("Staff entered the visit after it had begun; nobody got a mail about it."),
    )
    is_walk_in = models.BooleanField(
        _("walk-in"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("Booked at the counter for somebody without e-mail address and phone number."),
    )
    proposed_for = models.UUIDField(
        null=True,
        blank=True,
        editable=False,
        help_text=_(
            "The public id of the appointment whose patient is asked about this held time. The two "
            "may overlap."
        ),
    )
    booked_at = models.DateTimeField(_("booked"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ("starts_at", "pk")
        indexes = (
            models.Index(fields=["therapist", "starts_at"], name="appointment_of_therapist"),
            models.Index(fields=["room", "starts_at"], name="appointment_of_room"),
            models.Index(fields=["patient", "starts_at", "status"], name="appointment_of_patient"),
            models.Index(fields=["starts_at"], name="appointment_by_start"),
            models.Index(fields=["booked_at"], name="appointment_by_booking"),
            models.Index(
                fields=["browser_key", "hold_expires_at"],
                condition=models.Q(hold_expires_at__isnull=False),
                name="hold_of_browser",
            ),
            models.Index(
                fields=["hold_expires_at"],
                condition=models.Q(hold_expires_at__isnull=False),
                name="appointment_live_hold",
            ),
        )
        constraints = (
            NoOverlap(
                name="therapist_double_booking",
                resource="therapist",
                starts="starts_at",
                ends="blocked_until",
                statuses=OCCUPYING_STATUSES,
                longest=MAX_APPOINTMENT_LENGTH,
                own=("proposed_for", "public_id"),
                violation_error_message=_("The therapist has another appointment at that time."),
            ),
            NoOverlap(
                name="room_double_booking",
                resource="room",
                starts="starts_at",
                ends="blocked_until",
                statuses=OCCUPYING_STATUSES,
                longest=MAX_APPOINTMENT_LENGTH,
                own=("proposed_for", "public_id"),
                violation_error_message=_("The room is taken at that time."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at"))
                & models.Q(blocked_until__gte=models.F("ends_at")),
                name="appointment_in_order",
                violation_error_message=_("An appointment must end after it starts."),
            ),
            models.CheckConstraint(
                condition=models.Q(IsWholeMinute("starts_at"))
                & models.Q(IsWholeMinute("ends_at"))
                & models.Q(IsWholeMinute("blocked_until")),
                name="appointment_whole_minutes",
                violation_error_message=_("Appointments start and end on the minute."),
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    EpochMinutes("blocked_until") - EpochMinutes("starts_at"),
                    int(MAX_APPOINTMENT_LENGTH.total_seconds() // 60),
                ),
                name="appointment_not_too_long",
                violation_error_message=_("An appointment takes at most six hours."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values),
                name="appointment_status_known",
                violation_error_message=_("That status does not exist."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.HOLD) | models.Q(hold_expires_at__isnull=False),
                name="hold_has_an_end",
                violation_error_message=_("A hold must say when it runs out."),
            ),
            models.CheckConstraint(
                condition=models.Q(extension_count__lte=MAX_HOLD_EXTENSIONS),
                name="hold_extended_at_most_ten_times",
                violation_error_message=_("A time can be kept longer at most ten times."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=PATIENT_REQUIRED_STATUSES)
                | models.Q(patient__isnull=False, booked_at__isnull=False),
                name="booking_has_a_patient",
                violation_error_message=_("A booked appointment needs a patient."),
            ),
            models.CheckConstraint(
                condition=models.Q(proposed_for=None) | models.Q(status__in=UNBOOKED_STATUSES),
                name="proposed_time_is_never_booked",
                violation_error_message=_("A proposed time is a hold until it is released."),
            ),
            models.CheckConstraint(
                condition=models.Q(price__gte=0),
                name="appointment_price_positive",
                violation_error_message=_("A price cannot be below zero."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.option} {self.starts_at:%Y-%m-%d %H:%M} UTC"

    @property
    def are_notes_restricted(self) -> bool:
        """Whether the notes are stored only: the record was restricted after it was booked."""
        since = self.patient.restricted_since if self.patient is not None else None
        return since is not None and (self.booked_at is None or self.booked_at <= since)

    @property
    def minutes(self) -> int:
        """The length of the treatment in minutes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def hold_token(self) -> str:
        """The token of /book/hold/<token>/, the steps of booking."""
        return signed_links.make_token("hold", self.public_id, self.link_version)

    @property
    def link_token(self) -> str:
        """The token of /appointments/<token>/, the patient's page."""
        return signed_links.make_token("appointment", self.public_id, self.link_version)

    def is_upcoming(self, now: datetime) -> bool:
        """Return whether the patient is expected, or is here and not treated yet."""
        return self.status in (Status.BOOKED, Status.ARRIVED) and now < self.ends_at

    def is_active_hold(self, now: datetime) -> bool:
        """Return whether this is a hold that has not run out."""
        return (
            self.status == Status.HOLD
            and self.hold_expires_at is not None
            and self.hold_expires_at > now
        )
