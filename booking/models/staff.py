"""Roles of staff, invitations, and calendar feeds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.people import Patient, User
from booking.models.therapists import Therapist
from clinic.lib.dates import clock


class Role(models.TextChoices):
    """A role, which grants abilities (see booking.access.roles)."""

    OWNER = "owner", _("owner")
    FRONTDESK = "frontdesk", _("front desk")
    THERAPIST = "therapist", _("therapist")
    EDITOR = "editor", _("editor")


class StaffRole(models.Model):
    """One role of one member of staff, who may have several."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="staff_roles")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    granted_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ("user", "role")
        constraints = (
            models.UniqueConstraint(
                fields=["user", "role"],
                name="role_once",
                violation_error_message=_("This person has that role already."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values),
                name="role_known",
                violation_error_message=_("That role does not exist."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class Invitation(models.Model):
    """An invitation to the team. Only the hash of the mailed token is stored."""

    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=150, blank=True)
    roles = models.JSONField(_("roles"), default=list)
    therapist = models.ForeignKey(
        Therapist,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("profile"),
        help_text=_("The profile that they sign in with, if it is there already."),
    )
    has_new_profile = models.BooleanField(_("gets a new profile"), default=False, db_default=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.email

    def role_names(self) -> list[str]:
        """Return the display names of the roles."""
        return [str(Role(role).label) for role in self.roles]


class CalendarFeed(models.Model):
    """A private calendar feed of a therapist or a patient. Only the token's hash is stored."""

    therapist = models.ForeignKey(
        Therapist, on_delete=models.CASCADE, null=True, blank=True, related_name="feeds"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.CASCADE, null=True, blank=True, related_name="feeds"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)
    """When a calendar program read it last, to the hour."""

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(therapist__isnull=True, patient__isnull=False)
                | models.Q(therapist__isnull=False, patient__isnull=True),
                name="feed_of_one",
                violation_error_message=_("A calendar belongs to one therapist or one patient."),
            ),
        )

    def __str__(self) -> str:
        return f"feed of {self.therapist or self.patient}"
