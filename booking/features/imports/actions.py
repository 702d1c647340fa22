"""Write the rows of an import: patients all together, appointments line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from booking.actions.actor import Actor
from booking.actions.appointments.book_by_phone import book_by_phone
from booking.actions.locks import write_action, write_transaction
from booking.errors import Refusal
from booking.features.imports.errors import AlreadyImported
from booking.features.imports.models import IMPORT_DRAFT_KEPT_FOR, ImportDraft
from booking.features.imports.queries.rows import NewAppointment, NewPatient
from booking.inputs import PersonalDetails
from booking.lifecycle import Override
from booking.models import Appointment, Patient, User
from booking.queries.patients.matching import identity_keys
from clinic.lib.dates import clock
from clinic.lib.files.csv_reading import CsvError

IMPORT_OVERRIDES = frozenset({Override.OUTSIDE_HOURS.value, Override.NOTICE.value})
BATCH_SIZE = 500


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many appointments were booked, and why the other lines were not."""

    booked: int
    errors: Sequence[CsvError]


@dataclass(frozen=True, slots=True)
class _PlannedLine:
    """A line that could be booked, with the row that it would become."""

    new: NewAppointment
    row: Appointment

    def conflict_with(self, earlier: "_PlannedLine") -> str:
        """Return why this line cannot be booked after an earlier one, or ""."""
        mine, other = self.row, earlier.row
        if mine.therapist_id != other.therapist_id:
            return ""
        people = (identity_keys(line.new.contact).pairs() for line in (self, earlier))
        is_same_person = not set(next(people)).isdisjoint(next(people))
        if mine.starts_at == other.starts_at and is_same_person:
            return _("The same appointment is in the file twice.")
        if mine.starts_at < other.blocked_until and other.starts_at < mine.blocked_until:
            return _("This overlaps with line %(line)s.") % {"line": earlier.new.line}
        return ""


def import_patients(patients: Sequence[NewPatient], draft: ImportDraft) -> int:
    """Create all patients of a draft. Return their number. Raises AlreadyImported."""
    now = clock.now()
    rows = [
        Patient(
            name=new.data.name,
            email=new.data.email,
            phone=new.data.phone,
            preferred_therapist=new.data.preferred_therapist,
            likes_evenings=new.data.likes_evenings,
            likes_quiet=new.data.likes_quiet,
            created_at=now,
        )
        for new in patients
    ]
    with transaction.atomic():
        _consume_draft(draft)
        return len(Patient.objects.bulk_create(rows, batch_size=BATCH_SIZE))


def check_appointments(
    appointments: Sequence[NewAppointment], *, by: Actor, outside_hours: bool
) -> list[CsvError]:
    """Try to book each line in a transaction of its own that is rolled back; return the errors.

    No lock is kept from one line to the next. Lines that overlap with each other are found without
    the database; whether their rooms suffice is known only when they are imported.
    """
    errors: list[CsvError] = []
    planned: list[_PlannedLine] = []
    for new in sorted(appointments, key=lambda new: new.line):
        try:
            row = _try_line(new, by, _accepted_overrides(outside_hours=outside_hours))
        except Refusal as refusal:
            errors.append(CsvError(new.line, str(refusal)))
            continue
        line = _PlannedLine(new, row)
        conflicts = (line.conflict_with(earlier) for earlier in planned)
        if problem := next(filter(None, conflicts), ""):
            errors.append(CsvError(new.line, problem))
        else:
            planned.append(line)
    return errors


def import_appointments(
    appointments: Sequence[NewAppointment], *, by: Actor, outside_hours: bool, draft: ImportDraft
) -> ImportResult:
    """Book each line as by phone, in a transaction of its own. What cannot be booked is left out.

    An import that is interrupted can be done again with the same file: what is booked stays.
    Raises AlreadyImported.
    """
    _consume_draft(draft)
    accepted = _accepted_overrides(outside_hours=outside_hours)
    errors: list[CsvError] = []
    new_people: dict[tuple[str, str], Patient] = {}
    ordered = sorted(appointments, key=lambda new: new.line)
    for new in ordered:
        try:
            _book_line(new, new_people, by, accepted)
        except Refusal as refusal:
            errors.append(CsvError(new.line, str(refusal)))
    return ImportResult(len(ordered) - len(errors), errors)


def save_import_draft(
    user: User, kind: str, content: str, *, outside_hours: bool = False
) -> ImportDraft:
    """Keep a checked file until its user confirms it. Each user has one at most."""
    with transaction.atomic():
        ImportDraft.objects.filter(user=user).delete()
        draft = ImportDraft(
            user=user, kind=kind, outside_hours=outside_hours, content=content,
            created_at=clock.now(),
        )  # fmt: skip
        draft.save()
    return draft


def delete_stale_import_drafts(now: datetime) -> int:
    """Delete files that nobody has confirmed in time. Return their number."""
    return ImportDraft.objects.filter(created_at__lte=now - IMPORT_DRAFT_KEPT_FOR).delete()[0]


def _consume_draft(draft: ImportDraft) -> None:
    """Delete a draft, so that it is imported once. Raises AlreadyImported."""
    if not ImportDraft.objects.filter(pk=draft.pk).delete()[0]:
        raise AlreadyImported()


def _accepted_overrides(*, outside_hours: bool) -> frozenset[str]:
    return IMPORT_OVERRIDES if outside_hours else frozenset()


@write_action
def _try_line(new: NewAppointment, by: Actor, accepted_overrides: frozenset[str]) -> Appointment:
    """Book a line and roll it back. Return the row as it would be."""
    with write_transaction():
        row = _book_line(new, {}, by, accepted_overrides)
        transaction.set_rollback(True)
    return row


def _book_line(
    new: NewAppointment,
    new_people: dict[tuple[str, str], Patient],
    by: Actor,
    accepted_overrides: frozenset[str],
) -> Appointment:
    """Book for a patient on file, a new one of an earlier line, or a new one."""
    keys = identity_keys(new.contact).pairs()
    patient = new.patient or next((new_people[key] for key in keys if key in new_people), None)
    contact = new.contact
    person = patient or PersonalDetails(contact.name, contact.email, contact.phone)
    row = book_by_phone(
        new.slot_request, person, by=by, accepted_overrides=accepted_overrides, is_new_patient=True
    )
    if patient is None and row.patient is not None:
        new_people.update(dict.fromkeys(keys, row.patient))
    return row
