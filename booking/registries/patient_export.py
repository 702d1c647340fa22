"""What the copy of everything that is held about a person contains.

    patient_export.register(ExportPart("notes", _("Notes"), notes_of, models=(Note,)))
    patient_export.register_by_email(EmailPart("comments", _("Comments"), comments_of, (Comment,)))
    patient_export.leave_out(Draft, "Kept for an hour, while the person types.")

where `notes_of(patient)` and `comments_of(email)` yield one mapping for each row, of names to plain
values: texts, numbers, dates, or lists of them. Names of staff may be in it, other data about them
may not. A part by e-mail is for what is held under an address without a record.

A test follows all foreign keys to patients and accounts, and fails for a model that is neither in a
part nor left out with a reason (tests/booking/features/privacy/test_every_model.py). The parts of
the core are in booking.queries.patients.export_parts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from booking.models import Patient

ExportRows = Iterable[Mapping[str, Any]]


TREATMENT, RECEIPTS = "treatment", "receipts"
"""What laws make a clinic keep: the kinds of rules of the privacy feature."""


@dataclass(frozen=True, slots=True)
class ExportPart:
    """One part of the copy: its key in the JSON, its heading, its rows and their models.

    `kept_as` is what the part belongs to, TREATMENT or RECEIPTS, where a law makes the clinic keep
    that after an erasure.
    """

    name: str
    title: str | Promise
    rows: Callable[[Patient], ExportRows]
    models: tuple[type[Model], ...] = ()
    kept_as: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EmailPart:
    """A part with what is held under an e-mail address, without a record."""

    name: str
    title: str | Promise
    rows: Callable[[str], ExportRows]
    models: tuple[type[Model], ...] = ()


_parts: dict[str, ExportPart] = {}
_email_parts: dict[str, EmailPart] = {}
_left_out: dict[type[Model], str] = {}


def register(part: ExportPart) -> None:
    """Add a part. Raises ValueError if another one has its name."""
    if _parts.setdefault(part.name, part) != part:
        raise ValueError(f"There is a part {part.name} already.")


def register_by_email(part: EmailPart) -> None:
    """Add a part by e-mail. Raises ValueError if another one has its name."""
    if _email_parts.setdefault(part.name, part) != part:
        raise ValueError(f"There is a part {part.name} already.")


def leave_out(model: type[Model], reason: str) -> None:
    """State why a model that points at a patient or an account is in no copy."""
    _left_out[model] = reason


def parts() -> list[ExportPart]:
    """Return the parts of the features, in the order of registration."""
    return list(_parts.values())


def email_parts() -> list[EmailPart]:
    """Return the features' parts by e-mail, in the order of registration."""
    return list(_email_parts.values())


def left_out() -> Mapping[type[Model], str]:
    """Return the models that features leave out, with the reasons."""
    return dict(_left_out)
