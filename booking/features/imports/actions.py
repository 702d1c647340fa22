"""Write the rows of an import: patients all together, appointments line by line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.actions.actor import Actor
from booking.actions.appointments.book_by_phone import book_by_phone
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.actions.locks import write_action, write_transaction
from booking.errors import Refusal
from booking.features.imports.models import (
    IMPORT_DRAFT_KEPT_FOR,
    IMPORT_RESULT_KEPT_FOR,
    ImportDraft,
)
from booking.features.imports.queries.cells import CellError
from booking.features.imports.queries.rows import NewAppointment, NewPatient, PatientIndex
from booking.inputs import PersonalDetails
from booking.lifecycle import Override
from booking.models import Appointment, Patient, User
from booking.queries.patients.matching import identity_keys
from booking.queries.patients.person_texts import rows_that_name
from booking.registries import patient_erasure
from booking.registries.patient_erasure import ErasurePart
from booking.registries.people import Person
from clinic.lib.dates import clock
from clinic.lib.files.csv_reading import CsvError

IMPORT_OVERRIDES = frozenset({Override.OUTSIDE_HOURS.value})
BATCH_SIZE = 500


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


@dataclass(slots=True)
class _ImportRun:
    """One request that imports a draft; a repeated or parallel one has its own."""

    draft: ImportDraft
    by: Actor
    accepted_overrides: frozenset[str]
    last_line: int
    """The last line that is done, as this request last read it."""
    is_shared: bool = False
    """Whether another request has imported lines since then, perhaps with new patients."""
    new_people: dict[tuple[str, str], Patient] = field(default_factory=dict)
    """Patients of the lines that this press has booked, by identity keys."""

    def lock(self) -> ImportDraft:
        """Return the draft as it is now, locked until the transaction ends."""
        row = _lock_draft(self.draft)
        self.is_shared = self.is_shared or row.last_line > self.last_line
        return row

    def patient_of(self, new: NewAppointment) -> Patient | None:
        """Return the patient on file, or the new one of an earlier line. Raises Refusal."""
        if new.patient is not None:
            return new.patient
        if self.is_shared:
            try:
                return PatientIndex().find(new.contact)
            except CellError as error:
                raise Refusal(error.args[0]) from error
        keys = identity_keys(new.contact).pairs()
        return next((self.new_people[key] for key in keys if key in self.new_people), None)


@write_action
def import_patients(patients: Sequence[NewPatient], draft: ImportDraft) -> None:
    """Create all patients of a draft, unless an earlier press has done it.

    Raises ChangeInProgress.
    """
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
    with write_transaction():
        if _lock_draft(draft).finished_at is None:
            number = len(Patient.objects.bulk_create(rows, batch_size=BATCH_SIZE))
            ImportDraft.objects.filter(pk=draft.pk).update(imported=number)
            _finish(draft)


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
    appointments: Sequence[NewAppointment],
    draft: ImportDraft,
    *,
    by: Actor,
    unreadable: Sequence[CsvError] = (),
) -> None:
    """Book each line as by phone, in a transaction of its own. What cannot be booked is left out.

    The draft remembers which lines are done. An import that was interrupted goes on with the next
    line, and two at once share the lines. `draft` must be read before `appointments` are parsed;
    `unreadable` are the errors of lines that cannot be parsed any more. Raises ChangeInProgress if
    another press holds the draft for too long.
    """
    accepted = _accepted_overrides(outside_hours=draft.outside_hours)
    run = _ImportRun(draft, by, accepted, draft.last_line)
    problems: dict[int, list[str]] = {}
    for error in unreadable:
        problems.setdefault(error.line, []).append(error.message)
    rows = {new.line: new for new in appointments}
    for line in sorted({*rows, *problems}):
        if line in problems:
            _record_refusal(run, line, problems[line])
            continue
        try:
            row = _book_line(run, rows[line])
        except Refusal as refusal:
            _record_refusal(run, line, [str(refusal)])
            continue
        if row is not None and row.patient is not None:
            keys = identity_keys(rows[line].contact).pairs()
            run.new_people.update(dict.fromkeys(keys, row.patient))
    _finish(draft)


def save_import_draft(
    user: User, kind: str, content: str, *, outside_hours: bool = False
) -> ImportDraft:
    """Keep a checked file until its user confirms it."""
    draft = ImportDraft(
        user=user, kind=kind, outside_hours=outside_hours, content=content, created_at=clock.now()
    )
    draft.save()
    return draft


def delete_stale_import_drafts(now: datetime) -> int:
    """Delete the content of files that nobody has confirmed in time, and old rows. Return how many
    were changed or deleted."""
    old = ImportDraft.objects.filter(created_at__lte=now - IMPORT_RESULT_KEPT_FOR)
    stale = ImportDraft.objects.filter(created_at__lte=now - IMPORT_DRAFT_KEPT_FOR)
    return old.delete()[0] + stale.exclude(content="").update(content="")


def register_erasure() -> None:
    """Let the erasure of a person delete the files in which they are named."""
    patient_erasure.register(
        ErasurePart(
            "import_files",
            gettext_lazy("Files to import in which they are named"),
            (ImportDraft,),
            _count_drafts,
            _erase_drafts,
            is_search=True,
        )
    )


def _drafts_that_name(person: Person) -> Iterator[ImportDraft]:
    return rows_that_name(person, ImportDraft.objects.all(), "content", "refused")


def _count_drafts(person: Person) -> int:
    return sum(1 for _draft in _drafts_that_name(person))


def _erase_drafts(person: Person, _now: datetime) -> None:
    ImportDraft.objects.filter(pk__in=[draft.pk for draft in _drafts_that_name(person)]).delete()


def _lock_draft(draft: ImportDraft) -> ImportDraft:
    """Return the row as it is now, locked until the transaction ends."""
    return ImportDraft.objects.select_for_update(no_key=True).get(pk=draft.pk)


def _finish(draft: ImportDraft) -> None:
    """Keep what became of a file, without its content."""
    unfinished = ImportDraft.objects.filter(pk=draft.pk, finished_at=None)
    if unfinished.update(finished_at=clock.now(), content=""):
        row = ImportDraft.objects.get(pk=draft.pk)
        details = {"kind": row.kind, "lines": row.imported}
        record_audit(Action.IMPORTED, AuditObject(ObjectType.FILE, details=details))


def _accepted_overrides(*, outside_hours: bool) -> frozenset[str]:
    return IMPORT_OVERRIDES if outside_hours else frozenset()


@write_action
def _try_line(new: NewAppointment, by: Actor, accepted_overrides: frozenset[str]) -> Appointment:
    """Book a line and roll it back. Return the row as it would be."""
    with write_transaction():
        row = _book(new, new.patient, by, accepted_overrides)
        transaction.set_rollback(True)
    return row


@write_action
def _book_line(run: _ImportRun, new: NewAppointment) -> Appointment | None:
    """Book a line and record it in the same transaction. Return None if it was done already."""
    with write_transaction():
        if run.lock().last_line >= new.line:
            return None
        row = _book(new, run.patient_of(new), run.by, run.accepted_overrides)
        ImportDraft.objects.filter(pk=run.draft.pk).update(
            last_line=new.line, imported=F("imported") + 1
        )
    run.last_line = new.line
    return row


@write_action
def _record_refusal(run: _ImportRun, line: int, problems: Sequence[str]) -> None:
    """Record why a line was left out, unless another press has done it meanwhile."""
    with write_transaction():
        draft = run.lock()
        if draft.last_line >= line:
            return
        draft.refuse_line(line, problems)
        draft.save(update_fields=["last_line", "refused"])
    run.last_line = line


def _book(
    new: NewAppointment, patient: Patient | None, by: Actor, accepted_overrides: frozenset[str]
) -> Appointment:
    contact = new.contact
    person = patient or PersonalDetails(contact.name, contact.email, contact.phone)
    return book_by_phone(
        new.slot_request, person, by=by, accepted_overrides=accepted_overrides, is_new_patient=True
    )
