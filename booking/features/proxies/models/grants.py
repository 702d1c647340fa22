"""Grants to act for a patient, requests for them, reviews of them, and hidden appointments.

A proxy is a person who acts for a patient; a grant says what they may do. A grant (`Proxy`) and its
end (`ProxyEnd`) are two rows that never change, so that the history of what was granted is
complete. To change a grant is to end it and make a new one.
"""

from datetime import date, timedelta
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.access.proxies import Permission
from booking.constraints import AppendOnly
from booking.models import Appointment, Patient, User
from clinic.lib.dates import clock

GRANTS_MIN_KEPT_FOR = timedelta(days=365)
"""The database refuses to delete younger grants, as it refuses it for the audit trail."""
REQUEST_OPEN_FOR = timedelta(days=14)


class Basis(models.TextChoices):
    """Why somebody may act for a patient."""

    CONSENT = "consent", _("the patient agreed")
    PARENT = "parent", _("parent or guardian of a child")
    COURT = "court", _("appointed by a court")


ALLOWS_SOMETHING = (
    Q(may_book=True) | Q(may_see_times=True) | Q(may_see_health=True) | Q(may_pay=True)
)
"""The condition of grants and invitations: at least one permission."""


class Permissions(models.Model):
    """What a proxy may do for a patient: the columns of grants and of requests."""

    may_book = models.BooleanField(_("may book, move and cancel appointments"), default=False)
    may_see_times = models.BooleanField(_("may see when appointments are"), default=False)
    may_see_health = models.BooleanField(_("may see health answers"), default=False)
    may_pay = models.BooleanField(_("may see receipts and what is to pay"), default=False)

    class Meta:
        abstract = True

    @property
    def permissions(self) -> frozenset[Permission]:
        """The permissions whose columns are set."""
        return frozenset(
            permission for permission, column in COLUMNS.items() if getattr(self, column)
        )


COLUMNS = {
    Permission.BOOK: "may_book",
    Permission.SEE_TIMES: "may_see_times",
    Permission.SEE_HEALTH: "may_see_health",
    Permission.SEE_RECEIPTS: "may_pay",
}


def permission_columns(permissions: frozenset[Permission]) -> dict[str, bool]:
    """Return the values of the columns that grant these permissions and no others."""
    return {column: permission in permissions for permission, column in COLUMNS.items()}


class ProxyQuerySet(models.QuerySet["Proxy"]):
    def live(self, today: date) -> Self:
        """Return grants that are in force on a day of the clinic's calendar.

        None for a record that was merged into another one, and none of people for themselves.
        """
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=today),
            end=None,
            actor__is_active=True,
            patient__merged_into=None,
        ).exclude(patient__user=F("actor"))


