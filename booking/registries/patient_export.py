"""The parts of the copy of a patient's data.

    patient_export.register(ExportPart("notes", _("Notes"), notes_of, models=(Note,)))

where `notes_of(patient)` yields one mapping for each row, of names to plain values: texts, numbers,
dates, or lists of them. Names of the clinic's staff may be in it, other data about them may not.
A test fails when a model points at a patient and is in no part (tests/booking/patients/
test_export_data.py). The parts of the core are in booking.queries.patients.export_parts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from booking.models import Patient

ExportRows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ExportPart:
    """One part of the copy: its key in the JSON, its heading, its rows and their models."""

    name: str
    title: str | Promise
    rows: Callable[[Patient], ExportRows]
    models: tuple[type[Model], ...] = ()


_parts: dict[str, ExportPart] = {}


def register(part: ExportPart) -> None:
    """Add a part. Raises ValueError if another one has its name."""
    if _parts.setdefault(part.name, part) != part:
        raise ValueError(f"There is a part {part.name} already.")


def parts() -> list[ExportPart]:
    """Return the parts of the features, in the order of registration."""
    return list(_parts.values())
