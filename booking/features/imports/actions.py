"""Write the rows of an import: all of a file, or none."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from booking.actions.actor import Actor
from booking.actions.appointments.book_by_phone import book_by_phone
from booking.actions.locks import reserve_everything, write_action, write_transaction
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


@write_action
def import_appointments(
    appointments: Sequence[NewAppointment],
    *,
    by: Actor,
    outside_hours: bool,
    draft: ImportDraft | None = None,
) -> list[CsvError]:
    """Book each appointment as by phone. If one cannot be booked, none is.

    Returns the errors, by line. Without a draft it is a dry run: everything is done and rolled
    back. Raises AlreadyImported.
    """
    accepted_overrides = IMPORT_OVERRIDES if outside_hours else frozenset()
    errors: list[CsvError] = []
    booked_ids: set[int] = set()
    new_people: dict[tuple[str, str], Patient] = {}
    with write_transaction():
        reserve_everything()
        for new_appointment in sorted(appointments, key=lambda new: new.line):
            try:
                row = _book_row(new_appointment, new_people, by, accepted_overrides)
            except Refusal as refusal:
                errors.append(CsvError(new_appointment.line, str(refusal)))
                continue
            if row.pk in booked_ids:
                errors.append(
                    CsvError(new_appointment.line, _("The same appointment is in the file twice."))
                )
            booked_ids.add(row.pk)
        if draft is not None and not errors:
            _consume_draft(draft)
        else:
            transaction.set_rollback(True)
    return errors


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


def _book_row(
    new_appointment: NewAppointment,
    new_people: dict[tuple[str, str], Patient],
    by: Actor,
    accepted_overrides: frozenset[str],
) -> Appointment:
    """Book for a patient on file, a new one of an earlier row, or a new one."""
    contact = new_appointment.contact
    keys = identity_keys(contact).pairs()
    patient = new_appointment.patient or next(
        (new_people[key] for key in keys if key in new_people), None
    )
    person = patient or PersonalDetails(contact.name, contact.email, contact.phone)
    row = book_by_phone(
        new_appointment.slot_request,
        person,
        by=by,
        accepted_overrides=accepted_overrides,
        is_new_patient=True,
    )
    if patient is None and row.patient is not None:
        new_people.update(dict.fromkeys(keys, row.patient))
    return row
