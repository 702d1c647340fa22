"""The ledger: entries with lines that sum to zero. Rows are never changed and never deleted."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.constraints import AppendOnly
from booking.features.money.models.ledger_constraints import BalancedEntry, LinesBeforeEntry
from booking.models import Appointment, Patient, Payment, Therapist, User
from clinic.lib.crypto.encrypted_field import UNREADABLE, EncryptedTextField
from clinic.lib.dates import clock

ENTRIES, LINES = "booking_money_ledgerentry", "booking_money_ledgerline"


class Account(models.TextChoices):
    """What a line counts for. PATIENT is one account for each patient: above zero they owe.

    Debits are above zero, credits below. TIPS are owed to the line's therapist. Money that was
    received before there was a ledger, and nobody knows what for, is UNEXPLAINED.
    """

    PATIENT = "patient", _("patients' accounts")
    CASH = "cash", _("cash")
    CARD = "card", _("card terminal")
    TRANSFER = "transfer", _("bank transfers")
    OTHER = "other", _("other payments")
    VISITS = "visits", _("visits")
    FEES = "fees", _("fees for missed or canceled visits")
    TIPS = "tips", _("tips")
    PRODUCTS = "products", _("products")
    DISCOUNTS = "discounts", _("discounts")
    WRITE_OFFS = "write_offs", _("written off")
    UNEXPLAINED = "unexplained", _("received before the ledger, purpose not known")


class EntryKind(models.TextChoices):
    """What happened."""

    VISIT = "visit", _("visit")
    FEE = "fee", _("fee")
    PAYMENT = "payment", _("payment")
    REVERSAL = "reversal", _("receipt taken back")
    REFUND = "refund", _("refund")
    TIP = "tip", _("tip")
    PRODUCT = "product", _("product")
    DISCOUNT = "discount", _("discount")
    WRITE_OFF = "write_off", _("written off")
    TAKEN_BACK = "taken_back", _("charge taken back")
    CARRIED_OVER = "carried_over", _("carried over from before the ledger")


class LedgerEntry(models.Model):
    """One event in money, such as a charge or a payment, with lines that sum to zero.

    Its lines are saved first (see ledger_constraints). `key` names the event, such as
    "payment:17", so that it is recorded once. `day` is the clinic's day to which it belongs.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(_("what"), max_length=20, choices=EntryKind.choices)
    key = models.CharField(max_length=80, unique=True)
    at = models.DateTimeField(_("when"), default=clock.now)
    day = models.DateField(_("day"))
    currency = models.CharField(_("currency"), max_length=3)
    description = models.CharField(_("what for"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    payment = models.OneToOneField(
        Payment, on_delete=models.PROTECT, related_name="ledger_entry", null=True
    )
    takes_back = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="taken_back_by", null=True
    )

    class Meta:
        verbose_name = _("entry of the ledger")
        verbose_name_plural = _("entries of the ledger")
        ordering = ("at", "id")
        indexes = (models.Index(fields=["day"], name="ledger_entry_by_day"),)
        constraints = (
            BalancedEntry(
                name="ledger_entry_is_balanced",
                lines=LINES,
                entries=ENTRIES,
                partner="ledger_lines_come_first",
                violation_error_message=_("The lines of an entry must sum to zero."),
            ),
            AppendOnly(
                name="ledger_entry_is_append_only",
                for_ever=True,
                violation_error_message=_("The ledger is never changed."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=EntryKind.values),
                name="ledger_entry_kind_known",
                violation_error_message=_("That kind of entry does not exist."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.day}"


class LedgerLine(models.Model):
    """An amount, in minor units such as cents, on one account. A merge can move it to a patient."""

    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="lines")
    account = models.CharField(_("account"), max_length=20, choices=Account.choices)
    amount = models.BigIntegerField(_("amount"), help_text=_("In minor units, such as cents."))
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="ledger_lines", null=True
    )
    therapist = models.ForeignKey(
        Therapist, on_delete=models.PROTECT, related_name="ledger_lines", null=True
    )
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, related_name="ledger_lines", null=True
    )

    class Meta:
        verbose_name = _("line of the ledger")
        verbose_name_plural = _("lines of the ledger")
        ordering = ("pk",)
        constraints = (
            LinesBeforeEntry(
                name="ledger_lines_come_first",
                lines=LINES,
                entries=ENTRIES,
                partner="ledger_entry_is_balanced",
                violation_error_message=_("An entry of the ledger gets no further lines."),
            ),
            AppendOnly(
                name="ledger_line_is_append_only",
                for_ever=True,
                but=("patient",),
                violation_error_message=_("The ledger is never changed."),
            ),
            models.CheckConstraint(
                condition=~models.Q(amount=0),
                name="ledger_line_not_zero",
                violation_error_message=_("A line of the ledger has an amount."),
            ),
            models.CheckConstraint(
                condition=models.Q(account__in=Account.values),
                name="ledger_account_known",
                violation_error_message=_("That account does not exist."),
            ),
            models.CheckConstraint(
                condition=models.Q(account=Account.PATIENT, patient__isnull=False)
                | (~models.Q(account=Account.PATIENT) & models.Q(patient__isnull=True)),
                name="ledger_patient_on_own_account",
                violation_error_message=_("Patients' accounts, and only they, have a patient."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"


class LedgerReason(models.Model):
    """Why staff recorded an entry, in their words. It is deleted when the patient is erased."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="reason")
    text = EncryptedTextField(_("reason"), bound_to="public_id", if_unreadable=UNREADABLE)

    class Meta:
        verbose_name = _("reason of an entry")
        verbose_name_plural = _("reasons of entries")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"reason of {self.entry_id}"
