"""How sure we are: the fixed vocabulary of evidence labels, as content/labels.toml words it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

CONTENT_DIR = Path(__file__).resolve().parent.parent / "content"


@dataclass(frozen=True, slots=True)
class EvidenceLabel:
    """One degree of certainty: its short name, and what it means in a plain sentence."""

    slug: str
    name: str
    meaning: str

    @property
    def letter(self) -> str:
        """a, b, c, d or x: A Good, B Some..."""
        return self.name[0].lower()

    @property
    def display_name(self) -> str:
        """What readers see: Weak evidence, for C Weak."""
        degree = self.name[1:].strip()
        return degree if self.letter == "x" else _("%(degree)s evidence") % {"degree": degree}


@cache
def evidence_labels() -> Mapping[str, EvidenceLabel]:
    """All of them by slug, from the surest down."""
    with (CONTENT_DIR / "labels.toml").open("rb") as file:
        rows = tomllib.load(file)["label"]
    return {row["slug"]: EvidenceLabel(row["slug"], row["name"], row["meaning"]) for row in rows}


def find_evidence_label(written: str) -> EvidenceLabel | None:
    """The label that somebody wrote by its slug or its name."""
    wanted = written.strip().casefold()
    return next(
        (
            label
            for label in evidence_labels().values()
            if wanted in (label.slug, label.name.casefold())
        ),
        None,
    )
