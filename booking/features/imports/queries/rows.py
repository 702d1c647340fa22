"""The lines of a file, understood: what each of them means, or what is wrong with it."""

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
    line: int
    data: PatientData


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """`patient` is somebody on file, or None for somebody new."""

    line: int
    slot_request: StaffSlotRequest
    contact: ContactDetails
    patient: Patient | None


@dataclass(frozen=True, slots=True)
class ParsedRows:
    """What could be written, and what is wrong with other lines; with any fault nothing is.

    `known` counts lines that are here already.
    """

    patients: Sequence[NewPatient] = ()
    appointments: Sequence[NewAppointment] = ()
    faults: Sequence[CsvError] = ()
    known: int = 0


class NameIndex:
    """Rows by name or address, whatever capitals and accents they are written with."""

    def __init__(self, rows: Iterable[tuple[str, str, Any]], what: str) -> None:
        self.what = what
        self.rows: dict[str, Any] = {}
        for name, slug, row in rows:
            self.rows[normalize_text(name)] = self.rows[normalize_text(slug)] = row

    def find(self, text: str) -> Any:
        found = self.rows.get(normalize_text(text))
        if found is None:
            raise CellError(
                _("%(what)s “%(text)s” is not known here.") % {"what": self.what, "text": text}
            )
        return found


class PatientIndex:
    """Patients on file, found by name together with e-mail or phone."""

    def __init__(self) -> None:
        self.by_key: dict[tuple[str, str], set[int]] = {}
        self.rows: dict[int, Patient] = {}
        for row in Patient.objects.current().only("pk", "name", "email", "phone", "public_id"):
            self.rows[row.pk] = row
            for key in identity_keys(row).pairs():
                self.by_key.setdefault(key, set()).add(row.pk)

    def find(self, contact: ContactDetails) -> Patient | None:
        """The one it is; None for nobody. Several are a fault: nobody can know which."""
        keys = identity_keys(contact).pairs()
        found = set().union(*(self.by_key.get(key, set()) for key in keys))
        if len(found) > 1:
            raise CellError(
                _("Several records fit %(name)s. Please merge them first.") % {"name": contact.name}
            )
        return self.rows[found.pop()] if found else None


def parse_patients(rows: Sequence[CsvRow]) -> ParsedRows:
    """New patients; whoever is here already is left out. Three queries."""
    therapists, people = _therapists(), PatientIndex()
    seen: dict[tuple[str, str], int] = {}
    new: list[NewPatient] = []
    known = 0

    def understand(row: CsvRow) -> None:
        nonlocal known
        wanted = row.cells.get("therapist", "")
        contact, therapist, evenings, quiet = collect_errors(
            partial(read_contact, row),
            partial(therapists.find, wanted) if wanted else partial(str),
            partial(read_yes_no, row, "evenings"),
            partial(read_yes_no, row, "quiet"),
        )
        keys = identity_keys(contact).pairs()
        if twice := [seen[key] for key in keys if key in seen]:
            raise CellError(_("The same person as in line %(line)s.") % {"line": twice[0]})
        seen.update(dict.fromkeys(keys, row.line))
        if people.find(contact) is None:
            data = PatientData(
                contact.name, contact.email, contact.phone, therapist or None, evenings, quiet
            )
            new.append(NewPatient(row.line, data))
        else:
            known += 1

    faults = _each(rows, understand)
    return ParsedRows(patients=new, faults=faults, known=known)


def parse_appointments(rows: Sequence[CsvRow], clinic: ClinicProfile) -> ParsedRows:
    """Where each appointment is to be, and whose it is. Five queries."""
    lookup = ImportLookups()
    found: list[NewAppointment] = []

    def understand(row: CsvRow) -> None:
        contact, slot_request = collect_errors(
            partial(read_contact, row), partial(lookup.slot_request, row, clinic)
        )
        found.append(NewAppointment(row.line, slot_request, contact, lookup.people.find(contact)))

    faults = _each(rows, understand)
    return ParsedRows(appointments=found, faults=faults)


class ImportLookups:
    """Everything that a line about an appointment can name."""

    @cached_property
    def options(self) -> Mapping[tuple[str, int], Option]:
        found = {}
        for option in Option.objects.select_related("treatment"):
            for name in (option.treatment.name, option.treatment.slug):
                found[normalize_text(name), option.minutes] = option
        return found

    @cached_property
    def therapists(self) -> NameIndex:
        return _therapists()

    @cached_property
    def rooms(self) -> NameIndex:
        return NameIndex(((room.name, room.name, room) for room in Room.objects.all()), _("Room"))

    @cached_property
    def people(self) -> PatientIndex:
        return PatientIndex()

    def slot_request(self, row: CsvRow, clinic: ClinicProfile) -> StaffSlotRequest:
        where = row.cells.get("room", "")
        option, start, therapist, room = collect_errors(
            partial(self._option, row),
            partial(read_start, row, clinic),
            partial(self.therapists.find, row.cells["therapist"]),
            partial(self.rooms.find, where) if where else partial(str),
        )
        return StaffSlotRequest(option.pk, start, therapist.slug, room.pk if room else None)

    def _option(self, row: CsvRow) -> Option:
        name, minutes = row.cells["treatment"], row.cells["minutes"]
        if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= 4):
            raise CellError(_("minutes must be a number, such as 60."))
        option = self.options.get((normalize_text(name), int(minutes)))
        if option is None:
            said = {"name": name, "minutes": minutes}
            raise CellError(_("%(name)s of %(minutes)s minutes is not in the catalogue.") % said)
        return option


def _therapists() -> NameIndex:
    rows = Therapist.objects.all()
    return NameIndex(((row.name, row.slug, row) for row in rows), _("Therapist"))


def _each(rows: Sequence[CsvRow], understand: Callable[[CsvRow], None]) -> list[CsvError]:
    faults = []
    for row in rows:
        try:
            understand(row)
        except CellError as wrong:
            faults += [CsvError(row.line, sentence) for sentence in wrong.args]
    return faults
