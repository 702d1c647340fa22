"""Parse the rows of an import into values to save, or into errors."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.utils.translation import gettext as _

from booking.features.imports.queries.cells import (
    CellError,
    collect_errors,
    read_contact,
    read_start,
    read_yes_no,
)
from booking.inputs import ContactDetails, PatientData, StaffSlotRequest
from booking.models import ClinicProfile, Option, Patient, Room, Therapist
from booking.queries.patients.matching import identity_keys
from clinic.lib.files.csv_reading import CsvError, CsvRow
from clinic.lib.text.search_text import normalize_text

PATIENT_COLUMNS = ("name", "email", "phone", "therapist", "evenings", "quiet")
APPOINTMENT_COLUMNS = (
    "name", "email", "phone", "treatment", "minutes", "therapist", "room", "date", "time",
)  # fmt: skip
REQUIRED_PATIENT_COLUMNS = ("name",)
REQUIRED_APPOINTMENT_COLUMNS = ("name", "treatment", "minutes", "therapist", "date", "time")


@dataclass(frozen=True, slots=True)
class NewPatient:
    """A row for a patient who is not on file yet."""

    line: int
    data: PatientData


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """A row for an appointment. `patient` is None for a new patient."""

    line: int
    slot_request: StaffSlotRequest
    contact: ContactDetails
    patient: Patient | None


@dataclass(frozen=True, slots=True)
class ParsedRows:
    """The rows that could be imported, and the errors of the others. With any error, none is."""

    patients: Sequence[NewPatient] = ()
    appointments: Sequence[NewAppointment] = ()
    errors: Sequence[CsvError] = ()
    already_present: int = 0
    """How many rows are left out because their patient is on file."""


class NameIndex:
    """Objects by name or slug, without regard to case and accents."""

    def __init__(self, rows: Iterable[tuple[str, str, Any]], what: str) -> None:
        """`rows` are names, slugs and objects; `what` is what an error calls them."""
        self.what = what
        self.rows: dict[str, Any] = {}
        for name, slug, row in rows:
            self.rows[normalize_text(name)] = self.rows[normalize_text(slug)] = row

    def find(self, text: str) -> Any:
        """Return the object with this name or slug. Raises CellError if there is none."""
        match = self.rows.get(normalize_text(text))
        if match is None:
            raise CellError(
                _("%(what)s “%(text)s” is not known here.") % {"what": self.what, "text": text}
            )
        return match


class PatientIndex:
    """Patients on file, by name together with e-mail or phone."""

    def __init__(self) -> None:
        self.by_key: dict[tuple[str, str], set[int]] = {}
        self.rows: dict[int, Patient] = {}
        for row in Patient.objects.current().only("pk", "name", "email", "phone", "public_id"):
            self.rows[row.pk] = row
            for key in identity_keys(row).pairs():
                self.by_key.setdefault(key, set()).add(row.pk)

    def find(self, contact: ContactDetails) -> Patient | None:
        """Return the patient, or None. Raises CellError if several match."""
        keys = identity_keys(contact).pairs()
        patient_ids = set().union(*(self.by_key.get(key, set()) for key in keys))
        if len(patient_ids) > 1:
            raise CellError(
                _("Several records fit %(name)s. Please merge them first.") % {"name": contact.name}
            )
        return self.rows[patient_ids.pop()] if patient_ids else None


def parse_patients(rows: Sequence[CsvRow]) -> ParsedRows:
    """Parse rows of patients; existing patients are left out. Three queries.

    Invalid cells are returned as errors of their line.
    """
    therapists, on_file = _therapists(), PatientIndex()
    line_by_key: dict[tuple[str, str], int] = {}
    new: list[NewPatient] = []
    already_present = 0

    def parse(row: CsvRow) -> None:
        nonlocal already_present
        preferred = row.cells.get("therapist", "")
        contact, therapist, evenings, quiet = collect_errors(
            partial(read_contact, row),
            partial(therapists.find, preferred) if preferred else partial(str),
            partial(read_yes_no, row, "evenings"),
            partial(read_yes_no, row, "quiet"),
        )
        keys = identity_keys(contact).pairs()
        if earlier := [line_by_key[key] for key in keys if key in line_by_key]:
            raise CellError(_("The same person as in line %(line)s.") % {"line": earlier[0]})
        line_by_key.update(dict.fromkeys(keys, row.line))
        if on_file.find(contact) is None:
            data = PatientData(
                contact.name, contact.email, contact.phone, therapist or None, evenings, quiet
            )
            new.append(NewPatient(row.line, data))
        else:
            already_present += 1

    errors = _each(rows, parse)
    return ParsedRows(patients=new, errors=errors, already_present=already_present)


def parse_appointments(rows: Sequence[CsvRow], clinic: ClinicProfile) -> ParsedRows:
    """Parse rows of appointments. Five queries."""
    lookup = ImportLookups()
    new: list[NewAppointment] = []

    def parse(row: CsvRow) -> None:
        contact, slot_request = collect_errors(
            partial(read_contact, row), partial(lookup.slot_request, row, clinic)
        )
        patient = lookup.patients.find(contact)
        new.append(NewAppointment(row.line, slot_request, contact, patient))

    errors = _each(rows, parse)
    return ParsedRows(appointments=new, errors=errors)


class ImportLookups:
    """Everything that a row of an appointment can name, loaded when first needed."""

    @cached_property
    def options(self) -> Mapping[tuple[str, int], Option]:
        options = {}
        for option in Option.objects.select_related("treatment"):
            for name in (option.treatment.name, option.treatment.slug):
                options[normalize_text(name), option.minutes] = option
        return options

    @cached_property
    def therapists(self) -> NameIndex:
        return _therapists()

    @cached_property
    def rooms(self) -> NameIndex:
        return NameIndex(((room.name, room.name, room) for room in Room.objects.all()), _("Room"))

    @cached_property
    def patients(self) -> PatientIndex:
        return PatientIndex()

    def slot_request(self, row: CsvRow, clinic: ClinicProfile) -> StaffSlotRequest:
        """Return treatment, start, therapist and room of a row. Raises CellError."""
        room_name = row.cells.get("room", "")
        option, start, therapist, room = collect_errors(
            partial(self._option, row),
            partial(read_start, row, clinic),
            partial(self.therapists.find, row.cells["therapist"]),
            partial(self.rooms.find, room_name) if room_name else partial(str),
        )
        return StaffSlotRequest(option.pk, start, therapist.slug, room.pk if room else None)

    def _option(self, row: CsvRow) -> Option:
        name, minutes = row.cells["treatment"], row.cells["minutes"]
        if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= 4):
            raise CellError(_("minutes must be a number, such as 60."))
        option = self.options.get((normalize_text(name), int(minutes)))
        if option is None:
            values = {"name": name, "minutes": minutes}
            raise CellError(_("%(name)s of %(minutes)s minutes is not in the catalog.") % values)
        return option


def _therapists() -> NameIndex:
    rows = Therapist.objects.all()
    return NameIndex(((row.name, row.slug, row) for row in rows), _("Therapist"))


def _each(rows: Sequence[CsvRow], parse: Callable[[CsvRow], None]) -> list[CsvError]:
    """Parse all rows, and return the errors of those that could not be parsed."""
    errors = []
    for row in rows:
        try:
            parse(row)
        except CellError as error:
            errors += [CsvError(row.line, sentence) for sentence in error.args]
    return errors
