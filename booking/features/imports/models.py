"""Import drafts: files that were checked and wait for confirmation."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.people import User
from clinic.lib.crypto.encrypted_field import EncryptedTextField
from clinic.lib.dates import clock
from clinic.lib.files.csv_reading import CsvError

IMPORT_DRAFT_KEPT_FOR = timedelta(hours=1)
IMPORT_RESULT_KEPT_FOR = timedelta(days=1)
"""How long the result is kept, without the file, for somebody who confirms the file again."""


class ImportDraft(models.Model):
    """The text of a file, encrypted, kept for an hour, and what became of its lines."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("of what"), max_length=20)
    outside_hours = models.BooleanField(_("also outside working hours"), default=False)
    content = EncryptedTextField(bound_to="public_id", editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    last_line = models.PositiveIntegerField(
        _("last line done"), default=0, db_default=0, editable=False
    )
    imported = models.PositiveIntegerField(
        _("lines imported"), default=0, db_default=0, editable=False
    )
    refused = EncryptedTextField(bound_to="public_id", default="", db_default="", editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        db_table = "booking_importdraft"  # made when the model belonged to the booking app
        verbose_name = _("file to import")
        verbose_name_plural = _("files to import")

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"

    def can_be_imported(self, now: datetime) -> bool:
        """Whether lines are left and the content is still kept."""
        return self.finished_at is None and now < self.created_at + IMPORT_DRAFT_KEPT_FOR

    def refused_lines(self) -> list[CsvError]:
        """Return why lines were left out."""
        return [CsvError(line, message) for line, message in json.loads(self.refused or "[]")]

    def refuse_line(self, line: int, problems: Sequence[str]) -> None:
        """Leave a line out, for these reasons. Does not save."""
        known = [(error.line, error.message) for error in self.refused_lines()]
        self.refused = json.dumps(known + [(line, problem) for problem in problems])
        self.last_line = line
