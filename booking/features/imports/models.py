"""Import drafts: files that were checked and wait for confirmation."""

from datetime import timedelta
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.people import User
from clinic.lib.crypto.encrypted_field import EncryptedTextField
from clinic.lib.dates import clock

IMPORT_DRAFT_KEPT_FOR = timedelta(hours=1)


class ImportDraft(models.Model):
    """The text of a file, encrypted, kept for an hour. Each user has one at most."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("of what"), max_length=20)
    outside_hours = models.BooleanField(_("also outside working hours"), default=False)
    content = EncryptedTextField(bound_to="public_id", editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        db_table = "booking_importdraft"  # made when the model belonged to the booking app
        verbose_name = _("file to import")
        verbose_name_plural = _("files to import")

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"
