"""Invitations: a patient asks somebody, by e-mail, to act for them."""

from datetime import timedelta
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from booking.features.proxies.models.grants import (
    ALLOWS_SOMETHING,
    Permissions,
    ProxyRequest,
)
from booking.models import Patient, User
from clinic.lib.dates import clock

INVITATION_OPEN_FOR = timedelta(days=14)


class ProxyInvitation(Permissions):
    """A patient's invitation to act for them, with the terms of the grant that it will become.

    Only the hash of the mailed token is stored. `invited_by` is the account of the patient. An
    invitation that was declined looks to the patient like one that was not answered yet.
    """

    Answer = ProxyRequest.Answer

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(_("e-mail"), max_length=254)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_at = models.DateTimeField(_("invited"), default=clock.now)
    closes_at = models.DateTimeField(_("open until"))
    answer = models.CharField(
        _("answer"), max_length=10, choices=ProxyRequest.Answer.choices, blank=True
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation to act for somebody")
        verbose_name_plural = _("invitations to act for somebody")
        ordering = ("pk",)
        indexes = (
            models.Index(fields=["email", "closes_at"], name="proxy_invitation_by_email"),
            models.Index(fields=["patient"], name="proxy_invitation_of_patient"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(email=Lower("email"), email__gt=""),
                name="proxy_invitation_address",
                violation_error_message=_("An invitation goes to an address in lower case."),
            ),
            models.CheckConstraint(
                condition=ALLOWS_SOMETHING,
                name="proxy_invitation_allows",
                violation_error_message=_("An invitation must allow something."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | Q(answer__in=ProxyRequest.Answer.values, answered_at__isnull=False),
                name="proxy_invitation_answered",
                violation_error_message=_("An answer has a time."),
            ),
        )

    def __str__(self) -> str:
        return f"invitation {self.pk}"