class Proxy(Permissions):
    """A grant: what a proxy, `actor`, may do for `patient`. Only a merge of records changes a row.

    `granted_by` is the patient, the parent who added a child, or the member of staff who confirmed
    it. `ends_on` is the last day of the grant, or None.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="proxies")
    basis = models.CharField(_("because"), max_length=10, choices=Basis.choices)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(_("since"), default=clock.now)
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    objects = ProxyQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant to act for a patient")
        verbose_name_plural = _("grants to act for patients")
        ordering = ("pk",)
        indexes = (
            models.Index(fields=["actor", "patient"], name="proxy_of_actor"),
            models.Index(fields=["patient"], name="proxy_of_patient"),
        )
        constraints = (
            AppendOnly(
                name="proxy_is_append_only",
                kept_for=GRANTS_MIN_KEPT_FOR,
                dated_by="granted_at",
                but=("patient",),
                but_for_erasure=True,
                violation_error_message=_("A grant is never changed: end it and make a new one."),
            ),
            models.CheckConstraint(
                condition=ALLOWS_SOMETHING,
                name="proxy_grants_something",
                violation_error_message=_("A grant must allow something."),
            ),
            models.CheckConstraint(
                condition=Q(basis__in=Basis.values),
                name="proxy_basis_known",
                violation_error_message=_("That reason to act for somebody does not exist."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.actor_id} for {self.patient_id}"


class ProxyEnd(models.Model):
    """The end of a grant, which takes effect at once. No page shows a proxy who ended it."""

    class EndedBy(models.TextChoices):
        """Who ended the grant, or that a newer one replaced it."""

        ACTOR = "actor", _("the person who acted")
        PATIENT = "patient", _("the patient")
        STAFF = "staff", _("the clinic")
        REPLACED = "replaced", _("a newer grant took its place")

    proxy = models.OneToOneField(Proxy, on_delete=models.PROTECT, related_name="end")
    at = models.DateTimeField(_("ended"), default=clock.now)
    side = models.CharField(_("ended by"), max_length=10, choices=EndedBy.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("end of a grant")
        verbose_name_plural = _("ends of grants")
        constraints = (
            AppendOnly(
                name="proxy_end_is_append_only",
                kept_for=GRANTS_MIN_KEPT_FOR,
                but_for_erasure=True,
                violation_error_message=_("The end of a grant is never changed."),
            ),
        )

    def __str__(self) -> str:
        return f"end of {self.proxy_id}"


class ProxyRequest(Permissions):
    """Somebody asks to act for an adult: with the adult's consent, or because a court decided it.

    `actor` is who asks, `name` the adult, and `email` their address, empty if a court decided.
    Somebody whose request was declined sees it as not answered yet.
    """

    class Answer(models.TextChoices):
        """How the request was answered, or that it was withdrawn."""

        AGREED = "agreed", _("agreed")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    actor = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    basis = models.CharField(_("because"), max_length=10, choices=Basis.choices)
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    closes_at = models.DateTimeField(_("open until"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("request to act for somebody")
        verbose_name_plural = _("requests to act for somebody")
        ordering = ("pk",)
        indexes = (
            models.Index(fields=["email", "closes_at"], name="proxy_request_by_email"),
            models.Index(fields=["actor"], name="proxy_request_of_actor"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(basis=Basis.CONSENT, email__gt="") | Q(basis=Basis.COURT, email=""),
                name="proxy_request_of_adult",
                violation_error_message=_(
                    "An adult is asked by e-mail, unless a court has decided."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"request {self.pk}"


class DateOfBirth(models.Model):
    """The date of birth of a child for whom a parent books. The newest row of a patient counts."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="birth_dates")
    born_on = models.DateField(_("date of birth"))
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered"), default=clock.now)

    class Meta:
        verbose_name = _("date of birth")
        verbose_name_plural = _("dates of birth")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.born_on:%Y-%m-%d}"


class HiddenAppointment(models.Model):
    """An appointment that a patient hides from all proxies."""

    appointment = models.OneToOneField(
        Appointment, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    hidden_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("hidden appointment")
        verbose_name_plural = _("hidden appointments")

    def __str__(self) -> str:
        return f"hidden {self.appointment_id}"


class ProxyReview(models.Model):
    """A task for staff: review a grant. The grant stays in force until they decide."""

    class Reason(models.TextChoices):
        """Why staff have to review the grant."""

        FIRST_AGE = "first_age", _("the child is old enough for privacy about health")
        SECOND_AGE = "second_age", _("the young person is old enough to decide alone")
        ENDED_BY_PATIENT = "ended", _("the patient asks to end it, or has ended it")

    class Decision(models.TextChoices):
        """What staff decided."""

        KEPT = "kept", _("kept as it is")
        CHANGED = "changed", _("changed")
        ENDED = "ended", _("ended")

    proxy = models.ForeignKey(Proxy, on_delete=models.PROTECT, related_name="reviews")
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    due_on = models.DateField(_("due"))
    raised_at = models.DateTimeField(_("raised"), default=clock.now)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = _("review of a grant")
        verbose_name_plural = _("reviews of grants")
        ordering = ("due_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["proxy", "reason"],
                name="proxy_reviewed_once",
                violation_error_message=_("This is on the list already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.reason} {self.proxy_id}"
