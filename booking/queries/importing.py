"""The lines of a file, understood: what each of them means, or what is wrong with it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from booking.engine.hours import wall_to_minutes
from booking.models import ClinicProfile, Option, Patient, Room, Therapist
from booking.values import Contact, PatientData, StaffWish
from clinic.lib.csv_reading import Fault, Row
from clinic.lib.epoch import from_minutes
from clinic.lib.folded import digits_of, fold

PATIENT_COLUMNS = ("name", "email", "phone", "therapist", "evenings", "quiet")
APPOINTMENT_COLUMNS = (
    "name", "email", "phone", "treatment", "minutes", "therapist", "room", "date", "time",
)  # fmt: skip
PATIENT_NEEDS = ("name",)
APPOINTMENT_NEEDS = ("name", "treatment", "minutes", "therapist", "date", "time")
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
YES = ("yes", "y", "true", "1", "x")
NO = ("", "no", "n", "false", "0")
FEWEST_DIGITS, MOST_DIGITS = 6, 20
LONGEST_NAME, LONGEST_PHONE = 150, 40
T = TypeVar("T")


class Wrong(Exception):  # it is an answer, not a fault
    """A cell that cannot be what it says, and why."""


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
    """Either what is to be written, or faults. `known` counts lines that are here already."""

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
        contact = contact_of(row)
        keys = keys_of(contact.name, contact.email, contact.phone)
        if twice := [seen[key] for key in keys if key in seen]:
            raise Wrong(_("The same person as in line %(line)s.") % {"line": twice[0]})
        seen.update(dict.fromkeys(keys, row.line))
        wanted = row.cells.get("therapist", "")
        data = PatientData(
            contact.name,
            contact.email,
            contact.phone,
            therapists.find(wanted) if wanted else None,
            _yes(row, "evenings"),
            _yes(row, "quiet"),
        )
        if people.find(contact) is None:
            new.append(NewPatient(row.line, data))
        else:
            known += 1

    faults = _each(rows, understand)
    return Understood(faults=faults) if faults else Understood(patients=new, known=known)


def understand_appointments(rows: Sequence[Row], clinic: ClinicProfile) -> Understood:
    """Where each appointment is to be, and whose it is. Five queries."""
    lookup = Catalogue()
    found: list[NewAppointment] = []

    def understand(row: Row) -> None:
        contact = contact_of(row)
        found.append(
            NewAppointment(row.line, lookup.wish(row, clinic), contact, lookup.people.find(contact))
        )

    faults = _each(rows, understand)
    return Understood(faults=faults) if faults else Understood(appointments=found)


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
        room = row.cells.get("room", "")
        return StaffWish(
            option=self._option(row).pk,
            start=start_of(row, clinic),
            therapist=self.therapists.find(row.cells["therapist"]).slug,
            room=self.rooms.find(room).pk if room else None,
        )

    def _option(self, row: Row) -> Option:
        name, minutes = row.cells["treatment"], row.cells["minutes"]
        if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= 4):
            raise Wrong(_("minutes must be a number, such as 60."))
        option = self.options.get((fold(name), int(minutes)))
        if option is None:
            said = {"name": name, "minutes": minutes}
            raise Wrong(_("%(name)s of %(minutes)s minutes is not in the catalogue.") % said)
        return option


def contact_of(row: Row) -> Contact:
    """Name, and how to reach them: an e-mail address or a phone number at least."""
    name, email, phone = (row.cells.get(part, "") for part in ("name", "email", "phone"))
    if len(name) > LONGEST_NAME:
        raise Wrong(_("The name is too long."))
    if email:
        _check_email(email)
    if phone and (
        not FEWEST_DIGITS <= len(digits_of(phone)) <= MOST_DIGITS or len(phone) > LONGEST_PHONE
    ):
        raise Wrong(_("%(phone)s is no phone number.") % {"phone": phone[:LONGEST_PHONE]})
    if not email and not phone:
        raise Wrong(_("Please give an e-mail address or a phone number."))
    return Contact(" ".join(name.split()), email, phone)


def start_of(row: Row, clinic: ClinicProfile) -> datetime:
    """The instant at which the clinic's clock reads so; the first, when it does so twice."""
    day = _read(date.fromisoformat, row.cells["date"], 10, _("date must be like 2026-12-01."))
    if not EARLIEST <= day <= LATEST:
        raise Wrong(_("date must be like 2026-12-01."))
    moment = _read(time.fromisoformat, row.cells["time"], 5, _("time must be like 09:30."))
    minute = moment.hour * 60 + moment.minute
    real = next(wall_to_minutes(day, (minute, minute + 1), clinic.zone), None)
    if real is None:
        raise Wrong(_("The clocks skip that time on that day."))
    return from_minutes(real[0])


def _read(parse: Callable[[str], T], text: str, length: int, sentence: str) -> T:
    try:
        if len(text) != length:
            raise ValueError
        return parse(text)
    except ValueError:
        raise Wrong(sentence) from None


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise Wrong(_("%(email)s is no e-mail address.") % {"email": email[:80]}) from None


def _yes(row: Row, name: str) -> bool:
    said = row.cells.get(name, "").lower()
    if said not in (*YES, *NO):
        raise Wrong(_("%(name)s must be yes or no.") % {"name": name})
    return said in YES


def _therapists() -> Names:
    rows = Therapist.objects.all()
    return Names(((row.name, row.slug, row) for row in rows), _("Therapist"))


def _each(rows: Sequence[Row], understand: Callable[[Row], None]) -> list[Fault]:
    faults = []
    for row in rows:
        try:
            understand(row)
        except Wrong as wrong:
            faults.append(Fault(row.line, str(wrong)))
    return faults
