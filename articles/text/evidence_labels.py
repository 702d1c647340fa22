"""The evidence labels: the fixed vocabulary of content/labels.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

CONTENT_DIR = Path(__file__).resolve().parent.parent / "content"


@dataclass(frozen=True, slots=True)
class EvidenceLabel:
    """A degree of certainty, such as "C Weak", with its meaning in one sentence."""

    slug: str
    name: str
    meaning: str

    @property
    def letter(self) -> str:
        """The grade from the name: a, b, c, d or x. Used in CSS classes."""
        return self.name[0].lower()

    @property
    def display_name(self) -> str:
        """The label as readers see it: "Weak evidence" for "C Weak"."""
        degree = self.name[1:].strip()
        return degree if self.letter == "x" else _("%(degree)s evidence") % {"degree": degree}


@cache
def evidence_labels() -> Mapping[str, EvidenceLabel]:
    """Return all labels by slug, the strongest evidence first."""
    with (CONTENT_DIR / "labels.toml").open("rb") as file:
        rows = tomllib.load(file)["label"]
    return {row["slug"]: EvidenceLabel(row["slug"], row["name"], row["meaning"]) for row in rows}


def find_evidence_label(slug_or_name: str) -> EvidenceLabel | None:
    """Return the label with this slug or name, ignoring case; None if there is none."""
    normalized = slug_or_name.strip().casefold()
    return next(
        (
            label
            for label in evidence_labels().values()
            if normalized in (label.slug, label.name.casefold())
        ),
        None,
    )
