"""The audit trail: who did what, to which object, when, and from where."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.constraints import AppendOnly
from booking.models.appointment_events import AppointmentEvent
from booking.models.people import User
from clinic.lib.dates import clock

ActorType = AppointmentEvent.ActorType
AUDIT_MIN_KEPT_FOR = timedelta(days=365)
"""The database refuses to delete younger entries, however short a time the clinic has chosen."""


class AuditEntry(models.Model):
    """One thing that somebody did: a sign-in, a read of a record, a change, a refused page.

    It holds no patient's name, no health data and no text that somebody wrote, but the object's
    public id, the patient's primary key and a keyed hash of the address, so that entries can be
    listed after the data is deleted. `details` names what was done, such as the changed fields,
    never their values. Erasing a person blanks the hash and their network addresses.

    `once_key` is set for what is recorded once an hour, such as reads of a record.
    """

    class Action(models.TextChoices):
        """What somebody did."""

        READ = "read", _("read")
        EXPORTED = "exported", _("exported")
        WROTE = "wrote", _("wrote")
        CLEARANCE_RECORDED = "lifted", _("recorded a medical clearance")
        CREATED = "created", _("created")
        CHANGED = "changed", _("changed")
        DELETED = "deleted", _("deleted")
        MERGED = "merged", _("merged another record into")
        UNMERGED = "unmerged", _("undid the merge of")
        IMPORTED = "imported", _("imported")
        SENT = "sent", _("sent")
        REVOKED = "revoked", _("revoked")
        ACCEPTED = "accepted", _("accepted")
        CONFIRMED = "confirmed", _("confirmed")
        DEACTIVATED = "deactivated", _("ended")
        SIGNED_IN = "signed_in", _("signed in to")
        SIGN_IN_FAILED = "sign_in_failed", _("failed to sign in to")
        SIGNED_OUT = "signed_out", _("signed out of")
        REFUSED = "refused", _("was refused")

    class ObjectType(models.TextChoices):
        """The kind of object that it was done to."""

        OUTCOME = "outcome", _("the outcome")
        BRIEF = "brief", _("the brief")
        ANSWERS = "answers", _("the answers")
        PATIENT = "patient", _("the patient's record")
        APPOINTMENT = "appointment", _("the appointment")
        TEAM_NOTE = "team_note", _("the note for the team")
        MAIL = "mail", _("the mail")
        ACCOUNT = "account", _("the account")
        ROLES = "roles", _("the roles")
        INVITATION = "invitation", _("the invitation")
        SECOND_FACTOR = "second_factor", _("the second factor")
        CALENDAR_FEED = "calendar_feed", _("the calendar feed")
        SETTING = "setting", _("the setting")
        SCHEDULE = "schedule", _("the schedule")
        REPORT = "report", _("the report")
        FILE = "file", _("the file")
        PAGE = "page", _("the page")
        EMAIL_ADDRESS = "email_address", _("the e-mail address")
        DEVICE = "device", _("the signed-in device")
        LINKS = "links", _("the links in mails")
        CHOICE = "choice", _("the choice of mails")
        RECEIPT = "receipt", _("the receipt")
        COPY = "copy", _("the copy of all data")
        ERASURE = "erasure", _("the request for erasure")
        CONSENT = "consent", _("the consent to health answers")
        RESTRICTION = "restriction", _("the restriction of the record")

    class Area(models.TextChoices):
        """The part of the site on which it was done."""

        PUBLIC = "public", _("public pages")
        ACCOUNT = "account", _("sign-in pages")
        PATIENT = "patient", _("the patient's own pages")
        DESK = "desk", _("the desk")
        BACK_OFFICE = "back_office", _("the back office")
        SERVER = "server", _("a command or job on the server")

    at = models.DateTimeField(_("when"), default=clock.now)
    action = models.CharField(_("action"), max_length=20, choices=Action.choices)
    object_type = models.CharField(_("of what"), max_length=20, choices=ObjectType.choices)
    record_id = models.UUIDField(_("record"), null=True)
    patient_pk = models.PositiveBigIntegerField(_("patient's number"), null=True)
    email_hash = models.CharField(
        _("keyed hash of the patient's e-mail"), max_length=64, blank=True
    )
    actor_type = models.CharField(_("by"), max_length=10, choices=ActorType.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    affected_user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("about")
    )
    area = models.CharField(_("where"), max_length=12, choices=Area.choices, blank=True)
    ip_address = models.CharField(_("network address"), max_length=64, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    once_key = models.CharField(max_length=64, null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("entry of the audit trail")
        verbose_name_plural = _("audit trail")
        ordering = ("at", "pk")
        indexes = (
            models.Index(fields=["patient_pk", "at"], name="audit_of_patient"),
            models.Index(fields=["email_hash", "at"], name="audit_of_email"),
            models.Index(fields=["at"], name="audit_by_time"),
            models.Index(fields=["user", "at"], name="audit_by_user"),
        )
        constraints = (
            AppendOnly(
                name="audit_is_append_only",
                kept_for=AUDIT_MIN_KEPT_FOR,
                but_for_erasure=True,
                violation_error_message=_(
                    "An entry of the audit trail is never changed, and deleted after a year at "
                    "the earliest."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.record_id or ''}".strip()
