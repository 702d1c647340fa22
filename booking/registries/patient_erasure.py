"""What an erasure removes, and what stays without the person.

    patient_erasure.register(
        ErasurePart("notes", _("Session notes"), (Note,), count_notes, erase_notes)
    )
    patient_erasure.stays(Booking, _("Counted in reports; it names nobody."))

where `count_notes(person)` returns how many rows there are, for the preview, and
`erase_notes(person, now)` deletes them, or blanks what names the person. It runs in a transaction
with the permission to erase (booking.actions.patients.erasure_permit), before the records are
emptied, and must do nothing on a second run. A part with `is_search` looks through encrypted texts
for the person; it runs before, in a transaction of its own, since it can take seconds.

A test follows all foreign keys to patients and accounts, and fails for a model that is neither in a
part nor stays with a reason (tests/booking/features/privacy/test_every_model.py). The parts of the
core are in booking.actions.patients.erasure_parts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model
from django.utils.functional import Promise

from booking.registries.people import Person


@dataclass(frozen=True, slots=True)
class ErasurePart:
    """One kind of data that an erasure removes."""

    name: str
    title: str | Promise
    models: tuple[type[Model], ...]
    count: Callable[[Person], int]
    erase: Callable[[Person, datetime], None]
    is_search: bool = False


_parts: dict[str, ErasurePart] = {}
_staying: dict[type[Model], str | Promise] = {}


def register(part: ErasurePart) -> None:
    """Add a part. Raises ValueError if another one has its name."""
    if _parts.setdefault(part.name, part) != part:
        raise ValueError(f"There is a part {part.name} already.")


def stays(model: type[Model], reason: str | Promise) -> None:
    """State why the rows of a model stay after an erasure."""
    _staying[model] = reason


def parts() -> list[ErasurePart]:
    """Return the parts of the features, in the order of registration."""
    return list(_parts.values())


def staying() -> Mapping[type[Model], str | Promise]:
    """Return the models of features whose rows stay, with the reasons."""
    return dict(_staying)
