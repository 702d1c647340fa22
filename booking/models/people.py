"""Users, who sign in, and patients, who are treated."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from clinic.lib.dates import clock
from clinic.lib.text.search_text import SearchTextField


class UserManager(BaseUserManager["User"]):
    """Create users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password only other ways of signing in work."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a superuser, who has all abilities."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in. The e-mail address, in lower case, is the user name."""

    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=150, blank=True)
    is_staff = models.BooleanField(_("may enter the back office"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=clock.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = (
            models.UniqueConstraint(
                fields=["email"],
                name="user_email_once",
                violation_error_message=_("Somebody with this e-mail address exists already."),
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_lower",
                violation_error_message=_("Please write the e-mail address in small letters."),
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email


class PatientQuerySet(models.QuerySet["Patient"]):
    def current(self) -> Self:
        """Return patients that were neither merged into another nor erased."""
        return self.filter(merged_into=None, erased_at=None)


class Patient(models.Model):
    """A person who is treated: a guest, or somebody with an account.

    A guest booking always creates a new row. It is never matched to an existing patient, so it
    cannot reveal or change one. The row of somebody who was erased (`erased_at`) stays without
    anything that names them, because appointments are counted for ever.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="patient"
    )
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"), max_length=254)
    own_email = models.EmailField(
        _("e-mail, if the patient typed it"),
        max_length=254,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("Empty if staff have entered or changed the address."),
    )
    phone = models.CharField(_("phone"), max_length=40)
    addressed_as = models.CharField(
        _("would like to be addressed as"), max_length=60, blank=True, default="", db_default=""
    )
    spoken_language = models.CharField(
        _("would like to speak"), max_length=60, blank=True, default="", db_default=""
    )
    emergency_name = models.CharField(
        _("to call in an emergency"), max_length=150, blank=True, default="", db_default=""
    )
    emergency_phone = models.CharField(
        _("their phone"), max_length=40, blank=True, default="", db_default=""
    )
    undeliverable_since = models.DateTimeField(
        _("mails do not arrive since"), null=True, blank=True, editable=False
    )
    undeliverable_cleared_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("When staff last said that mails arrive. Older reports mark nobody again."),
    )
    no_extra_mail_since = models.DateTimeField(
        _("wants only mails about appointments, since"), null=True, blank=True, editable=False
    )
    no_reminders_since = models.DateTimeField(
        _("wants no reminders, since"), null=True, blank=True, editable=False
    )
    preferred_therapist = models.ForeignKey(
        "booking.Therapist",
        verbose_name=_("likes to come to"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    likes_evenings = models.BooleanField(_("likes evenings best"), default=False)
    likes_quiet = models.BooleanField(_("likes a quiet session, without talking"), default=False)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
    )
    account_confirmed_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("When a therapist confirmed that the patient is the one who signs in."),
    )
    account_confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    health_consent_withdrawn_at = models.DateTimeField(
        _("withdrew the consent to health answers"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Answers given until then are stored and not used."),
    )
    restricted_since = models.DateTimeField(
        _("restricted since"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Health answers and notes from before are stored and not used."),
    )
    search_text = SearchTextField(of=("name", "email"), phone_field="phone")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    objects = PatientQuerySet.as_manager()

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        indexes = (models.Index(Lower("email"), name="patient_email_lower"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True)
                | ~models.Q(merged_into=models.F("pk")),
                name="patient_not_merged_into_itself",
                violation_error_message=_("These are one and the same record."),
            ),
            models.CheckConstraint(
                condition=models.Q(own_email="") | models.Q(own_email=models.F("email")),
                name="patient_own_email_is_email",
                violation_error_message=_("Say whether the patient typed the new address."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    account_confirmed_at__isnull=True, account_confirmed_by__isnull=True
                )
                | models.Q(account_confirmed_at__isnull=False, account_confirmed_by__isnull=False),
                name="account_confirmed_by_somebody",
                violation_error_message=_("Somebody confirms an account at one moment."),
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="patient_has_name",
                violation_error_message=_("Please tell us the patient's name."),
            ),
            models.CheckConstraint(
                condition=models.Q(erased_at=None)
                | models.Q(email="", phone="", user=None, emergency_name="", emergency_phone=""),
                name="patient_erased_is_nobody",
                violation_error_message=_("The record of somebody who was erased stays empty."),
            ),
            models.CheckConstraint(  # the search text begins with what can be seen of the name
                condition=~models.Q(search_text__startswith=" "),
                name="patient_has_visible_name",
                violation_error_message=_("Please tell us the patient's name."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def answers_used_since(self) -> datetime | None:
        """The moment after which answers must have been given to be used; None if all are used."""
        moments = (self.health_consent_withdrawn_at, self.restricted_since)
        return max((moment for moment in moments if moment is not None), default=None)

    def set_email(self, email: str, *, is_own: bool = False) -> None:
        """Give the record an address, without saving it.

        It counts as the patient's own if `is_own` says that they typed it, or if the address so far
        did and is the same but for capitals.
        """
        is_same = bool(self.own_email) and self.own_email.lower() == email.lower()
        self.email, self.own_email = email, email if is_own or is_same else ""

    def withdraw_account_confirmation(self) -> None:
        """Let a therapist confirm again who signs in, without saving the record."""
        self.account_confirmed_at = self.account_confirmed_by = None
