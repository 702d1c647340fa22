"""Payments taken at the clinic. Each row is a receipt and is never changed."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.consecutive import Consecutive
from booking.constraints import AppendOnly
from booking.models.appointments import Appointment
from booking.models.people import User
from clinic.lib.crypto.encrypted_field import EncryptedTextField
from clinic.lib.dates import clock


class Payment(models.Model):
    """A payment for an appointment; a negative amount gives an earlier one back, or a part of it.

    Numbers run 1, 2, 3... without gaps. A mistake is corrected by a reversal (`reverses`), money
    that is given back is a refund (`refunds`).
    """

    class Method(models.TextChoices):
        CASH = "cash", _("cash")
        CARD = "card", _("card")
        TRANSFER = "transfer", _("bank transfer")
        OTHER = "other", _("other")

    number = models.PositiveIntegerField(_("receipt number"))
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="payments")
    amount = models.DecimalField(_("amount"), max_digits=9, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    method = models.CharField(_("payment method"), max_length=10, choices=Method.choices)
    description = models.CharField(_("what for"), max_length=200)
    taken_at = models.DateTimeField(_("taken"), default=clock.now)
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="payments_taken")
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    refunds = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="refunded_by"
    )

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ("number",)
        constraints = (
            AppendOnly(
                name="receipts_are_append_only",
                for_ever=True,
                violation_error_message=_("A receipt is written once and never changed."),
            ),
            models.UniqueConstraint(
                fields=["number"],
                name="receipt_number_once",
                violation_error_message=_("There is a receipt with this number already."),
            ),
            Consecutive(
                name="receipts_without_a_gap",
                field="number",
                violation_error_message=_("Receipts are numbered without a gap."),
            ),
            models.CheckConstraint(
                condition=models.Q(reverses__isnull=True, refunds__isnull=True, amount__gt=0)
                | models.Q(reverses__isnull=False, refunds__isnull=True, amount__lt=0)
                | models.Q(reverses__isnull=True, refunds__isnull=False, amount__lt=0),
                name="payment_amount_signed",
                violation_error_message=_(
                    "An amount is above zero; below zero only where it takes another back."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(method__in=["cash", "card", "transfer", "other"]),
                name="payment_method_known",
                violation_error_message=_(
                    "A payment is made in cash, by card, by transfer, or otherwise."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.amount} {self.currency}"


class ReceiptFile(models.Model):
    """The PDF of a receipt. A patient requests it, and the worker makes it.

    `content` is the file in base64, encrypted; blank until it is made. The row is deleted after a
    day: the file can be made again.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    payment = models.OneToOneField(Payment, on_delete=models.CASCADE, related_name="file")
    requested_at = models.DateTimeField(_("asked for"), default=clock.now)
    made_at = models.DateTimeField(_("made"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True)
    content = EncryptedTextField(bound_to="public_id", blank=True, default="")

    class Meta:
        verbose_name = _("file of a receipt")
        verbose_name_plural = _("files of receipts")
        ordering = ("requested_at", "pk")

    def __str__(self) -> str:
        return f"file of receipt {self.payment_id}"
