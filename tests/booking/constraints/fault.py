"""A fault: a row, and a change that a constraint must refuse."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model


@dataclass(frozen=True)
class Fault:
    """`spoil` maps fields to bad values, or is a function of the row that returns that mapping."""

    constraint: str
    row: Callable[[], Model]
    spoil: dict[str, Any] | Callable[[Model], dict[str, Any]]
    by: frozenset[str] = field(default=frozenset({"insert", "update"}))

    def changes(self, row: Model) -> dict[str, Any]:
        return self.spoil(row) if callable(self.spoil) else self.spoil


def like_another(factory: Any, *names: str) -> Callable[[Model], dict[str, Any]]:
    """Return a `spoil` function that copies these fields from another row."""

    def values(_: Model) -> dict[str, Any]:
        other = factory()
        return {name: getattr(other, name) for name in names}

    return values
