"""The lines of a file, understood: what each of them means, or what is wrong with it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.utils.translation import gettext as _

from booking.features.imports.queries.cells import (
    FEWEST_DIGITS,
    Wrong,
    all_of,
    contact_of,
    start_of,
    yes,
)
from booking.inputs import Contact, PatientData, StaffWish
from booking.models import ClinicProfile, Option, Patient, Room, Therapist
from clinic.lib.files.csv_reading import Fault, Row
from clinic.lib.text.search_text import digits_of, fold

PATIENT_COLUMNS = ("name", "email", "phone", "therapist", "evenings", "quiet")
APPOINTMENT_COLUMNS = (
    "name", "email", "phone", "treatment", "minutes", "therapist", "room", "date", "time",
)  # fmt: skip
PATIENT_NEEDS = ("name",)
APPOINTMENT_NEEDS = ("name", "treatment", "minutes", "therapist", "date", "time")


@dataclass(frozen=True, slots=True)
class NewPatient:
    line: int
    data: PatientData


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """`patient` is somebody on file, or None for somebody new."""

    line: int
    wish: StaffWish
    contact: Contact
    patient: Patient | None


@dataclass(frozen=True, slots=True)
class Understood:
    """What could be written, and what is wrong with other lines; with any fault nothing is.

    `known` counts lines that are here already.
    """

    patients: Sequence[NewPatient] = ()
    appointments: Sequence[NewAppointment] = ()
    faults: Sequence[Fault] = ()
    known: int = 0


class Names:
    """Rows by name or address, whatever capitals and accents they are written with."""

    def __init__(self, rows: Iterable[tuple[str, str, Any]], what: str) -> None:
        self.what = what
        self.rows: dict[str, Any] = {}
        for name, slug, row in rows:
            self.rows[fold(name)] = self.rows[fold(slug)] = row

    def find(self, text: str) -> Any:
        found = self.rows.get(fold(text))
        if found is None:
            raise Wrong(
                _("%(what)s “%(text)s” is not known here.") % {"what": self.what, "text": text}
            )
        return found


class People:
    """Patients on file, found by name together with e-mail or phone."""

    def __init__(self) -> None:
        self.by_key: dict[tuple[str, str], set[int]] = {}
        self.rows: dict[int, Patient] = {}
        for row in Patient.objects.current().only("pk", "name", "email", "phone", "public_id"):
            self.rows[row.pk] = row
            for key in keys_of(row.name, row.email, row.phone):
                self.by_key.setdefault(key, set()).add(row.pk)

    def find(self, contact: Contact) -> Patient | None:
        """The one it is; None for nobody. Several are a fault: nobody can know which."""
        keys = keys_of(contact.name, contact.email, contact.phone)
        found = set().union(*(self.by_key.get(key, set()) for key in keys))
        if len(found) > 1:
            raise Wrong(
                _("Several records fit %(name)s. Please merge them first.") % {"name": contact.name}
            )
        return self.rows[found.pop()] if found else None


def keys_of(name: str, email: str, phone: str) -> list[tuple[str, str]]:
    """By what somebody is known to be the same: name and e-mail, name and phone number."""
    digits = digits_of(phone)[-8:]
    ways = [email.lower(), digits if len(digits) >= FEWEST_DIGITS else ""]
    return [(fold(name), way) for way in ways if way]


def understand_patients(rows: Sequence[Row]) -> Understood:
    """New patients; whoever is here already is left out. Three queries."""
    therapists, people = _therapists(), People()
    seen: dict[tuple[str, str], int] = {}
    new: list[NewPatient] = []
    known = 0

    def understand(row: Row) -> None:
        nonlocal known
        wanted = row.cells.get("therapist", "")
        contact, therapist, evenings, quiet = all_of(
            partial(contact_of, row),
            partial(therapists.find, wanted) if wanted else partial(str),
            partial(yes, row, "evenings"),
            partial(yes, row, "quiet"),
        )
        keys = keys_of(contact.name, contact.email, contact.phone)
        if twice := [seen[key] for key in keys if key in seen]:
            raise Wrong(_("The same person as in line %(line)s.") % {"line": twice[0]})
        seen.update(dict.fromkeys(keys, row.line))
        if people.find(contact) is None:
            data = PatientData(
                contact.name, contact.email, contact.phone, therapist or None, evenings, quiet
            )
            new.append(NewPatient(row.line, data))
        else:
            known += 1

    faults = _each(rows, understand)
    return Understood(patients=new, faults=faults, known=known)


def understand_appointments(rows: Sequence[Row], clinic: ClinicProfile) -> Understood:
    """Where each appointment is to be, and whose it is. Five queries."""
    lookup = Catalogue()
    found: list[NewAppointment] = []

    def understand(row: Row) -> None:
        contact, wish = all_of(partial(contact_of, row), partial(lookup.wish, row, clinic))
        found.append(NewAppointment(row.line, wish, contact, lookup.people.find(contact)))

    faults = _each(rows, understand)
    return Understood(appointments=found, faults=faults)


class Catalogue:
    """Everything that a line about an appointment can name."""

    @cached_property
    def options(self) -> Mapping[tuple[str, int], Option]:
        found = {}
        for option in Option.objects.select_related("treatment"):
            for name in (option.treatment.name, option.treatment.slug):
                found[fold(name), option.minutes] = option
        return found

    @cached_property
    def therapists(self) -> Names:
        return _therapists()

    @cached_property
    def rooms(self) -> Names:
        return Names(((room.name, room.name, room) for room in Room.objects.all()), _("Room"))

    @cached_property
    def people(self) -> People:
        return People()

    def wish(self, row: Row, clinic: ClinicProfile) -> StaffWish:
        where = row.cells.get("room", "")
        option, start, therapist, room = all_of(
            partial(self._option, row),
            partial(start_of, row, clinic),
            partial(self.therapists.find, row.cells["therapist"]),
            partial(self.rooms.find, where) if where else partial(str),
        )
        return StaffWish(option.pk, start, therapist.slug, room.pk if room else None)

    def _option(self, row: Row) -> Option:
        name, minutes = row.cells["treatment"], row.cells["minutes"]
        if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= 4):
            raise Wrong(_("minutes must be a number, such as 60."))
        option = self.options.get((fold(name), int(minutes)))
        if option is None:
            said = {"name": name, "minutes": minutes}
            raise Wrong(_("%(name)s of %(minutes)s minutes is not in the catalogue.") % said)
        return option


def _therapists() -> Names:
    rows = Therapist.objects.all()
    return Names(((row.name, row.slug, row) for row in rows), _("Therapist"))


def _each(rows: Sequence[Row], understand: Callable[[Row], None]) -> list[Fault]:
    faults = []
    for row in rows:
        try:
            understand(row)
        except Wrong as wrong:
            faults += [Fault(row.line, sentence) for sentence in wrong.args]
    return faults
