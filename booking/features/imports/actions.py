"""Patients and appointments from another system: all lines of a file, or none."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from booking.actions.actor import Actor
from booking.actions.appointments.book_by_phone import book_by_phone
from booking.actions.locks import one_at_a_time
from booking.errors import ImportedAlready, Refusal
from booking.features.imports.models import KEPT_FOR, ImportDraft
from booking.features.imports.queries.rows import NewAppointment, NewPatient, keys_of
from booking.inputs import PersonalDetails
from booking.lifecycle import Override
from booking.models import Appointment, Patient, User
from clinic.lib.dates import clock
from clinic.lib.files.csv_reading import Fault

AGAINST_RULES = frozenset({Override.HOURS.value, Override.NOTICE.value})
BATCH = 500


def import_patients(patients: Sequence[NewPatient], draft: ImportDraft) -> int:
    """Write them all; how many they are. Raises ImportedAlready."""
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
        _take(draft)
        return len(Patient.objects.bulk_create(rows, batch_size=BATCH))


def import_appointments(
    appointments: Sequence[NewAppointment],
    *,
    by: Actor,
    outside_hours: bool,
    draft: ImportDraft | None = None,
) -> list[Fault]:
    """Book each as the desk would on the phone; if one cannot be booked, none is.

    Returns what is in the way, by line. Without a draft it is a dry run: all of it is done, and
    taken back. Raises ImportedAlready.
    """
    accepted = AGAINST_RULES if outside_hours else frozenset()
    faults: list[Fault] = []
    made: set[int] = set()
    new_people: dict[tuple[str, str], Patient] = {}
    with one_at_a_time():
        for one in sorted(appointments, key=lambda new: new.line):
            try:
                row = _book(one, new_people, by, accepted)
            except Refusal as refusal:
                faults.append(Fault(one.line, str(refusal)))
                continue
            if row.pk in made:
                faults.append(Fault(one.line, _("The same appointment is in the file twice.")))
            made.add(row.pk)
        if draft is not None and not faults:
            _take(draft)
        else:
            transaction.set_rollback(True)
    return faults


def keep_import(user: User, kind: str, content: str, *, outside_hours: bool = False) -> ImportDraft:
    """Keep a file that was checked, until the owner says so; one for each person."""
    with transaction.atomic():
        ImportDraft.objects.filter(user=user).delete()
        draft = ImportDraft(
            user=user, kind=kind, outside_hours=outside_hours, content=content,
            created_at=clock.now(),
        )  # fmt: skip
        draft.save()
    return draft


def forget_old_imports(now: datetime) -> int:
    """Files that nobody came back for."""
    return ImportDraft.objects.filter(created_at__lte=now - KEPT_FOR).delete()[0]


def _take(draft: ImportDraft) -> None:
    """A file is imported once, however often somebody presses."""
    if not ImportDraft.objects.filter(pk=draft.pk).delete()[0]:
        raise ImportedAlready()


def _book(
    one: NewAppointment,
    new_people: dict[tuple[str, str], Patient],
    by: Actor,
    accepted: frozenset[str],
) -> Appointment:
    """For somebody on file, for somebody new of an earlier line, or for somebody new."""
    contact = one.contact
    keys = keys_of(contact.name, contact.email, contact.phone)
    patient = one.patient or next((new_people[key] for key in keys if key in new_people), None)
    who = patient or PersonalDetails(contact.name, contact.email, contact.phone)
    row = book_by_phone(one.wish, who, by=by, accepted=accepted, surely_new=True)
    if patient is None and row.patient is not None:
        new_people.update(dict.fromkeys(keys, row.patient))
    return row
